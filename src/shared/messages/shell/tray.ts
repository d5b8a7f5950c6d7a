import { isLive } from '../../live'
import type { Snapshot, SystemView } from '../../snapshot'
import { offAirShort, offAirWords } from '../off-air'
import { lastMissed } from '../page/on-air'
import { causePhrase, withoutStop } from '../causes/reasons'
import { capital } from '../fill'
import { systemName } from '../names'
import { problemText } from '../problems'
import { reconnectingOf, type Reconnecting } from '../../reconnecting'

/** Labels of the tray's menu. */
export const trayLabels = {
  backupNow: 'Backup now',
  obsNow: 'OBS now',
  slate: 'Standby picture',
  hold: 'Hold',
  holdMinutes: (minutes: number) => `For ${minutes} minutes`,
  holdOpen: 'Until I release it',
  release: 'Release the hold',
  arm: 'Arm',
  disarm: 'Disarm',
  open: 'Open Understudy',
  quit: 'Quit',
} as const

/** How the stream stands, in one short line. */
export function trayStateLine(snapshot: Snapshot | null): string {
  if (snapshot === null) return 'The engine is not running: the stream is not guarded'
  const rehearsal = snapshot.mode === 'rehearsal' ? 'Rehearsal: ' : ''
  return `${rehearsal}${rehearsal === '' ? capital(standing(snapshot)) : standing(snapshot)}`
}

function standing(snapshot: Snapshot): string {
  const { phase } = snapshot
  const reconnecting = reconnectingOf(snapshot)
  switch (phase.kind) {
    case 'offline':
      return 'not live'
    case 'adopting':
      return 'checking what is on air'
    case 'ending':
      return 'the stream is ending'
    case 'switching':
      return phase.from === null
        ? `starting ${systemName(phase.to)}`
        : `switching from ${systemName(phase.from)} to ${systemName(phase.to)}`
    case 'dark':
      return phase.problem === null
        ? 'nothing is on air'
        : `nothing is on air. ${problemText(phase.problem).replace(/\.$/, '')}`
    case 'on-air':
    case 'reconnecting': {
      const system = snapshot.systems.find((each) => each.id === phase.system)
      const cause = system?.verdict === 'bad' ? system.causes[0] : undefined
      if (cause !== undefined) return causePhrase(cause.code, phase.system)
      if (reconnecting !== null && system?.verdict !== 'bad') return reconnectingText(reconnecting)
      return system?.verdict === 'bad'
        ? `${systemName(phase.system)} is failing`
        : `${systemName(phase.system)} is on air`
    }
  }
}

function reconnectingText({ system, settling, problem }: Reconnecting): string {
  if (settling) return `${systemName(system)} is connected, checking that it holds`
  const why = problem === null ? '' : `. ${problemText(problem).replace(/\.$/, '')}`
  return `reconnecting, nothing from ${systemName(system)} arrives${why}`
}

/** What viewers have, or had, to do without; null where there is nothing to say. */
export function trayViewersLine(
  snapshot: Snapshot | null,
  timeOfDay: (wall: number) => string,
): string | null {
  if (snapshot === null) return null
  const offAir = snapshot.offAir ?? null
  if (offAir === null) return lastMissed(snapshot) === null ? null : lastLine(snapshot, timeOfDay)
  return offAir.sinceWall === null
    ? withoutStop(offAirWords.sinceUnknown)
    : capital(offAirWords.since(timeOfDay(offAir.sinceWall)))
}

/** A menu is narrow: without the parts, with when. */
function lastLine({ incident }: Snapshot, timeOfDay: (wall: number) => string): string | null {
  if (!incident?.offAir) return null
  return `${timeOfDay(incident.startedWall)}: ${offAirShort(incident.offAir)}`
}

/** What would happen if it failed now; null where there is nothing to say. */
export function trayGuardLine(snapshot: Snapshot | null, timeOfDay: (wall: number) => string): string | null {
  if (snapshot === null) return null
  if (snapshot.hold !== null) {
    const { untilWall } = snapshot.hold
    return untilWall === null ? 'Hold: nothing switches by itself' : `Hold until ${timeOfDay(untilWall)}`
  }
  if (!isLive(snapshot)) return null
  if (!snapshot.armed) return 'Not armed: nothing switches by itself'
  const carrier = snapshot.phase.kind === 'reconnecting' ? snapshot.phase.system : snapshot.onAir
  const ready = snapshot.systems.find((each) => each.id !== carrier && each.readiness === 'ready')
  return ready === undefined ? 'No backup is ready' : `Armed, ${readyWords(ready)}`
}

const readyWords = ({ id }: SystemView): string => `${systemName(id)} is ready`
