import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { RestorePoint } from '../../core/events'

/**
 * After this long a stream that nobody carries is not taken up again: the platforms have ended it (the longest grace
 * known is some minutes), and a backup that comes on air by itself the next morning is a false switch.
 */
export const resumeWithinMs = 10 * 60_000

const nothing: RestorePoint = { armed: false, hold: null, onAir: null, generation: 0, owedFence: false }

/** The point to go on from. An old one keeps what was set (armed, hold, lease) and forgets who was on air. */
export function pointToResume(
  point: RestorePoint | null,
  lastAliveWall: number | null,
  wall: number,
): RestorePoint {
  if (point === null) return nothing
  const fresh = lastAliveWall !== null && wall - lastAliveWall <= resumeWithinMs
  return fresh ? point : { ...point, onAir: null, owedFence: false }
}

/** When anything was last written in a directory, wall ms since epoch: how long the last engine has been gone. */
export function lastWritten(dir: string): number | null {
  try {
    const times = readdirSync(dir).map((name) => statSync(join(dir, name)).mtimeMs)
    return times.length === 0 ? null : Math.max(...times)
  } catch {
    return null
  }
}
