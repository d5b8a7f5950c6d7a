import type { Snapshot } from '../../shared/snapshot'

type Key = keyof Snapshot

/** Members whose change must reach the page at once. */
const urgentKeys: readonly Key[] = ['phase', 'onAir', 'hold', 'armed', 'incident']

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

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
