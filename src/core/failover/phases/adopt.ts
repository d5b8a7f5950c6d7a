import type { RestoredEvent } from '../../events'
import { obsAbsent } from '../../health'
import type { SystemId } from '../../words'
import { endedInObs } from './on-air'
import { dark, onAir } from './phase'
import { noteOwner } from '../program/cut'
import { setProgram } from '../program/observe'
import { programLive } from '../program/state'
import { inProgram } from '../program/systems'
import type { Phase, State } from '../state'
import { accountForObs } from './switching'
import { isPush, obsPublishes, publishes, pullPublishes, pushOf } from '../systems'
import type { Turn } from '../turn'

type Adopting = Extract<Phase, { readonly kind: 'adopting' }>

/** The engine starts again: what the restore point said, and then a look at what is really on air. */
export function restore(turn: Turn, event: RestoredEvent): void {
  const { point } = event
  const until = point.hold?.untilWall ?? null
  const held = point.hold !== null && (until === null || until > event.wall)
  turn.set({
    armed: point.armed,
    hold: held ? { since: turn.at, until: until === null ? null : turn.at + (until - event.wall) } : null,
    generation: Math.max(turn.state.generation, point.generation),
    owedFence: point.owedFence && !inProgram(turn.state, pushOf(turn.state)),
  })
  turn.phase({
    kind: 'adopting',
    until: turn.at + turn.policy.failover.adoptMs,
    onAir: point.onAir,
    handover: point.handover ?? false,
  })
}

/** Concludes as soon as everybody was heard, or when the time for it is over. */
export function watchAdopting(turn: Turn, phase: Adopting): void {
  const { state } = turn
  const heard = state.lineup.every((entry) =>
    inProgram(state, entry.id)
      ? programHeard(state, entry.kind === 'push')
      : entry.kind === 'push'
        ? state.obs.phase !== 'unknown'
        : state.publishing[entry.id] !== undefined && !state.publishing[entry.id]?.stale,
  )
  // Without a lineup nobody was asked yet.
  if ((!heard || state.lineup.length === 0) && turn.at < phase.until) return
  const publishing = found(turn, phase.onAir)
  const owner = chooseOwner(turn, phase.onAir, publishing)
  if (owner === null) nobodyFound(turn, phase)
  else takeOver(turn, phase, owner, publishing)
}

/** A live program says it all; else an OBS that may feed it in a moment is waited for. */
const programHeard = ({ program, obs }: State, push: boolean): boolean =>
  program.status !== null && !program.stale && (program.status.live || !push || obs.phase !== 'unknown')

/** Who publishes. An OBS that another was to replace counts only when its stream really runs. */
function found(turn: Turn, meant: SystemId | null): readonly SystemId[] {
  const { state } = turn
  return state.lineup
    .filter((entry) => {
      if (inProgram(state, entry.id)) return publishes(state, entry.id)
      if (entry.kind !== 'push') return pullPublishes(state, entry.id)
      const replaced = state.owedFence || (meant !== null && meant !== entry.id)
      return replaced ? state.obs.phase === 'active' : obsPublishes(state)
    })
    .map((entry) => entry.id)
}

/**
 * Who keeps the stream: the one meant to have it, else the first of the lineup. An OBS that is owed a fence comes last,
 * but when it alone is on air, viewers have nothing else.
 */
function chooseOwner(turn: Turn, meant: SystemId | null, publishing: readonly SystemId[]): SystemId | null {
  if (meant !== null && publishing.includes(meant)) return meant
  const others = publishing.filter((system) => !isPush(turn.state, system))
  return (turn.state.owedFence ? others[0] : undefined) ?? publishing[0] ?? null
}

function takeOver(turn: Turn, phase: Adopting, owner: SystemId, publishing: readonly SystemId[]): void {
  const obs = pushOf(turn.state)
  accountForObs(turn)
  turn.phase(onAir(turn.at, owner, null, false))
  // A stream that no engine of ours knew of is a new one; what was disarmed by hand stays so over a restart.
  const known = phase.onAir !== null
  turn.tell({ code: known ? 'adopted' : 'stream-started', system: owner }, { code: 'adopt' })
  adoptProgram(turn, owner)
  if (owner === obs || inProgram(turn.state, obs)) turn.set({ owedFence: false })
  else if (obs !== null && publishing.includes(obs)) turn.set({ owedFence: true })
  if (turn.state.autoArm && owner === obs && !known) turn.set({ armed: true })
}

/** What the carrier did while nobody looked is known from its last cut; what the operator chose is not undone. */
function adoptProgram(turn: Turn, owner: SystemId): void {
  const { program } = turn.state
  if (!inProgram(turn.state, owner) || !programLive(program)) return
  const cut = program.status?.lastCut ?? null
  noteOwner(turn, owner, cut !== null && cut.to === owner && cut.why !== 'asked')
  setProgram(turn, { cutSeq: cut?.seq ?? 0, cutSeenAt: null })
}

function nobodyFound(turn: Turn, phase: Adopting): void {
  const obs = pushOf(turn.state)
  accountForObs(turn)
  if (phase.onAir === null) {
    turn.phase({ kind: 'offline', lastEnd: null })
  } else if (phase.onAir !== obs || phase.handover || inProgram(turn.state, obs)) {
    // The engine died in the middle of a switch: carry it on.
    turn.phase(dark(turn.at, phase.onAir))
  } else if (turn.state.obs.phase === 'inactive' || obsAbsent(turn.state.obs)) {
    // OBS does not stream, or is not there: nobody saw how it ended.
    endedInObs(turn, 'user', false)
  } else {
    // OBS should be on air and cannot be seen: its health decides.
    turn.phase(onAir(turn.at, phase.onAir, null, false))
  }
}
