import type { RestoredEvent } from '../events'
import type { SystemId } from '../words'
import { resume } from './dark'
import { onAir } from './switching'
import { isPush, obsPublishes, pushOf } from './systems'
import type { State } from './state'
import type { Turn } from './turn'

/** The engine starts again: what the restore point said, and then a look at what is really on air. */
export function restore(turn: Turn, event: RestoredEvent): void {
  const { point } = event
  const until = point.hold?.untilWall ?? null
  const held = point.hold !== null && (until === null || until > event.wall)
  turn.set({
    armed: point.armed,
    hold: held ? { since: turn.at, until: until === null ? null : turn.at + (until - event.wall) } : null,
    generation: Math.max(turn.state.generation, point.generation),
    owedFence: point.owedFence,
  })
  turn.phase({ kind: 'adopting', until: turn.at + turn.policy.failover.adoptMs, onAir: point.onAir })
}

/** Concludes as soon as everybody was heard, or when the time for it is over. */
export function watchAdopting(turn: Turn): void {
  const { phase } = turn.state
  if (phase.kind !== 'adopting') return
  const obs = pushOf(turn.state)
  const heard = turn.state.lineup.every((entry) =>
    entry.kind === 'push' ? turn.state.obs.phase !== 'unknown' : heardOf(turn.state, entry.id),
  )
  if (!heard && turn.at < phase.until) return
  const publishing = turn.state.lineup
    .filter((entry) => (entry.kind === 'push' ? obsPublishes(turn.state) : pulls(turn.state, entry.id)))
    .map((entry) => entry.id)
  const owner = chooseOwner(turn.state, phase.onAir, publishing)
  if (owner !== null) {
    takeOver(turn, owner, publishing)
    return
  }
  if (phase.onAir === null) {
    turn.phase({ kind: 'offline', lastEnd: null })
  } else if (phase.onAir !== obs) {
    // The engine died in the middle of a switch: carry it on.
    resume(turn, phase.onAir)
  } else if (turn.state.obs.phase === 'inactive') {
    // OBS is there and not streaming: somebody ended it while nobody looked.
    turn.phase({ kind: 'offline', lastEnd: 'user' })
    turn.tell({ code: 'stream-ended', how: 'user', certain: false }, { code: 'adopt' })
  } else {
    // OBS should be on air and cannot be seen: its health decides.
    turn.phase(onAir(turn, phase.onAir, null, false))
  }
}

const heardOf = (state: State, system: SystemId): boolean => {
  const seen = state.publishing[system]
  return seen !== undefined && !seen.stale
}

const pulls = (state: State, system: SystemId): boolean => {
  const seen = state.publishing[system]
  return seen !== undefined && !seen.stale && seen.up
}

/** Who keeps the stream when several are found: the one meant to have it, else the first of the lineup. */
function chooseOwner(state: State, meant: SystemId | null, publishing: readonly SystemId[]): SystemId | null {
  const candidates = state.owedFence ? publishing.filter((system) => !isPush(state, system)) : publishing
  if (meant !== null && candidates.includes(meant)) return meant
  return candidates[0] ?? null
}

function takeOver(turn: Turn, owner: SystemId, publishing: readonly SystemId[]): void {
  const obs = pushOf(turn.state)
  turn.phase(onAir(turn, owner, null, false))
  turn.tell({ code: 'adopted', system: owner }, { code: 'adopt' })
  if (turn.state.autoArm && owner === obs) turn.set({ armed: true })
  if (owner === obs) turn.set({ owedFence: false })
  else if (obs !== null && publishing.includes(obs)) turn.set({ owedFence: true })
}
