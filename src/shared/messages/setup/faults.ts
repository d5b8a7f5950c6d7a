import type { z } from 'zod'
import type { FieldFault } from '../../settings/settings'

/** A default sentence of zod's, which is for programmers; the schemas' own sentences are kept. */
const plain = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'number' || issue.expected === 'int' ? 'must be a number' : 'is missing'
    case 'too_small':
      if (issue.origin === 'string') return 'is missing'
      return issue.inclusive === false
        ? `must be more than ${String(issue.minimum)}`
        : `must be at least ${String(issue.minimum)}`
    case 'too_big':
      return issue.origin === 'string'
        ? `is too long (at most ${String(issue.maximum)} characters)`
        : `must be at most ${String(issue.maximum)}`
    case 'unrecognized_keys':
      return 'is not known here'
    case 'invalid_value':
    case 'invalid_union':
      return 'must be one of the choices'
    default:
      return issue.message
  }
}

const ownSentence = (issue: z.core.$ZodIssue): boolean => /^(?:is|must|may) /.test(issue.message)

/** What a schema found wrong, by field and in words. `skip`: parts of the path that the form does not know ('value'). */
export function faultsOf(issues: readonly z.core.$ZodIssue[], skip = 0): readonly FieldFault[] {
  const faults = new Map<string, string>()
  for (const issue of issues) {
    const path = issue.path.slice(skip).map(String).join('.')
    if (!faults.has(path)) faults.set(path, ownSentence(issue) ? issue.message : plain(issue))
  }
  return [...faults].map(([path, text]) => ({ path, text }))
}
