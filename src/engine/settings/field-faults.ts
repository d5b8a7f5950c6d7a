import type { z } from 'zod'
import type { FieldFault } from '../../shared/settings/settings'

/** What is wrong with a `SettingsChange`, said beside the field. Null: it is no field's fault. */
export function fieldFaults(issues: readonly z.core.$ZodIssue[]): readonly FieldFault[] | null {
  const faults = issues.flatMap((issue) => faultsOf(issue, issue.path))
  return faults.some((fault) => fault === null) ? null : faults.filter((fault) => fault !== null)
}

function faultsOf(issue: z.core.$ZodIssue, at: readonly PropertyKey[]): readonly (FieldFault | null)[] {
  const [top, ...rest] = at
  if (top !== 'value') return [null]
  const path = rest.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...rest.map(String), key].join('.'), text: 'is not known' }))
  }
  return [{ path, text: words(issue) }]
}

/** The contract's own words begin small; zod's begin with a capital and speak to programmers. */
function words(issue: z.core.$ZodIssue): string {
  if (/^[a-z]/.test(issue.message)) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined && issue.message.includes('undefined')
        ? 'is missing'
        : `must be ${typeWords[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`
    case 'too_small':
      return issue.origin === 'string' ? 'is missing' : `must be at least ${String(issue.minimum)}`
    case 'too_big':
      return issue.origin === 'string'
        ? `is too long: at most ${String(issue.maximum)} letters`
        : issue.origin === 'array'
          ? `must be at most ${String(issue.maximum)} in number`
          : `must be at most ${String(issue.maximum)}`
    case 'invalid_format':
    case 'invalid_union':
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return 'is not valid'
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'on or off',
  object: 'filled in',
  array: 'a list',
}
