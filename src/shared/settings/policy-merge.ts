import { defaultPolicy, type Policy } from '../../core/policy'
import { fail, ok, type Result } from '../../core/problem'
import { nearestKey } from './nearest-key'

type Section = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

/** What a number may be, told from its name: units stand in names. Null: fine; else what is wrong, in words. */
function numberFault(key: string, value: unknown): string | null {
  if (!isNumber(value)) return 'must be a number'
  if (key.includes('Share')) return value >= 0 && value <= 1 ? null : 'must lie between 0 and 1'
  return value >= 0 ? null : 'must not be negative'
}

/** A value must be of the kind that its default is. */
function valueFault(key: string, value: unknown, standard: unknown): string | null {
  if (typeof standard === 'boolean') return typeof value === 'boolean' ? null : 'must be true or false'
  if (!Array.isArray(standard)) return numberFault(key, value)
  if (!Array.isArray(value) || value.length === 0) return 'must be a list of numbers'
  const faults = value.map((item: unknown) => numberFault(key, item))
  return faults.find((fault) => fault !== null) ?? null
}

const unknownKey = (path: string, key: string, known: readonly string[]): string => {
  const near = nearestKey(key, known)
  return near === null
    ? `${path} is not known`
    : `${path} is not known, was ${path.slice(0, -key.length)}${near} meant?`
}

interface Fault {
  readonly key: string
  readonly reason: string
}

function merge(
  overrides: unknown,
  base: Policy,
): { readonly policy: Policy; readonly faults: readonly Fault[] } {
  if (overrides === undefined || overrides === null) return { policy: base, faults: [] }
  if (!isObject(overrides))
    return { policy: base, faults: [{ key: 'policy', reason: 'policy must be an object' }] }
  const faults: Fault[] = []
  const mergeSection = <T extends object>(name: string, standard: T): T => {
    const given = overrides[name]
    if (given === undefined) return standard
    if (!isObject(given)) {
      faults.push({ key: name, reason: `${name} must be an object` })
      return standard
    }
    const known = new Map<string, unknown>(Object.entries(standard))
    for (const [key, value] of Object.entries(given)) {
      const path = `${name}.${key}`
      const fault = known.has(key) ? valueFault(key, value, known.get(key)) : null
      if (!known.has(key)) faults.push({ key: path, reason: unknownKey(path, key, [...known.keys()]) })
      else if (fault !== null) faults.push({ key: path, reason: `${path} ${fault}` })
    }
    return { ...standard, ...given }
  }
  const sections = Object.keys(base)
  for (const key of Object.keys(overrides)) {
    if (!sections.includes(key)) faults.push({ key, reason: unknownKey(key, key, sections) })
  }
  const policy: Policy = {
    obs: mergeSection('obs', base.obs),
    ingest: mergeSection('ingest', base.ingest),
    program: mergeSection('program', base.program),
    failover: mergeSection('failover', base.failover),
  }
  return { policy, faults }
}

/**
 * Puts a few numbers of a policy over the defaults: `{obs?: {...}, ingest?: {...}, program?: {...}, failover?: {...}}`. Used for the
 * config's `policy` and for the replay's policy file. Every wrong key or value is named in `policy-invalid`
 * (`key`: the first one's path; `reason`: all of them in words).
 */
export function mergePolicy(overrides: unknown, base: Policy = defaultPolicy): Result<Policy> {
  const { policy, faults } = merge(overrides, base)
  const [first] = faults
  if (first === undefined) return ok(policy)
  return fail('policy-invalid', { key: first.key, reason: faults.map((fault) => fault.reason).join('; ') })
}

/** All that is wrong with overrides, one by one: the place, and what is said beside it ('must be a number'). */
export const policyFaults = (
  overrides: unknown,
): readonly { readonly path: string; readonly text: string }[] =>
  merge(overrides, defaultPolicy).faults.map(({ key, reason }) => ({
    path: key,
    text: reason.startsWith(`${key} `) ? reason.slice(key.length + 1) : reason,
  }))
