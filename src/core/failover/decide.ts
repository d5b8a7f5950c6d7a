import { assertNever } from '../assert-never'
import type { ConfiguredEvent, CoreEvent, IngestStatusEvent, ResultEvent } from '../events'
import { observeIngest } from '../health/ingest'
import { observeObs, type ObsHealth } from '../health/obs'
import type { Policy } from '../policy'
import { restore, watchAdopting } from './adopt'
import type { Command } from './commands'
import { darkResult, watchDark } from './dark'
import { watchOffline, watchOnAir } from './on-air'
import { operate } from './operator'
import { ingestHealth, type State } from './state'
import { strayResult, stopStrays } from './strays'
import { switchResult, switchTime } from './switching'
import { pushOf } from './systems'
import { Turn } from './turn'

export interface Decision {
  readonly state: State
  /** In the order in which they are to be begun. */
  readonly commands: readonly Command[]
}

/**
 * The whole of Understudy's judgement: one event in, the next state and the commands out. Pure: the same state, event
 * and policy give the same decision, so a journal replays to what was decided.
 */
export function decide(state: State, event: CoreEvent, policy: Policy): Decision {
  const turn = new Turn(state, event.at, policy)
  const before = state.obs
  observe(turn, event)
  expireHold(turn)
  if (event.kind === 'operator') operate(turn, event)
  else if (event.kind === 'result') result(turn, event)
  watch(turn, before)
  stopStrays(turn)
  tellObs(turn)
  return { state: turn.state, commands: turn.commands }
}

/** Facts into memory: nothing is decided here. */
function observe(turn: Turn, event: CoreEvent): void {
  switch (event.kind) {
    case 'configured':
      configure(turn, event)
      return
    case 'restored':
      restore(turn, event)
      return
    case 'ingest-status':
      observeStatus(turn, event)
      return
    case 'obs-connection':
    case 'obs-status':
    case 'obs-stats':
    case 'obs-stream':
    case 'obs-exit':
    case 'obs-process':
    case 'obs-log':
    case 'obs-profile':
    case 'witness':
      turn.set({ obs: observeObs(turn.state.obs, event, turn.policy) })
      return
    case 'tick':
    case 'host':
      turn.set({
        obs: observeObs(turn.state.obs, event, turn.policy),
        ingests: Object.fromEntries(
          Object.entries(turn.state.ingests).map(([id, health]) => [
            id,
            observeIngest(health, event, turn.policy),
          ]),
        ),
      })
      return
    case 'operator':
    case 'result':
      return
    default:
      assertNever(event, 'event')
  }
}

function configure(turn: Turn, event: ConfiguredEvent): void {
  const ingests = Object.fromEntries(
    event.lineup
      .filter((entry) => entry.kind !== 'push')
      .map((entry) => [entry.id, ingestHealth(turn.state, entry.id)]),
  )
  turn.set({
    lineup: event.lineup,
    destination: event.destination,
    autoArm: event.autoArm ?? false,
    ingests,
  })
}

function observeStatus(turn: Turn, event: IngestStatusEvent): void {
  const seen = {
    at: event.at,
    up: event.publish === 'up' || event.publish === 'connecting' || event.publish === 'stalled',
    generation: event.generation,
    stale: event.stale,
  }
  turn.set({
    ingests: {
      ...turn.state.ingests,
      [event.system]: observeIngest(ingestHealth(turn.state, event.system), event, turn.policy),
    },
    publishing: { ...turn.state.publishing, [event.system]: seen },
  })
}

function expireHold(turn: Turn): void {
  const { hold } = turn.state
  if (hold !== null && hold.until !== null && turn.at >= hold.until) turn.set({ hold: null })
}

function result(turn: Turn, event: ResultEvent): void {
  const { phase } = turn.state
  strayResult(turn, event)
  if (phase.kind === 'switching') switchResult(turn, phase, event)
  else if (phase.kind === 'dark') darkResult(turn, phase, event)
  else if (phase.kind === 'ending') {
    turn.phase({ ...phase, waiting: phase.waiting.filter((id) => id !== event.commandId) })
  }
}

/** What the phase makes of what is known now. */
function watch(turn: Turn, before: ObsHealth): void {
  const { phase } = turn.state
  switch (phase.kind) {
    case 'offline':
      watchOffline(turn, before)
      return
    case 'adopting':
      watchAdopting(turn)
      return
    case 'on-air':
      watchOnAir(turn, phase, before)
      return
    case 'switching':
      switchTime(turn, phase)
      return
    case 'dark':
      watchDark(turn, phase, before)
      return
    case 'ending':
      if (phase.waiting.length > 0 && turn.at < phase.until) return
      turn.phase({ kind: 'offline', lastEnd: 'operator' })
      turn.tell(
        { code: 'stream-ended', how: 'operator', certain: true },
        { code: 'stream-ended', how: 'operator' },
      )
      return
    default:
      assertNever(phase, 'phase')
  }
}

/** OBS's monitor must know which starts and stops were ours: OBS's events do not say. */
function tellObs(turn: Turn): void {
  const obs = pushOf(turn.state)
  for (const command of turn.commands) {
    if ((command.kind === 'start' || command.kind === 'stop') && command.system === obs) {
      turn.set({
        obs: observeObs(turn.state.obs, { kind: 'told', at: turn.at, what: command.kind }, turn.policy),
      })
    }
  }
}
