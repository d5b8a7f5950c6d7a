import { candidates, assessmentOf, seenCut } from './systems'
import { noBackupWatch, type State } from './state'
import type { Turn } from './turn'

/** Nobody ready for this long is told. A cold pull needs up to 2.5 s to its first picture (measured), a reload of a source about as long. */
const notReadyMs = 5_000
/** Ready again for this long is told: a source that comes and goes is not ready. */
const readyMs = 3_000

/**
 * While the primary is on air, is well and armed, nobody being ready to take over is worth telling: a fall would not be
 * caught. At any other time it is either no news or said by other notices (`not-switched`). `resumed`: samples from
 * before say nothing, so the time begins again.
 */
export function watchBackups(turn: Turn, resumed: boolean): void {
  const { state } = turn
  const before = state.backupWatch
  const primary = guarded(state)
  if (primary === null) {
    if (before !== noBackupWatch) turn.set({ backupWatch: noBackupWatch })
    return
  }
  const missing = unseen(turn, primary).length === 0
  if (missing === before.told) {
    if (before.since !== null) turn.set({ backupWatch: { ...before, since: null } })
    return
  }
  const since = resumed ? turn.at : (before.since ?? turn.at)
  if (turn.at - since < (missing ? notReadyMs : readyMs)) {
    if (since !== before.since) turn.set({ backupWatch: { ...before, since } })
    return
  }
  turn.set({ backupWatch: { since: null, told: missing } })
  tell(turn, primary, missing)
}

/** The primary, where it is on air and a fall of it would be caught by a backup; else null. */
function guarded({ armed, phase, lineup }: State): string | null {
  const primary = lineup[0]?.id
  const on = phase.kind === 'on-air' && phase.system === primary && phase.badSince === null
  return armed && on && lineup.length > 1 ? phase.system : null
}

/** Who could take over without a break at the viewers. */
const unseen = (turn: Turn, primary: string): readonly string[] =>
  candidates(turn.state, turn.at, turn.policy, [primary]).filter(
    (system) => !seenCut(turn.state, system, turn.at, turn.policy),
  )

/** The first backup speaks for all: it is the one that would be taken. */
function tell(turn: Turn, primary: string, missing: boolean): void {
  const ready = unseen(turn, primary)[0]
  const first = turn.state.lineup.find((entry) => entry.id !== primary)?.id ?? primary
  const { readinessCauses } = assessmentOf(turn.state, first, turn.at, turn.policy)
  const cause = readinessCauses[0]?.code ?? 'no-sample'
  const reason = { code: 'readiness', system: ready ?? first } as const
  if (missing) turn.tell({ code: 'backup-not-ready', system: first, cause }, reason)
  else turn.tell({ code: 'backup-ready', system: ready ?? first }, reason)
}
