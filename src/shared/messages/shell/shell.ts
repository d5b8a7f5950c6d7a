import type { Snapshot } from '../../snapshot'

/** What the desktop app says by itself: its own page while there is no engine, its questions, its missing parts. */
export const shellText = {
  name: 'Understudy',
  engineNotStarted: (fault: string) => `The engine of Understudy could not be started (${fault}).`,
  engineDied: 'The engine of Understudy ended without a word.',
  engineLate: 'The engine of Understudy did not answer within a minute.',
  engineFailedNext: 'Mend what it says, then try again. More stands in the log of the engine.',
  startingTitle: 'Starting Understudy',
  startingText: 'The engine starts. This takes a few seconds.',
  restartingTitle: 'The engine stopped and is started again',
  restartingText: 'What is on air stays on air. Nobody switches until the engine is back, in a few seconds.',
  endedTitle: 'Understudy’s engine was ended',
  endedText: 'It was asked to end. Nobody watches the stream now.',
  endedNext: 'Start it again to be guarded.',
  failedTitle: 'Understudy’s engine does not run',
  failedOnAir: 'What is on air stays on air, but nobody watches it.',
  tryAgain: 'Try again',
  startAgain: 'Start again',
  quit: 'Quit',
  openLogs: 'Show the logs',
  quitTitle: 'Quit Understudy?',
  keepRunning: 'Keep running',
  quitWindow: 'Quit the app, keep guarding',
  stopGuarding: 'Quit and stop guarding',
  quitPointed: 'OBS sends its stream to Understudy, so it cannot stream while Understudy is not running.',
  quitPointedTells:
    'OBS can have its own stream settings back now. Next time, one click in Set-up > Route connects it again.',
  giveBackAndQuit: 'Give OBS its settings back and quit',
  quitAnyway: 'Quit',
  notGivenBack: 'OBS’s own settings could not be given back: the engine did not answer.',
  notGivenBackNext: 'They stay kept. Open Understudy again and give them back in Set-up > Route.',
  inTrayTitle: 'Understudy is still here',
  inTrayText: 'It goes on guarding. Open it again, or quit it, from its icon in the tray.',
  couldNotStart: 'Understudy could not start',
  mediaFiles: 'Video and pictures',
  allFiles: 'All files',
  menuEdit: 'Edit',
  menuView: 'View',
  menuWindow: 'Window',
  commandLostTitle: 'Nothing was done',
  commandLostText: 'Understudy’s engine does not answer right now. What is on air goes on.',
  loginNotPacked: 'Start at login needs the installed app; this one runs from its sources.',
  loginNotPackedNext: 'Install Understudy to use it.',
  loginIgnored: 'the system took no notice of it',
  loginFailedNext: 'Add Understudy to the programs your system starts at login by hand.',
} as const

/** The entry for start at login could not be written or read. */
export const loginFailedText = (reason: string): string => `Start at login could not be set: ${reason}.`

/** What is so now while live, in one sentence, for the question before quitting. */
function liveText(snapshot: Snapshot): string {
  const { phase, onAir, offAir = null } = snapshot
  const missing = phase.kind === 'on-air' && offAir !== null
  if (phase.kind === 'dark' || phase.kind === 'reconnecting' || missing)
    return 'You are live and nothing reaches your viewers right now.'
  if (phase.kind === 'switching') return 'You are live and a switch is under way.'
  if (onAir === 'obs') return 'You are live from OBS.'
  if (onAir === null) return 'You are live.'
  return 'You are live from the backup.'
}

/** What goes on without the app, and what does not. */
export interface QuitWords {
  readonly message: string
  readonly detail: string
}

/**
 * The question before quitting while live. The engine outlives the app, so the guarding ends only when it is told to;
 * what is on air is carried by OBS or the carrier, and stays in every case.
 */
export function quitWords(snapshot: Snapshot): QuitWords {
  const { phase } = snapshot
  const obs = (phase.kind === 'reconnecting' ? phase.system : snapshot.onAir) === 'obs'
  const what = obs ? 'OBS keeps streaming' : 'What is on air stays on air'
  const guards =
    snapshot.armed && snapshot.hold === null
      ? obs
        ? 'the engine goes on without this window and still switches to the backup when OBS fails'
        : 'the engine goes on without this window and still switches when the backup fails'
      : 'the engine goes on without this window and watches, but is not allowed to switch by itself right now'
  const lost = obs ? 'Nobody switches to the backup any more.' : 'Nobody switches any more when it fails.'
  return {
    message: liveText(snapshot),
    detail: [
      `${what}, whatever you choose.`,
      `“${shellText.quitWindow}”: ${guards}. You get no notifications and no hotkeys until you open Understudy again.`,
      `“${shellText.stopGuarding}”: the engine ends too. ${lost}`,
    ].join('\n\n'),
  }
}
