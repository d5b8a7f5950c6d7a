import type { Snapshot } from '../../snapshot'
import { capital, causeSentence, problemText, proofText, reasonText, systemName } from '..'
import { reconnectingOf, type Reconnecting } from '../../reconnecting'
import { offAirText, offAirWords } from '../off-air'
import { destinationHelp, destinationTrouble } from './program'

/** How the tally looks; each has a colour and a shape of its own. */
export type Tally = 'live' | 'backup' | 'failing' | 'switching' | 'dark' | 'off'

/** What the large panel says. */
export interface OnAirWords {
  readonly tally: Tally
  /** The word on the lamp. */
  readonly lamp: string
  readonly headline: string
  readonly detail: string
  /** Engine wall clock, ms, from which a running time is shown; null: none. */
  readonly sinceWall: number | null
  /** That time is what viewers have been doing without. */
  readonly missing: boolean
}

const steps = {
  fence: 'waiting for the old sender to stop',
  start: 'starting',
  prove: 'checking that it arrives',
}

const ends = {
  user: 'The stream was stopped in OBS.',
  quit: 'OBS was closed.',
  operator: 'You ended the stream.',
}

type PhaseWords = Omit<OnAirWords, 'missing'>
type OnAirPhase = Extract<Snapshot['phase'], { readonly kind: 'on-air' }>

/** Nothing of it may look on air: no destination has it, or none for long enough to count on. */
function reconnectingNow(
  snapshot: Snapshot,
  { system, settling, problem, sinceWall }: Reconnecting,
): PhaseWords {
  const name = capital(systemName(system))
  const destinations = snapshot.program?.destinations ?? []
  if (settling) {
    const first = destinations.every(({ sessions }) => sessions <= 1)
    return {
      tally: 'switching',
      lamp: first ? 'Starting' : 'Reconnecting',
      headline: `${name} is being sent`,
      detail: 'The server accepted the connection. Understudy is checking that it holds.',
      sinceWall,
    }
  }
  const given = destinations.length > 0 && destinations.every(({ leg }) => leg === 'failed')
  const [first] = destinations
  const cause = snapshot.systems.find(({ id, verdict }) => id === system && verdict === 'bad')?.causes[0]
  const state = cause === undefined ? `${name} is not connected to the destination` : causeSentence(cause)
  const why = [
    problem === null ? null : problemText(problem),
    first === undefined ? null : destinationHelp(first),
  ]
  return {
    tally: given ? 'dark' : 'failing',
    lamp: given ? 'Off air' : 'Reconnecting',
    headline: 'The stream does not arrive',
    detail: [state, ...why].filter(Boolean).map(sentence).join(' '),
    sinceWall,
  }
}

/** Who carries the stream. What went well once is no news while it fails: then the cause stands there. */
function onAirNow(snapshot: Snapshot, phase: OnAirPhase): PhaseWords {
  const system = snapshot.systems.find((each) => each.id === phase.system)
  const name = capital(systemName(phase.system))
  const primary = snapshot.systems[0]?.id === phase.system
  const [first] = snapshot.program?.destinations ?? []
  if (system?.verdict !== 'bad' && first?.verdict === 'bad') {
    return {
      tally: 'failing',
      lamp: 'Failing',
      headline: 'The stream does not arrive',
      detail: [destinationTrouble(first)[0], destinationHelp(first)].filter(Boolean).map(sentence).join(' '),
      sinceWall: null,
    }
  }
  // Nobody calls it bad yet: OBS reconnects, and may.
  if (system?.verdict !== 'bad' && (snapshot.offAir ?? null) !== null) {
    const cause = system?.causes[0]
    return {
      tally: 'failing',
      lamp: 'Failing',
      headline: `Nothing comes from ${systemName(phase.system)}`,
      detail: cause === undefined ? '' : `${causeSentence(cause)}.`,
      sinceWall: null,
    }
  }
  if (system?.verdict !== 'bad') {
    const tally = primary ? 'live' : 'backup'
    return {
      tally,
      lamp: 'On air',
      headline: name,
      detail: proofLine(snapshot, phase),
      sinceWall: phase.sinceWall,
    }
  }
  const cause = system.causes[0]
  return {
    tally: 'failing',
    lamp: 'Failing',
    headline: `${name} is failing`,
    detail: cause === undefined ? '' : `${causeSentence(cause)}.`,
    sinceWall: null,
  }
}

const sentence = (text: string | null | undefined): string => `${(text ?? '').replace(/\.$/, '')}.`

/** How it is known that media arrives: the proof of the last switch, else what a look at the far end shows now. */
function proofLine({ destination }: Snapshot, { proof }: OnAirPhase): string {
  if (proof !== null) return capital(proofText[proof])
  return destination.witnesses.some((witness) => witness.media === 'flowing')
    ? 'Media arrives at the destination'
    : 'It is not confirmed yet that it arrives'
}

/** The snapshot's phase in words. While viewers have nothing, the time is theirs. */
export function onAirWords(snapshot: Snapshot): OnAirWords {
  const words = phaseWords(snapshot)
  const offAir = snapshot.offAir ?? null
  if (offAir === null) return { ...words, missing: false }
  if (offAir.sinceWall !== null) return { ...words, sinceWall: offAir.sinceWall, missing: true }
  const detail = [words.detail, offAirWords.sinceUnknown].filter(Boolean).join(' ')
  return { ...words, detail, sinceWall: null, missing: false }
}

function phaseWords(snapshot: Snapshot): PhaseWords {
  const { phase } = snapshot
  const reconnecting = reconnectingOf(snapshot)
  if (reconnecting !== null) return reconnectingNow(snapshot, reconnecting)
  switch (phase.kind) {
    case 'on-air':
      return onAirNow(snapshot, phase)
    case 'reconnecting':
      return reconnectingNow(snapshot, phase)
    case 'switching': {
      const again = phase.attempt > 1 ? `, attempt ${phase.attempt}` : ''
      const trouble = phase.problem === null ? '' : ` ${problemText(phase.problem)}`
      return {
        tally: 'switching',
        lamp: phase.from === null ? 'Starting' : 'Switching',
        headline: `To ${systemName(phase.to)}`,
        detail: `${capital(steps[phase.step])}${again}: ${reasonText(phase.reason)}.${trouble}`,
        sinceWall: phase.sinceWall,
      }
    }
    case 'dark':
      return {
        tally: 'dark',
        lamp: 'Dark',
        headline: 'Nothing is on air',
        detail: phase.problem === null ? 'Viewers see no picture.' : problemText(phase.problem),
        sinceWall: phase.sinceWall,
      }
    case 'adopting':
      return {
        tally: 'off',
        lamp: 'Checking',
        headline: 'Just a moment',
        detail: 'Understudy is checking what is on air.',
        sinceWall: null,
      }
    case 'ending':
      return {
        tally: 'switching',
        lamp: 'Ending',
        headline: 'The stream is ending',
        detail: 'Every sender is being stopped.',
        sinceWall: null,
      }
    case 'offline':
      return {
        tally: 'off',
        lamp: 'Off air',
        headline: 'Not live',
        detail: phase.lastEnd === null ? 'Go live here or in OBS.' : ends[phase.lastEnd],
        sinceWall: null,
      }
  }
}

/** When it began, beside a running clock. */
export const sinceText = (timeOfDay: string, missing: boolean): string =>
  missing ? offAirWords.since(timeOfDay) : `since ${timeOfDay}`

/** What the last incident cost stands for so long, while whoever it ended with is on air, ms. */
const afterMs = 10 * 60_000

/** What viewers missed of late; null: nothing, or it is told otherwise. */
export function lastMissed({ phase, incident, offAir, wall }: Snapshot): string | null {
  const account = incident?.offAir ?? null
  const endedWall = incident?.endedWall ?? null
  if (account === null || endedWall === null || phase.kind !== 'on-air' || (offAir ?? null) !== null)
    return null
  // A later switch is another story: its own entry tells it.
  const laterSwitch = account.how === 'switched' && phase.sinceWall > endedWall + 1_000
  return laterSwitch || wall - endedWall > afterMs ? null : offAirText(account)
}
