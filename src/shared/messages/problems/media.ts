import type { ProblemWords } from './words'

/** Destination, source, ffmpeg, pull ingests and proof. */
export const mediaProblems = {
  'destination-missing': {
    say: ['OBS has no {what} in its stream settings.', 'It is not known where the stream goes.'],
    next: 'Enter server and key in OBS (Settings > Stream), or in Set-up > Destination.',
  },
  'destination-auto-server': {
    say: [
      'OBS chooses the server of {service} by itself, so it is not known here.',
      'OBS chooses the server by itself, so it is not known here.',
    ],
    next: 'Choose a server by name in OBS (Settings > Stream), or enter it in Set-up > Destination.',
  },
  'destination-unsupported': {
    say: [
      'A destination by {protocol} cannot be taken over.',
      'This kind of destination cannot be taken over.',
    ],
    next: 'Use an RTMP or SRT server in OBS (Settings > Stream).',
  },
  'destination-key-unclear': {
    say: 'The stream key holds a % that OBS cannot read, so it is not certain which key OBS sends.',
    next: 'Copy the key anew from your platform. Where it really holds a %, write %25 for it in OBS.',
  },
  'destination-name-changed': {
    say: 'The media server of the backup would change letters of the streaming server’s address.',
    next: 'Let this PC pull the backup (Set-up > Backups), or use an address without such letters.',
  },
  'destination-unreachable': {
    say: ['The streaming server {host} cannot be reached.', 'The streaming server cannot be reached.'],
    next: 'Check this PC’s internet connection. A backup on the same connection cannot help then.',
  },
  'destination-tls': {
    say: ['The secure connection to {host} failed.', 'The secure connection to the streaming server failed.'],
    next: 'Check the address (rtmps) and the clock of this PC.',
  },
  'destination-auth': {
    say: 'The streaming server refused the stream key.',
    next: 'Copy the key anew from your platform into OBS (Settings > Stream).',
  },
  'destination-refused': {
    say: 'The streaming server refused the stream.',
    next: 'See whether your platform allows the stream now: key, event, limits.',
  },
  'destination-busy': {
    say: 'The streaming server still thinks that someone else is sending.',
    next: 'Nothing to do: Understudy tries again until it lets go.',
  },
  'destination-closed': {
    say: 'The streaming server closed the connection.',
    next: 'Understudy connects again. If it stays, see what your platform says.',
  },
  'destination-stalled': {
    say: 'The streaming server takes no more media.',
    next: 'Check this PC’s internet connection and your platform.',
  },
  'destination-protocol': {
    say: 'The streaming server answers in a way that is not understood.',
    next: 'Check the server’s address: it may be no streaming server.',
  },
  'ingest-port-in-use': {
    say: [
      'Port {port}, where OBS is to send its stream, is taken by another program.',
      'The port where OBS is to send its stream is taken by another program.',
    ],
    next: 'End that program, or choose another port in Set-up > Route and connect OBS again.',
  },
  'ingest-key-wrong': {
    say: 'A program on this PC tried to send a stream to Understudy with a wrong key. It was refused.',
    next: 'If it was OBS: connect it again in Set-up > Route.',
  },
  'ingest-app-wrong': {
    say: 'A program on this PC tried to send a stream to a wrong address of Understudy. It was refused.',
    next: 'If it was OBS: connect it again in Set-up > Route.',
  },
  'ingest-not-publisher': {
    say: 'A program on this PC tried to watch the stream at Understudy’s door. It was refused.',
    next: 'Nothing to do. Players watch the stream at your platform.',
  },
  'ingest-not-local': {
    say: 'Another computer tried to send a stream to Understudy. It was refused.',
    next: 'Nothing to do. Only OBS on this PC may do that.',
  },
  'ingest-crowded': {
    say: 'Too many programs connect to Understudy’s door at once. They are turned away; OBS is not touched.',
    next: 'Find out which program on this PC does that.',
  },
  'ingest-malformed': {
    say: 'Something that is no stream came to Understudy’s door. It was refused.',
    next: 'Nothing to do. If it was OBS, start its stream again.',
  },
  'ingest-taken-over': {
    say: 'A newer stream with the right key took the place of the one before it.',
    next: 'Nothing to do if OBS was started again. Two OBS with the same settings push each other out.',
  },
  'ingest-publisher-lost': {
    say: 'OBS’s connection to Understudy ended without a goodbye.',
    next: 'See whether OBS still runs. It connects again by itself if its reconnect is on.',
  },
  'ingest-not-open': {
    say: 'Understudy does not take OBS’s stream yet.',
    next: 'Wait a moment. If it stays, see Set-up > Route.',
  },
  'source-invalid-url': {
    say: 'The address of the backup source is not one.',
    next: 'It begins with rtmp://, rtsp://, srt://, http:// or https://, or is the path of a file.',
  },
  'source-unreachable': {
    say: ['The backup source {host} cannot be reached.', 'The backup source cannot be reached.'],
    next: 'See whether the source is switched on and its address is right.',
  },
  'source-auth': {
    say: 'The backup source refused user or password.',
    next: 'Correct them in the source’s address.',
  },
  'source-no-media': {
    say: 'The backup source sends no picture.',
    next: 'See whether the source is really sending.',
  },
  'source-stalled': {
    say: 'The backup source has stopped sending.',
    next: 'See whether the source is still on. Understudy tries again by itself.',
  },
  'source-codec-unsupported': {
    say: [
      'The backup source sends {codec}, which this destination does not take.',
      'The backup source sends a format that the destination does not take.',
    ],
    next: 'Set the source to H.264 and AAC.',
  },
  'source-garbage': {
    say: 'What the backup source sends is no media.',
    next: 'Check the source’s address: it may be a web page.',
  },
  'source-leads-elsewhere': {
    say: 'The backup source is a list that leads to files or addresses which it may not open, or no stream at all.',
    next: 'Enter the address of the stream itself, or the file that holds the picture.',
  },
  'source-no-audio': {
    say: 'The backup source sends no sound; silence is sent in its place.',
    next: 'Turn the sound on at the source if viewers should hear it.',
  },
  'source-audio-converted': {
    say: [
      'The sound of the backup source is {codec}; it is converted to AAC.',
      'The sound is converted to AAC.',
    ],
    next: 'Nothing has to be done. AAC at the source saves a little work here.',
  },
  'source-gop-long': {
    say: [
      'The backup source sends a whole picture only every {seconds} s.',
      'The backup source seldom sends a whole picture.',
    ],
    next: 'Set the keyframe interval of the source to 2 s: platforms ask for it, and a switch starts sooner.',
  },
  'source-b-frames': {
    say: 'The picture of the backup source holds B-frames.',
    next: 'Turn B-frames off at the source if viewers see a jump at the switch.',
  },
  'source-more-tracks': {
    say: 'The backup source sends several pictures or sounds; the first of each is taken.',
    next: 'Set the source so that what viewers shall see and hear comes first, or alone.',
  },
  'ffmpeg-missing': {
    say: ['ffmpeg was not found at {path}.', 'ffmpeg was not found.'],
    next: 'Install ffmpeg 5.0 or newer, or say where it is in Set-up > App.',
  },
  'ffmpeg-too-old': {
    say: ['ffmpeg {version} is too old.', 'The ffmpeg that was found is too old.'],
    next: 'Install ffmpeg 5.0 or newer.',
  },
  'ffmpeg-unusable': {
    say: [
      'ffmpeg at {path} cannot be run: {reason}.',
      'ffmpeg cannot be run: {reason}.',
      'ffmpeg cannot be run.',
    ],
    next: 'Say where ffmpeg is in Set-up > App, or leave that empty to use the one that is installed.',
  },
  'program-limit': {
    say: ['This PC cannot start another program now: {reason}.', 'This PC cannot start another program now.'],
    next: 'Close programs that are not needed. Understudy tries again by itself.',
  },
  'ffmpeg-failed': {
    say: 'ffmpeg ended with an error.',
    next: 'Understudy starts it again. If it stays, check the backup source.',
  },
  'ingest-unreachable': {
    say: ['The media server {host} cannot be reached.', 'The media server of the backup cannot be reached.'],
    next: 'See whether it runs. What it sends goes on without Understudy.',
  },
  'ingest-auth': {
    say: 'The media server refused user or password.',
    next: 'Correct them in Set-up > Backups; the user needs the right to use the API.',
  },
  'ingest-version': {
    say: ['The media server ({version}) is too old.', 'The media server is too old.'],
    next: 'Update MediaMTX to 1.20 or newer.',
  },
  'ingest-tls': {
    say: 'The certificate of the media server is not the expected one.',
    next: 'Check its address, and compare the fingerprint in Set-up > Backups with the server’s.',
  },
  'ingest-bad-request': {
    say: 'The media server did not accept an order.',
    next: 'Look into its log. It may be a version that Understudy does not know yet.',
  },
  'ingest-not-found': {
    say: 'The media server has lost the backup’s path.',
    next: 'Nothing to do: Understudy makes it again.',
  },
  'ingest-not-prepared': {
    say: 'The backup is not prepared yet.',
    next: 'Wait a few seconds, then ask again.',
  },
  'carrier-start-failed': {
    say: 'The media process of Understudy does not start.',
    next: 'Start Understudy again; look into the log file if it stays.',
  },
  'carrier-lost': {
    say: 'The media process of Understudy has gone.',
    next: 'Nothing to do: another one is being started.',
  },
  'carrier-stops-again': {
    say: [
      'The media process of Understudy keeps stopping: {times} times since {since}.',
      'The media process of Understudy keeps stopping.',
    ],
    next: [
      'It is started again ever more seldom. What stopped it stands in {log}. A backup that was changed last may be the cause.',
      'It is started again ever more seldom. What stopped it stands in the log file.',
    ],
  },
  'carrier-damaged': {
    say: 'The media process of Understudy made a mistake, and goes on so that the stream is not cut off.',
    next: [
      'It is renewed by itself once the stream has ended. The mistake stands in {log}.',
      'It is renewed by itself once the stream has ended.',
    ],
  },
  'carrier-crashed': {
    say: [
      'At {time} the media process of Understudy ended by a mistake of its own. It was started again.',
      'The media process of Understudy ended by a mistake of its own. It was started again.',
    ],
    next: [
      'Nothing has to be done. Please report it with {log}.',
      'Nothing has to be done. Please report it with the log file.',
    ],
  },
  'engine-crashed': {
    say: [
      'At {time} Understudy ended by a mistake of its own. It was started again.',
      'Understudy ended by a mistake of its own. It was started again.',
    ],
    next: [
      'See whether it is armed as you want it. Please report it with {log}.',
      'See whether it is armed as you want it. Please report it with the log file.',
    ],
  },
  'proof-missing': {
    say: 'No media was seen at the far end.',
    next: 'Look at your own stream as a viewer.',
  },
} as const satisfies Readonly<Record<string, ProblemWords>>
