import type { TrackDifference } from '../../../core/compare-tracks'
import type { Cause } from '../../../core/health'
import type { Problem } from '../../../core/problem'
import type { SystemId } from '../../../core/words'
import { causeSentence } from '../causes/sentences'
import { capital, durationText } from '../fill'
import { systemName } from '../names'
import { problemNext, problemText } from '../problems'
import { differenceWords } from './tracks'

/** What one check says, and what to do; null: nothing. */
export interface CheckWords {
  readonly text: string
  readonly next: string | null
}

const say = (text: string, next: string | null = null): CheckWords => ({ text, next })

const ofProblem = (problem: Problem): CheckWords => say(problemText(problem), problemNext(problem))

/** Sentences of the checks before a stream. */
export const preflightWords = {
  obsConnected: (version: string | null) =>
    say(version === null ? 'OBS is connected.' : `OBS ${version} is connected.`),
  obsMissing: (problem: Problem | null) =>
    problem === null
      ? say('OBS is not connected yet.', 'Start OBS. Understudy finds it by itself.')
      : ofProblem(problem),
  obsNotRunning: () => say('OBS is not running.', 'Start OBS. Understudy finds it by itself.'),
  obsNotInstalled: () =>
    say('No OBS was found on this PC.', 'Install OBS 28 or newer and start it once, or say where it is.'),
  obsWebSocketOff: () =>
    say(
      'OBS does not let other programs in yet.',
      'In OBS: Tools > WebSocket Server Settings > Enable WebSocket server.',
    ),

  destinationKnown: (label: string, from: 'obs' | 'config' | null) =>
    say(from === 'obs' ? `The stream goes to ${label}, as set in OBS.` : `The stream goes to ${label}.`),
  destinationMissing: (problem: Problem | null) =>
    problem === null
      ? say('It is not known yet where the stream goes.', 'It is read from OBS as soon as OBS is connected.')
      : ofProblem(problem),

  noBackup: () =>
    say('There is no backup source yet.', 'Add one: a camera, a phone, a second encoder or a file.'),
  backups: (count: number) =>
    say(count === 1 ? 'A backup source is set up.' : `${count} backup sources are set up.`),
  backupReady: (id: SystemId) => say(`${capital(systemName(id))} sends and could take over now.`),
  backupNotReady: (id: SystemId, problem: Problem | null) =>
    problem === null
      ? say(
          `${capital(systemName(id))} is not ready yet.`,
          'Check that the source is switched on and sending.',
        )
      : say(`${capital(systemName(id))} is not ready: ${lower(problemText(problem))}`, problemNext(problem)),
  backupReadyNone: () => say('No backup could take over yet.', 'Add a backup source first.'),

  backupOtherFormat: (id: SystemId, cause: Cause | undefined) =>
    say(
      `${capital(systemName(id))} sends and could take over, but not without a break. ${causeSentence(cause ?? { code: 'other-format' })}.`,
      'Let the backup send what OBS sends, or choose H.264 and 48 kHz in OBS.',
    ),

  moreTracks: ({
    vodTrack,
    multitrackVideo,
  }: {
    readonly vodTrack: boolean
    readonly multitrackVideo: boolean
  }) => {
    const sent = [
      ...(multitrackVideo ? ['the picture in several sizes (multitrack video)'] : []),
      ...(vodTrack ? ['a second sound track (VOD track)'] : []),
    ].join(' and ')
    return say(
      `OBS is set to send ${sent}. Through Understudy only the first picture and the first sound go on.`,
      vodTrack
        ? 'Recordings of the stream then have the sound of the live stream, music and all. If you do not want that, let OBS stream directly (Set-up > Route).'
        : 'Viewers get the first size alone. Turn it off in OBS (Settings > Stream) to save this PC the other ones.',
    )
  },

  matches: () => say('Picture and sound of the backup match those of OBS.'),
  differs: (differences: readonly TrackDifference[]) => {
    const words = differences.map(differenceWords)
    const first = words.find(({ grave }) => grave) ?? words[0]
    return say(words.map(({ text }) => text).join(' '), first?.next ?? null)
  },
  matchUnknown: () =>
    say(
      'Whether the backup matches OBS is not known yet.',
      'It is compared when OBS is connected and the backup sends.',
    ),

  ffmpegFound: (version: string) => say(`ffmpeg ${version} is installed.`),
  ffmpegProblem: ofProblem,

  recordingSafe: () => say('Stopping the stream does not stop a recording in OBS.'),
  recordingCut: (recordingNow: boolean) =>
    say(
      recordingNow
        ? 'OBS is recording, and stopping the stream stops the recording too. A switch to the backup stops the stream in OBS.'
        : 'When the stream is stopped, OBS stops the recording too. A switch to the backup stops the stream in OBS.',
      'In OBS: Settings > General > Output, tick “Keep recording when stream stops”.',
    ),
  recordingUnknown: () =>
    say(
      'Whether OBS would stop a recording with the stream is not known.',
      'In OBS: Settings > General > Output, see “Keep recording when stream stops”.',
    ),

  secretsInKeyStore: () => say('Stream keys and passwords are in the key store of this PC.'),
  secretsInFile: () =>
    say(
      'Stream keys and passwords are in a file that only your user can read.',
      'With the desktop app they are kept in the key store of this PC, where it has one.',
    ),
  secretsLocked: () =>
    say('Stream keys and passwords are in the key store of the desktop app.', 'Start the desktop app.'),

  rehearsed: (worstGapMs: number | null) =>
    say(
      worstGapMs === null
        ? 'A rehearsal was passed.'
        : `A rehearsal was passed; viewers missed ${durationText(worstGapMs)} at most.`,
    ),
  notRehearsed: () =>
    say('You have not rehearsed yet.', 'Rehearse once: two minutes, and nothing leaves this PC.'),

  armed: () => say('Understudy is armed: it switches by itself.'),
  armsItself: () => say('It arms by itself when OBS goes live.'),
  notArmed: () => say('Understudy watches and will not switch by itself.', 'Arm it when you go live.'),
} as const

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
