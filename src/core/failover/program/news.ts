import { compareFormats } from '../../compare-tracks'
import { setProgram } from './observe'
import { programLive } from './state'
import type { Turn } from '../turn'

/** Said when it happened: the session was begun again, or a feed sends tracks that are not carried. */
export function watchProgramNews(turn: Turn): void {
  const { route, program } = turn.state
  if (route !== 'program' || program.stale || program.status === null) return
  watchSession(turn)
  watchLeftOut(turn)
}

function watchSession(turn: Turn): void {
  const { program } = turn.state
  const now = programLive(program) ? (program.status?.session ?? null) : null
  const { session: before } = program
  if (now === null || (before !== null && JSON.stringify(before) === JSON.stringify(now))) {
    if (now === null && before !== null) setProgram(turn, { session: null })
    return
  }
  const system = program.status?.onFeed ?? null
  // What it carries is known once its first headers have gone out.
  const differences = before === null ? [] : compareFormats(before.format, now.format)
  const renewed = before !== null && now.seq > before.seq
  if (renewed && differences.length === 0) return
  setProgram(turn, { session: now })
  if (!renewed || system === null) return
  turn.tell({ code: 'session-renewed', system, differences }, { code: 'guard' })
}

function watchLeftOut(turn: Turn): void {
  for (const { system, leg, leftOut } of turn.state.program.status?.feeds ?? []) {
    const { video, audio } = leftOut ?? { video: 0, audio: 0 }
    const told = turn.state.program.leftOutTold[system] ?? 0
    const count = video + audio
    // A feed that comes again has shown nothing yet: what was said of it stands until it has.
    if (count === told || (count < told && leg !== 'up')) continue
    setProgram(turn, { leftOutTold: { ...turn.state.program.leftOutTold, [system]: count } })
    if (count > told) turn.tell({ code: 'tracks-left-out', system, video, audio }, { code: 'guard' })
  }
}
