import { assertNever } from '../assert-never'
import type { ConfiguredEvent, CoreEvent, IngestStatusEvent, ResultEvent } from '../events'
import { observeIngest } from '../health/ingest'
import { observeObs } from '../health/obs'
import { watchOffAir } from '../off-air/watch'
import type { Policy } from '../policy'
import { restore, watchAdopting } from './phases/adopt'
import { watchBackups } from './backup-watch'
import type { Command } from './commands'
import { darkResult, watchDark } from './phases/dark'
import { stopResult, stopStrays } from './fences'
import { operate, supersede, watchEnding } from './phases/operator'
import { ingestHealth, type Publishing, type State, type Switching } from './state'
import { switchResult, switchTime } from './phases/switch-result'
import { endedInObs, watchOffline, watchOnAir } from './phases/on-air'
import { watchOtherDestinations } from './program/destinations'
import { programResult, watchGuard } from './program/guard'
import { watchProgramNews } from './program/news'
import { countProgram, observeProgram, resumeProgram } from './program/observe'
import { watchProgramOffline, watchProgramOnAir } from './program/on-air'
import { inProgram } from './program/systems'
import { isPush, obsPublishes, pushOf, startedInObs } from './systems'
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
  observe(turn, event)
  expireHold(turn)
  countProgram(turn)
  if (event.kind === 'operator') operate(turn, event)
  else if (event.kind === 'result') result(turn, event)
  watch(turn)
  watchBackups(turn, event.kind === 'host')
  stopStrays(turn)
  watchOtherDestinations(turn)
  watchProgramNews(turn)
  watchGuard(turn)
  tellObs(turn)
  watchOffAir(turn, state, event)
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
      turn.set({ obs: observeObs(turn.state.obs, event, turn.policy) })
      return
    case 'witness':
      // The far end shows one stream, whoever publishes it: it speaks for OBS only while OBS has the destination.
      if (obsHasDestination(turn.state)) turn.set({ obs: observeObs(turn.state.obs, event, turn.policy) })
      return
    case 'tick':
    case 'host':
      if (event.kind === 'host') resumeProgram(turn)
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
    case 'program-status':
      observeProgram(turn, event)
      return
    case 'crashed':
      // Nothing follows from it but the word: what is on air is judged by what is seen of it.
      turn.tell({ code: 'crashed', process: event.process }, { code: 'crashed' })
      return
    case 'operator':
    case 'result':
      return
    default:
      assertNever(event, 'event')
  }
}

function obsHasDestination(state: State): boolean {
  const obs = pushOf(state)
  const { phase } = state
  if (inProgram(state, obs)) return false
  if (phase.kind === 'on-air') return phase.system === obs
  if (phase.kind === 'switching') return phase.to === obs && phase.step !== 'fence'
  return phase.kind === 'adopting' || phase.kind === 'offline'
}

function configure(turn: Turn, event: ConfiguredEvent): void {
  const ingests = Object.fromEntries(
    event.lineup
      .filter((entry) => entry.kind !== 'push')
      .map((entry) => [entry.id, ingestHealth(turn.state, entry.id)]),
  )
  turn.set({
    lineup: event.lineup,
    route: event.route ?? 'direct',
    destination: event.destination,
    autoArm: event.autoArm ?? false,
    ingests,
  })
}

function observeStatus(turn: Turn, event: IngestStatusEvent): void {
  const before = turn.state.publishing[event.system]
  const leg = event.stale && before !== undefined ? before.leg : event.publish
  const seen: Publishing = {
    at: event.at,
    since: before?.leg === leg && !before.stale ? before.since : event.at,
    leg,
    generation: event.generation,
    stale: event.stale,
  }
  turn.set({
    ingests: {
      ...turn.state.ingests,
      [event.system]: observeIngest(ingestHealth(turn.state, event.system), event, turn.policy),
    },
    publishing: { ...turn.state.publishing, [event.system]: seen },
    // A lease that our restore point does not know of (it was lost) must not make every order of ours a stale one.
    generation: Math.max(turn.state.generation, event.generation ?? 0),
  })
}

function expireHold(turn: Turn): void {
  const { hold } = turn.state
  if (hold !== null && hold.until !== null && turn.at >= hold.until) turn.set({ hold: null })
}

function result(turn: Turn, event: ResultEvent): void {
  const { phase } = turn.state
  stopResult(turn, event)
  programResult(turn, event)
  if (phase.kind === 'switching') switchResult(turn, phase, event)
  else if (phase.kind === 'dark') darkResult(turn, phase, event)
  else if (phase.kind === 'ending') {
    turn.phase({ ...phase, waiting: phase.waiting.filter((id) => id !== event.commandId) })
  }
}

/** What the phase makes of what is known now. */
function watch(turn: Turn): void {
  const { phase } = turn.state
  switch (phase.kind) {
    case 'offline':
      goesLive(turn)
      return
    case 'adopting':
      watchAdopting(turn, phase)
      return
    case 'on-air':
      if (inProgram(turn.state, phase.system)) watchProgramOnAir(turn, phase)
      else watchOnAir(turn, phase)
      return
    case 'switching':
      watchSwitching(turn, phase)
      return
    case 'dark':
      watchDark(turn, phase)
      return
    case 'ending':
      watchEnding(turn, phase)
      return
    default:
      assertNever(phase, 'phase')
  }
}

function goesLive(turn: Turn): void {
  const obs = pushOf(turn.state)
  if (obs !== null && inProgram(turn.state, obs)) watchProgramOffline(turn, obs)
  else watchOffline(turn)
}

/** The user goes before any switch that is under way: a Start in OBS turns it round, a stop in OBS ends the stream. */
function watchSwitching(turn: Turn, phase: Switching): void {
  const obs = pushOf(turn.state)
  if (obs !== null && phase.to !== obs && startedInObs(turn.state)) {
    supersede(turn, phase, obs, { code: 'started-in-obs' })
    return
  }
  const { end } = turn.state.obs
  const stopped = end !== null && (end.how === 'user' || end.how === 'quit') && end.at >= phase.since
  if (isPush(turn.state, phase.to) && !phase.overlap && phase.step !== 'fence' && stopped) {
    endedInObs(turn, end.how, end.how === 'quit' || end.certain)
    if (inProgram(turn.state, phase.to)) {
      turn.stop(phase.to, 'clean', { code: 'stream-ended', how: end.how })
    }
    return
  }
  switchTime(turn, phase)
}

/** OBS's monitor must know which starts and stops were ours: OBS's events do not say. */
function tellObs(turn: Turn): void {
  const obs = pushOf(turn.state)
  for (const command of turn.commands) {
    if (
      (command.kind === 'start' || command.kind === 'stop') &&
      command.system === obs &&
      reaches(turn, command)
    ) {
      turn.set({
        obs: observeObs(turn.state.obs, { kind: 'told', at: turn.at, what: command.kind }, turn.policy),
      })
    }
  }
}

/** Does it come to StartStream or StopStream in OBS? One that feeds the program goes on feeding it, except where the broadcast ends. */
function reaches(turn: Turn, command: Extract<Command, { readonly kind: 'start' | 'stop' }>): boolean {
  if (!inProgram(turn.state, command.system)) return true
  return command.kind === 'start' ? !obsPublishes(turn.state) : command.mode === 'clean'
}
