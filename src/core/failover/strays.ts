import type { ResultEvent } from '../events'
import type { SystemId } from '../words'
import type { State } from './state'
import { obsPublishes, pushOf } from './systems'
import type { Turn } from './turn'

/** How long a stop for a stray is given before it is given again. Longer than OBS's stop in a black hole (12 s, measured). */
const strayRetryMs = 15_000

/** Systems that may publish now. */
function allowed(state: State): readonly (SystemId | null)[] {
  const { phase } = state
  switch (phase.kind) {
    case 'on-air':
      return [phase.system]
    case 'switching':
      return [phase.to, phase.step === 'fence' || phase.overlap ? phase.from : null]
    case 'dark':
      return [phase.trying]
    case 'offline':
    case 'ending':
    case 'adopting':
      return []
  }
}

/**
 * Law 1 against late arrivals: a system that publishes though it should not is stopped. OBS only where it is owed a
 * fence; any other start in OBS is the user's.
 */
export function stopStrays(turn: Turn): void {
  const { phase } = turn.state
  if (phase.kind === 'adopting') return
  settleFence(turn)
  const may = allowed(turn.state)
  for (const entry of turn.state.lineup) {
    if (may.includes(entry.id)) continue
    const stray = turn.state.strays[entry.id]
    if (stray !== undefined && turn.at < stray.until) continue
    const publishes =
      entry.kind === 'push' ? owedObsPublishes(turn.state) : pullPublishes(turn.state, entry.id)
    if (!publishes) continue
    const commandId = turn.stop(entry.id, 'abrupt', { code: 'owed-fence' })
    turn.set({ strays: { ...turn.state.strays, [entry.id]: { commandId, until: turn.at + strayRetryMs } } })
  }
}

const owedObsPublishes = (state: State): boolean => state.owedFence && obsPublishes(state)

/** Its last status shows a publisher, and it came after the last command could have changed it. */
function pullPublishes(state: State, system: SystemId): boolean {
  const seen = state.publishing[system]
  return seen !== undefined && seen.up && !seen.stale
}

/** The debt is paid once OBS is seen not publishing. */
function settleFence(turn: Turn): void {
  if (!turn.state.owedFence) return
  const obs = pushOf(turn.state)
  if (obs === null || turn.state.obs.phase === 'inactive') turn.set({ owedFence: false })
}

export function strayResult(turn: Turn, event: ResultEvent): void {
  const found = Object.entries(turn.state.strays).find(([, stray]) => stray.commandId === event.commandId)
  if (found === undefined) return
  const [system] = found
  if (event.outcome.ok) turn.stopped(system)
  const strays = Object.fromEntries(Object.entries(turn.state.strays).filter(([id]) => id !== system))
  turn.set({ strays })
}
