import type { ServerStage } from '../../media/rtmp/server-session'

/** Somebody at the door who does not publish yet. */
export interface Waiting {
  readonly stage: ServerStage
  /** Since when it is on this side of its `connect`: its arrival, then the moment its `connect` was accepted. In the door's clock, ms. */
  readonly since: number
  /** When it last came a stage further, or arrived. */
  readonly movedAt: number
}

/** Before `connect`, and again behind it, at most: for good. OBS alone needs one. */
export const roomSize = 16
/**
 * Nobody is turned away sooner because of others, ms: OBS must not lose its place to those who come after it. It needs 1 to 12 ms
 * from its connection to publish on an idle PC, ffmpeg 100 ms, and OBS on a busy one some 240 ms (measured).
 */
export const graceMs = 400
/**
 * Those who are in their grace included: 1,280 new ones a second. Beyond that even the grace is cut short, for those who have
 * stood still for the longest time: OBS never stands still for long.
 */
export const crowdSize = 512

const order: readonly ServerStage[] = ['silent', 'greeted', 'shaken', 'connected', 'created', 'admitted']
const rank = ({ stage }: Waiting): number => order.indexOf(stage)
const isPastConnect = (connection: Waiting): boolean => rank(connection) >= order.indexOf('connected')

/**
 * Who has to leave a full waiting room: who has got least far with its handshake, and among those who has had the longest time.
 * Before and behind `connect` are two rooms, so that nobody behind it loses its place to one who has not come so far, and no
 * number of those who stop behind it keeps a newcomer out. `againMs`: when to look again, null: not until somebody comes or goes.
 */
export function crowdedOut<G extends Waiting>(
  connections: readonly G[],
  now: number,
): { readonly leave: readonly G[]; readonly againMs: number | null } {
  const rooms = [
    connections.filter((connection) => !isPastConnect(connection)),
    connections.filter(isPastConnect),
  ]
  const parts = rooms.map((room) => overfull(room, now))
  const waits = parts.flatMap(({ againMs }) => (againMs === null ? [] : [againMs]))
  return {
    leave: parts.flatMap(({ leave }) => leave),
    againMs: waits.length === 0 ? null : Math.min(...waits),
  }
}

function overfull<G extends Waiting>(
  room: readonly G[],
  now: number,
): { readonly leave: readonly G[]; readonly againMs: number | null } {
  if (room.length <= roomSize) return { leave: [], againMs: null }
  const queue = [...room].sort((a, b) => rank(a) - rank(b) || a.since - b.since)
  const patient = queue.filter(({ since }) => now - since >= graceMs).slice(0, room.length - roomSize)
  const going = new Set(patient)
  const rest = queue.filter((connection) => !going.has(connection))
  const early = [...rest].sort((a, b) => a.movedAt - b.movedAt).slice(0, Math.max(0, rest.length - crowdSize))
  for (const connection of early) going.add(connection)
  const young = rest.filter((connection) => now - connection.since < graceMs && !going.has(connection))
  const isFull = rest.length - early.length > roomSize
  const oldest = Math.min(...young.map(({ since }) => since))
  return {
    leave: [...going],
    againMs: isFull && young.length > 0 ? Math.max(1, Math.ceil(oldest + graceMs - now)) : null,
  }
}
