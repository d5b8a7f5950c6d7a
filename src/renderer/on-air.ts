import type { Snapshot } from '../shared/snapshot'
import { capital, problemText, proofText, reasonText, systemName } from '../shared/messages'

/** How the tally looks; each has a colour and a shape of its own. */
export type Tally = 'live' | 'backup' | 'switching' | 'dark' | 'off'

/** What the large panel says. */
export interface OnAirWords {
  readonly tally: Tally
  /** The word on the lamp. */
  readonly lamp: string
  readonly headline: string
  readonly detail: string
  /** Engine wall clock, ms, from which a running time is shown; null: none. */
  readonly sinceWall: number | null
}

const steps = {
  fence: 'waiting for the old one to let go',
  start: 'starting',
  prove: 'checking that it arrives',
}

const ends = {
  user: 'The stream was stopped in OBS.',
  quit: 'OBS was closed.',
  operator: 'You ended the stream.',
}

/** The snapshot's phase in words. */
export function onAirWords(snapshot: Snapshot): OnAirWords {
  const { phase } = snapshot
  switch (phase.kind) {
    case 'on-air': {
      const primary = snapshot.systems[0]?.id === phase.system
      return {
        tally: primary ? 'live' : 'backup',
        lamp: 'On air',
        headline: capital(systemName(phase.system)),
        detail: phase.proof === null ? 'Not proved yet that it arrives' : capital(proofText[phase.proof]),
        sinceWall: phase.sinceWall,
      }
    }
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
        lamp: 'Looking',
        headline: 'Just a moment',
        detail: 'Understudy looks at what is on air.',
        sinceWall: null,
      }
    case 'ending':
      return {
        tally: 'switching',
        lamp: 'Ending',
        headline: 'The stream is ending',
        detail: 'Everyone who sends is told to stop.',
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
