import { policyDefault, policyNumbers, type PolicyNumber } from '../../../../shared/messages/setup/policy'
import { policyPresets, type PolicyPreset } from '../../../../shared/messages/setup/presets'
import type { FieldFault, SettingsView } from '../../../../shared/settings/settings'
import type { PolicyDraft } from '../form/drafts'

type Value = number | boolean | readonly number[]

export const policyPath = (number: PolicyNumber): string => `${number.section}.${number.key}`

const tidy = (value: number): string => String(Math.round(value * 1e6) / 1e6)

/** A stored value in the unit that the screen shows. */
export function shownValue(number: PolicyNumber, value: Value): string | boolean {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'number') return value.map((one) => tidy(one / 1_000)).join(', ')
  if (number.unit === 's') return tidy(value / 1_000)
  return number.unit === '%' ? tidy(value * 100) : tidy(value)
}

/** The default in the unit that the screen shows. */
export const shownDefault = (number: PolicyNumber): string | boolean =>
  shownValue(number, policyDefault(number))

const isValue = (value: unknown): value is Value =>
  typeof value === 'number' || typeof value === 'boolean' || Array.isArray(value)

/** What differs from the defaults, as the form begins. */
export function policyDraftOf(policy: SettingsView['policy']): PolicyDraft {
  const draft: Record<string, string | boolean> = {}
  for (const number of policyNumbers) {
    const section: Readonly<Record<string, unknown>> = policy[number.section] ?? {}
    const value = section[number.key]
    if (isValue(value)) draft[policyPath(number)] = shownValue(number, value)
  }
  return draft
}

const decimal = (text: string): number | null => {
  const trimmed = text.trim().replace(',', '.')
  return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : null
}

const unitName = { s: ' s', '%': ' %', times: '', 'list-s': ' s', 'yes-no': '' } as const

const outOf = ({ min, max, unit }: PolicyNumber, value: number): string | null => {
  if (unit === 'times' && !Number.isInteger(value)) return 'must be a whole number'
  return value < min || value > max ? `must lie between ${min} and ${max}${unitName[unit]}` : null
}

const list = (text: string): readonly (number | null)[] =>
  text
    .split(/[;,]\s*|\s+/)
    .filter(Boolean)
    .map(decimal)

/** What is wrong with one number as typed; null: nothing. */
export function policyFault(number: PolicyNumber, typed: string | boolean): string | null {
  if (typeof typed === 'boolean') return null
  if (number.unit === 'list-s') {
    const waits = list(typed)
    if (waits.length === 0 || waits.includes(null)) return 'must be numbers with commas, such as 0.5, 1, 2'
    return waits.map((wait) => outOf(number, wait ?? 0)).find((fault) => fault !== null) ?? null
  }
  const value = decimal(typed)
  return value === null ? 'must be a number' : outOf(number, value)
}

const storedValue = (number: PolicyNumber, typed: string | boolean): Value => {
  if (typeof typed === 'boolean') return typed
  if (number.unit === 'list-s') return list(typed).map((wait) => Math.round((wait ?? 0) * 1_000))
  const value = decimal(typed) ?? 0
  if (number.unit === 's') return Math.round(value * 1_000)
  return number.unit === '%' ? Math.round(value * 1e4) / 1e6 : value
}

const same = (a: Value, b: Value): boolean => JSON.stringify(a) === JSON.stringify(b)

/** What to save, and what is wrong by field. A number that equals its default is left out. */
export function policyValue(draft: PolicyDraft): {
  readonly value: SettingsView['policy']
  readonly faults: readonly FieldFault[]
} {
  const faults: FieldFault[] = []
  const numbers = { obs: {}, ingest: {}, program: {}, failover: {} } as Record<
    PolicyNumber['section'],
    Record<string, Value>
  >
  for (const number of policyNumbers) {
    const path = policyPath(number)
    const typed = draft[path]
    if (typed === undefined) continue
    const fault = policyFault(number, typed)
    if (fault !== null) faults.push({ path, text: fault })
    else {
      const value = storedValue(number, typed)
      if (!same(value, policyDefault(number))) numbers[number.section][number.key] = value
    }
  }
  return { value: toPolicy(numbers), faults }
}

const onlyNumbers = (values: Record<string, Value>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  )

const copied = (value: Value): number | boolean | number[] => (typeof value === 'object' ? [...value] : value)

function toPolicy(
  numbers: Readonly<Record<PolicyNumber['section'], Record<string, Value>>>,
): SettingsView['policy'] {
  const failover = Object.fromEntries(
    Object.entries(numbers.failover).map(([key, value]) => [key, copied(value)]),
  )
  return {
    ...(Object.keys(numbers.obs).length === 0 ? {} : { obs: onlyNumbers(numbers.obs) }),
    ...(Object.keys(numbers.ingest).length === 0 ? {} : { ingest: onlyNumbers(numbers.ingest) }),
    ...(Object.keys(numbers.program).length === 0 ? {} : { program: onlyNumbers(numbers.program) }),
    ...(Object.keys(failover).length === 0 ? {} : { failover }),
  }
}

/** A preset as the form holds it. What a preset does not speak of goes back to its default. */
export function presetDraft(preset: PolicyPreset, before: PolicyDraft): PolicyDraft {
  const draft = policyDraftOf(preset.values)
  // The standby picture is a wish of its own, no matter of pace.
  const slate = before['failover.slateBeatsNothing']
  return slate === undefined ? draft : { ...draft, 'failover.slateBeatsNothing': slate }
}

/** The preset that the numbers are those of; null: numbers of one's own. */
export function presetOf(draft: PolicyDraft): PolicyPreset['id'] | null {
  const key = (one: PolicyDraft): string => {
    const { value, faults } = policyValue({ ...one, 'failover.slateBeatsNothing': false })
    return faults.length > 0 ? 'faulty' : JSON.stringify(value)
  }
  const mine = key(draft)
  return policyPresets.find((preset) => key(policyDraftOf(preset.values)) === mine)?.id ?? null
}
