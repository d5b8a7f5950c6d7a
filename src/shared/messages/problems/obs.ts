import type { ProblemWords } from './words'

/** OBS and its websocket. */
export const obsProblems = {
  'obs-route-live': {
    say: 'OBS is streaming, so where it streams to cannot be changed.',
    next: 'End the stream, then try again. Recordings go on.',
  },
  'obs-route-login': {
    say: 'OBS logs in to its server with a user name and password, which Understudy cannot take over.',
    next: 'Keep the direct route, or use a server that only needs a stream key.',
  },
  'obs-route-lost': {
    say: 'OBS did not keep the new stream settings.',
    next: 'See Settings > Stream in OBS, then try again.',
  },
  'obs-route-nothing': {
    say: 'There are no earlier OBS stream settings to restore.',
    next: 'Enter server and key in OBS (Settings > Stream).',
  },
  'obs-route-profile': {
    say: [
      'Nothing is saved for the profile that OBS uses now, only for {profile}.',
      'Nothing is saved for the profile that OBS uses now.',
    ],
    next: 'Choose that profile in OBS (menu Profile), then try again.',
  },
  'obs-route-two': {
    say: [
      'OBS streams to {obs}, and Understudy is set up for {mine}.',
      'OBS streams to a different server from the one set up in Understudy.',
    ],
    next: 'Choose which of the two the stream goes to.',
  },
  'obs-account-connected': {
    say: 'Each time OBS starts, it replaces Understudy’s key with that of a connected account, so its stream is refused here.',
    next: 'In OBS: Settings > Stream > Disconnect Account. Then connect OBS to Understudy again.',
  },
  'obs-not-found': {
    say: 'No OBS was found on this PC.',
    next: 'Install OBS 28 or newer, or set its folder in Set-up > OBS.',
  },
  'obs-unreachable': {
    say: ['OBS does not answer at {address}.', 'OBS does not answer.'],
    next: 'Start OBS. In OBS, Tools > WebSocket Server Settings must be enabled.',
  },
  'obs-websocket-off': {
    say: 'The WebSocket server of OBS is switched off.',
    next: 'In OBS: Tools > WebSocket Server Settings > Enable WebSocket server.',
  },
  'obs-password-needed': {
    say: 'OBS asks for its WebSocket password.',
    next: 'Copy it from OBS (Tools > WebSocket Server Settings > Show Connect Info) to Set-up > OBS.',
  },
  'obs-auth-failed': {
    say: 'OBS refused the WebSocket password.',
    next: 'Copy it again from OBS (Tools > WebSocket Server Settings > Show Connect Info).',
  },
  'obs-kicked': {
    say: 'OBS disconnected Understudy because someone asked it to.',
    next: 'Restart Understudy when it may watch OBS again.',
  },
  'obs-rpc-unsupported': {
    say: [
      'This OBS ({version}) speaks a protocol that Understudy does not know.',
      'This OBS speaks a protocol that Understudy does not know.',
    ],
    next: 'Update OBS to 28 or newer, and Understudy to the newest version.',
  },
  'obs-closed': {
    say: 'The connection to OBS was closed.',
    next: 'Understudy reconnects by itself. If OBS was closed, start it again.',
  },
  'obs-timeout': {
    say: ['OBS did not answer in time ({what}).', 'OBS did not answer in time.'],
    next: 'Understudy keeps asking. If OBS hangs, the backup takes over.',
  },
  'obs-garbage': {
    say: [
      'What answers at {address} is not OBS, or its answers make no sense.',
      'OBS sent an answer that makes no sense ({what}).',
      'OBS sent an answer that makes no sense.',
    ],
    next: 'Check whether another program uses OBS’s port.',
  },
  'obs-not-ready': {
    say: 'OBS is still starting, or is closing.',
    next: 'Wait until OBS has opened its window.',
  },
  'obs-request-failed': {
    say: ['OBS refused “{request}” (code {code}).', 'OBS refused a request.'],
    next: 'Check OBS: it usually shows a message.',
  },
  'obs-start-failed': {
    say: 'OBS could not start the stream.',
    next: 'See the message in OBS. Check server and key in Settings > Stream.',
  },
  'obs-start-timeout': {
    say: 'OBS did not go live in time.',
    next: 'Check OBS: it may be asking something, or the server may not answer.',
  },
  'obs-stop-timeout': {
    say: 'OBS does not stop its stream.',
    next: 'Stop the stream in OBS, or close OBS. Understudy stops it as soon as it answers.',
  },
  'obs-busy': {
    say: 'OBS is starting or stopping the stream right now.',
    next: 'Wait until it is done, then try again.',
  },
} as const satisfies Readonly<Record<string, ProblemWords>>
