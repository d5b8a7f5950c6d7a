import type { Snapshot } from '../../../shared/snapshot'

type Key = keyof Snapshot

/** Members whose change must reach the page at once. */
const urgentKeys: readonly Key[] = ['phase', 'onAir', 'hold', 'armed', 'incident']

/** Wall-clock times made from a monotonic one jitter; less than this is the same moment, ms. */
const sameMomentMs = 100

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** Deep equality of plain data; members that hold a wall-clock time (`...Wall`) may differ by a hair. */
function same(a: unknown, b: unknown, key = ''): boolean {
  if (Object.is(a, b)) return true
  if (typeof a === 'number' && typeof b === 'number') {
    return key.endsWith('Wall') && Math.abs(a - b) < sameMomentMs
  }
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((one) => one in b && same(a[one], b[one], one))
}

export interface SnapshotDiff {
  /** Null: nothing that a person could see has changed. */
  readonly patch: Partial<Snapshot> | null
  readonly urgent: boolean
}

/** Top-level members that differ. The time of making alone is no difference, but goes along with any. */
export function diffSnapshots(before: Snapshot, now: Snapshot): SnapshotDiff {
  const keys = (Object.keys({ ...before, ...now }) as Key[]).filter(
    (key) => key !== 'wall' && !same(before[key], now[key]),
  )
  if (keys.length === 0) return { patch: null, urgent: false }
  const patch = Object.fromEntries([
    ['wall', now.wall],
    ...keys.map((key) => [key, now[key]]),
  ]) as Partial<Snapshot>
  return { patch, urgent: keys.some((key) => urgentKeys.includes(key)) }
}
