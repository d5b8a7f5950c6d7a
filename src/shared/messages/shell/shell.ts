import type { Snapshot } from '../../snapshot'

/** What the desktop app says by itself: its own page while there is no engine, its questions, its missing parts. */
export const shellText = {
  name: 'Understudy',
  engineNotStarted: (fault: string) => `Understudy’s engine could not be started (${fault}).`,
  engineDied: 'Understudy’s engine stopped unexpectedly.',
  engineLate: 'Understudy’s engine did not answer within a minute.',
  engineFailedNext: 'Fix what it says, then try again. The engine’s log says more.',
  startingTitle: 'Starting Understudy',
  startingText: 'The engine is starting. This takes a few seconds.',
  restartingTitle: 'The engine stopped and is being restarted',
  restartingText:
    'What is on air stays on air. Nothing is switched until the engine is back, in a few seconds.',
  endedTitle: 'Understudy’s engine was stopped',
  endedText: 'It was asked to stop. Nothing is watching the stream now.',
  endedNext: 'Start it again to guard the stream.',
  failedTitle: 'Understudy’s engine is not running',
  failedOnAir: 'What is on air stays on air, but nothing is watching it.',
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
    'You can restore OBS’s own stream settings now. Next time, one click in Set-up > Route connects it again.',
  giveBackAndQuit: 'Restore OBS’s settings and quit',
  quitAnyway: 'Quit',
  notGivenBack: 'OBS’s own settings could not be restored: the engine did not answer.',
  notGivenBackNext: 'They stay saved. Open Understudy again and restore them in Set-up > Route.',
  inTrayTitle: 'Understudy is still running',
  inTrayText: 'It keeps guarding the stream. Open it again, or quit it, from its icon in the tray.',
  couldNotStart: 'Understudy could not start',
  mediaFiles: 'Video and pictures',
  allFiles: 'All files',
  menuEdit: 'Edit',
  menuView: 'View',
  menuWindow: 'Window',
  commandLostTitle: 'Nothing was done',
  commandLostText: 'Understudy’s engine does not answer right now. What is on air goes on.',
  loginNotPacked: 'Start at login needs the installed app; this one runs from its source code.',
  loginNotPackedNext: 'Install Understudy to use it.',
  loginIgnored: 'the system ignored it',
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
  const lost = obs ? 'Nothing switches to the backup any more.' : 'Nothing switches any more when it fails.'
  return {
    message: liveText(snapshot),
    detail: [
      `${what}, whatever you choose.`,
      `“${shellText.quitWindow}”: ${guards}. You get no notifications and no hotkeys until you open Understudy again.`,
      `“${shellText.stopGuarding}”: the engine stops too. ${lost}`,
    ].join('\n\n'),
  }
}
