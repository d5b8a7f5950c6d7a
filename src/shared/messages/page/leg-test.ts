import type { TrackDifference } from '../../../core/compare-tracks'
import type { Problem } from '../../../core/problem'
import type { Track } from '../../../core/words'
import type { TestStep } from '../../settings/settings'
import { problemNext, problemText } from '../problems'
import { differenceWords, tracksText } from './tracks'

const fine = (text: string): TestStep => ({ state: 'ok', text, next: null })

/** What a test of one leg found, in words. */
export const legTestWords = {
  failed: (problem: Problem): TestStep => ({
    state: 'failed',
    text: problemText(problem),
    next: problemNext(problem),
  }),
  warned: (problem: Problem): TestStep => ({
    state: 'warning',
    text: problemText(problem),
    next: problemNext(problem),
  }),
  late: (seconds: number): TestStep => ({
    state: 'failed',
    text: `The test gave no result after ${seconds} s.`,
    next: 'Try again. If this continues, check that the other side answers at all.',
  }),

  obsFiles: (port: number): TestStep =>
    fine(`OBS’s own settings were found: its WebSocket server is on, port ${port}.`),
  obsPort: (address: string): TestStep => fine(`OBS answers at ${address}.`),
  obsLogin: (version: string | null): TestStep =>
    fine(version === null ? 'Logged in to OBS.' : `Logged in to OBS ${version}.`),

  destinationRtmp: (host: string, secure: boolean): TestStep =>
    fine(
      secure
        ? `${host} accepts the connection, encrypted. Nothing was sent.`
        : `${host} accepts the connection. Nothing was sent.`,
    ),
  destinationName: (host: string): TestStep =>
    fine(`The name ${host} was found. With SRT, nothing more can be tested before a stream starts.`),
  destinationKey: (hint: string | null): TestStep =>
    fine(
      hint === null
        ? 'A stream key is set. Whether the platform accepts it shows when the stream starts.'
        : `A stream key is set (${hint}). Whether the platform accepts it shows when the stream starts.`,
    ),
  destinationNoKey: (): TestStep => ({
    state: 'warning',
    text: 'No stream key is set.',
    next: 'Most platforms want one: copy it from your platform.',
  }),

  ingestAnswers: (version: string): TestStep => fine(`The media server answers: MediaMTX ${version}.`),
  source: (tracks: readonly Track[], running: boolean): TestStep =>
    fine(`${running ? 'The source is being pulled' : 'The source sends'}: ${tracksText(tracks)}.`),
  matches: (): TestStep => fine('Picture and sound match those of OBS.'),
  matchUnknown: (): TestStep => ({
    state: 'warning',
    text: 'OBS is not connected, so the source could not be compared with it.',
    next: 'Start OBS, then test again.',
  }),
  difference: (difference: TrackDifference): TestStep => {
    const { text, next } = differenceWords(difference)
    return { state: 'warning', text, next }
  },
} as const
