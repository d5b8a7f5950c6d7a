import type { ProblemWords } from './words'

/** Set-up, files, API, and what the operator asked for. */
export const filesProblems = {
  'config-unreadable': {
    say: [
      'The settings file {file} cannot be read: {reason}.',
      'The settings file {file} cannot be read.',
      'The settings file cannot be read.',
    ],
    next: 'Repair the file or move it away. Nothing in it was changed.',
  },
  'config-invalid': {
    say: [
      'The settings file {file} has mistakes: {reason}.',
      'The settings have mistakes: {reason}.',
      'The settings have mistakes.',
    ],
    next: 'Correct what is named here and start again. Nothing in the file was changed.',
  },
  'config-newer': {
    say: [
      'The settings file {file} is from a newer Understudy.',
      'The settings file is from a newer Understudy.',
    ],
    next: 'Update Understudy, or use another file with --config. This one was left as it is.',
  },
  'policy-invalid': {
    say: [
      'The switching rules have a mistake: {reason}.',
      'The switching rules have a mistake at {key}.',
      'The switching rules have a mistake.',
    ],
    next: ['Correct {key}, or remove it to use the default.', 'Correct it, or remove it to use the default.'],
  },
  'data-dir-unwritable': {
    say: [
      'Understudy cannot write in {path}: {reason}.',
      'Understudy cannot write in {path}.',
      'Understudy cannot write in its data folder.',
    ],
    next: 'Allow this user to write there, or choose another folder with --data-dir.',
  },
  'disk-full': {
    say: ['The disk is full: {path} cannot be written.', 'The disk is full.'],
    next: 'Free some space. The stream goes on; events are kept in memory for a while.',
  },
  'journal-unreadable': {
    say: [
      'Line {line} of {file} cannot be read: {reason}.',
      'The journal {file} cannot be read: {reason}.',
      'A part of the journal {file} cannot be read.',
      'A part of the journal cannot be read.',
    ],
    next: 'That part is skipped. The file is kept; nothing else is lost.',
  },
  'restore-unreadable': {
    say: ['The saved state ({file}) cannot be used.', 'The saved state cannot be used.'],
    next: 'Check that Understudy is armed. A copy of the file is kept next to it.',
  },
  'already-running': {
    say: ['Understudy is already running at {url}', 'Understudy is already running with this data folder.'],
    next: ['Open {url}, or stop it with --stop.', 'Use the one that is running, or stop it with --stop.'],
  },
  'port-in-use': {
    say: ['Port {port} is used by another program.', 'The port is used by another program.'],
    next: 'Close that program, or start Understudy with another --port.',
  },
  unauthorized: {
    say: 'This page needs the access link of Understudy.',
    next: 'Open the link that Understudy printed when it started.',
  },
  'too-many-attempts': {
    say: 'Too many attempts with a wrong access link.',
    next: [
      'Wait {seconds} s, then open the link that Understudy printed.',
      'Wait a minute, then open the link that Understudy printed.',
    ],
  },
  forbidden: {
    say: [
      'The request came from a place that is not allowed: {what}.',
      'The request came from a place that is not allowed.',
    ],
    next: 'Open the page by the address that Understudy printed.',
  },
  'not-found': {
    say: 'There is nothing at this address.',
    next: 'Open the page by the address that Understudy printed.',
  },
  'body-too-large': { say: 'The request is too large.', next: 'Send one command at a time.' },
  'bad-request': {
    say: ['The request is not understood: {reason}.', 'The request is not understood.'],
    next: 'Compare it with the list of commands in the README.',
  },
  'refused-hold': {
    say: 'A hold is on.',
    next: 'Release the hold first.',
  },
  'refused-not-armed': { say: 'Understudy is not armed.', next: 'Arm it first.' },
  'refused-not-ready': {
    say: ['{System} is not ready to take over.', 'That system is not ready to take over.'],
    next: 'The live screen shows why. Try again when it is ready.',
  },
  'refused-no-stream': { say: 'Nothing is on air.', next: 'Go live first.' },
  'refused-unknown-system': {
    say: ['There is no system called “{system}”.', 'There is no such system.'],
    next: 'Set one up under Backups, or choose one that the page shows.',
  },
  'refused-busy': {
    say: 'Understudy is switching right now.',
    next: 'Wait until it is done, then try again.',
  },
  'refused-not-rehearsal': {
    say: 'Faults can only be triggered in a rehearsal.',
    next: 'Start with --rehearsal to try them.',
  },
  'settings-invalid': {
    say: 'Something here is not right yet. Nothing was saved.',
    next: 'Fix what is marked, then save again.',
  },
  'settings-system-on-air': {
    say: ['{System} is on air.', 'This backup is on air.'],
    next: 'Bring OBS back first.',
  },
  'settings-route-live': {
    say: 'The route cannot be changed while the stream is live.',
    next: 'End the stream first.',
  },
  'settings-destination-on-air': {
    say: 'A backup is publishing to this destination.',
    next: 'Bring OBS back first.',
  },
  'settings-unsaved': {
    say: ['The settings could not be saved: {reason}.', 'The settings could not be saved.'],
    next: 'Nothing was changed. Free some disk space or allow writing to the folder, then save again.',
  },
  'secrets-locked': {
    say: 'The keys and passwords are in the key store of the desktop app.',
    next: 'Start the desktop app once: it hands them over. Or enter them again here.',
  },
  'secrets-unreadable': {
    say: [
      'The file with the keys and passwords cannot be read: {reason}.',
      'The file with the keys and passwords cannot be read.',
    ],
    next: 'Enter them again in the settings. The old file is kept beside the new one.',
  },
  'rehearsal-live': {
    say: 'The stream is live.',
    next: 'Rehearse before you go live.',
  },
  'rehearsal-running': {
    say: 'A rehearsal is running already.',
    next: 'End it first, or look at it.',
  },
  'rehearsal-not-beside': {
    say: 'This is already a rehearsal.',
    next: 'Start Understudy without --rehearsal to rehearse beside the real stream.',
  },
  'rehearsal-obs-live': {
    say: 'OBS is streaming, and a rehearsal would need its stream settings.',
    next: 'Stop the stream in OBS, then start the rehearsal again. Or rehearse without --obs.',
  },
  'rehearsal-no-effect': {
    say: 'OBS is not on air now, so this fault would change nothing.',
    next: 'Press “OBS now” first, or “Heal” if OBS is still broken.',
  },
  'rehearsal-by-hand': {
    say: 'Understudy does not end your own OBS.',
    next: 'Do it by hand now: close OBS, or end its process. The gap is measured.',
  },
  'stale-generation': {
    say: 'A command from an older session was ignored.',
    next: 'Nothing to do: the newer session is in charge.',
  },
  'no-candidate': {
    say: 'There is nothing to switch to.',
    next: 'Set up a backup.',
  },
  'recording-invalid': {
    say: [
      '{file}, line {line}: {reason}.',
      'Line {line} of the recording: {reason}.',
      'The recording cannot be read.',
    ],
    next: 'Correct or shorten the file. An incomplete last line is fine.',
  },
  timeout: {
    say: ['No answer in time: {what}.', 'There was no answer in time.'],
    next: 'Understudy keeps trying. If this continues, check the network.',
  },
  internal: {
    say: ['Understudy ran into an internal error: {what}.', 'Understudy ran into an internal error.'],
    next: 'The stream is not affected. Please report this with the log file.',
  },
} as const satisfies Readonly<Record<string, ProblemWords>>
