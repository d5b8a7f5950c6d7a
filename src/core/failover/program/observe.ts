import {
  initialDestinationHealth,
  observeDestination,
  rebaselinedDestination,
  unheardDestination,
} from '../../health/destination'
import type { ProgramStatusEvent } from '../../program'
import { needsNewSession } from './format'
import { onProgram } from './state'
import type { ProgramMemory } from './state'
import { assessmentOf } from '../systems'
import type { Turn } from '../turn'

export const setProgram = (turn: Turn, change: Partial<ProgramMemory>): void => {
  turn.set({ program: { ...turn.state.program, ...change } })
}

/** A status of the carrier's program into memory: nothing is decided here. */
export function observeProgram(turn: Turn, event: ProgramStatusEvent): void {
  const { program } = turn.state
  if (event.stale) {
    setProgram(turn, {
      heardAt: event.at,
      stale: true,
      destinations: Object.fromEntries(
        Object.entries(program.destinations).map(([id, health]) => [id, unheardDestination(health)]),
      ),
    })
    return
  }
  const seq = event.lastCut?.seq ?? 0
  // A carrier that counts from one again is a new one, and knows nothing of what it was told.
  const anew = program.stale || program.status === null || seq < (program.status.lastCut?.seq ?? 0)
  const cutSeq = seq < program.cutSeq ? 0 : program.cutSeq
  setProgram(turn, {
    status: event,
    heardAt: event.at,
    stale: false,
    destinations: Object.fromEntries(
      event.destinations.map((sample) => [
        sample.id,
        observeDestination(
          program.destinations[sample.id] ?? initialDestinationHealth(),
          sample,
          event.at,
          turn.policy,
        ),
      ]),
    ),
    cutSeq,
    cutSeenAt: seq > cutSeq ? (program.cutSeenAt ?? event.at) : null,
    ...(anew ? { guard: { guard: undefined, commandId: null, notBefore: 0 } } : {}),
  })
  turn.set({ generation: Math.max(turn.state.generation, event.generation ?? 0) })
}

/** The PC slept: windows begin again. */
export function resumeProgram(turn: Turn): void {
  const { destinations } = turn.state.program
  setProgram(turn, {
    firstReadySince: null,
    destinations: Object.fromEntries(
      Object.entries(destinations).map(([id, health]) => [id, rebaselinedDestination(health, turn.at)]),
    ),
  })
}

/** What is counted from event to event: is the first system well, and is what is on air what is on the program? */
export function countProgram(turn: Turn): void {
  const { state } = turn
  if (state.route !== 'program') return
  const { program, phase } = state
  const first = state.lineup[0]?.id
  const feed = onProgram(program)
  const off = phase.kind === 'on-air' && feed !== null && feed !== phase.system
  const well = first !== undefined && isWell(turn, first)
  const firstReadySince = well ? (program.firstReadySince ?? turn.at) : null
  const offSince = off ? (program.offSince ?? turn.at) : null
  if (firstReadySince !== program.firstReadySince || offSince !== program.offSince) {
    setProgram(turn, { firstReadySince, offSince })
  }
}

function isWell(turn: Turn, system: string): boolean {
  const found = assessmentOf(turn.state, system, turn.at, turn.policy)
  // Of another format than what is on meanwhile: the way back to it is a new session too.
  return (found.readiness === 'ready' || needsNewSession(found)) && found.verdict !== 'bad'
}
