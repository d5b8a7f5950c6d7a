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
      'The protocol of this destination ({protocol}) is not supported yet.',
      'This kind of destination is not supported yet.',
    ],
    next: 'Use an RTMP or SRT server in OBS (Settings > Stream).',
  },
  'destination-key-unclear': {
    say: 'The stream key contains a % that OBS cannot read, so it is not certain which key OBS sends.',
    next: 'Copy the key again from your platform. If it really contains a %, write %25 instead in OBS.',
  },
  'destination-name-changed': {
    say: 'The backup’s media server would change letters in the streaming server’s address.',
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
    next: 'Copy the key again from your platform into OBS (Settings > Stream).',
  },
  'destination-refused': {
    say: 'The streaming server refused the stream.',
    next: 'Check on your platform that the stream is allowed now: key, event, limits.',
  },
  'destination-busy': {
    say: 'The streaming server still thinks that someone else is sending.',
    next: 'Nothing to do: Understudy keeps trying until the server accepts the stream.',
  },
  'destination-closed': {
    say: 'The streaming server closed the connection.',
    next: 'Understudy reconnects. If this continues, check your platform’s dashboard.',
  },
  'destination-stalled': {
    say: 'The streaming server accepts no more media.',
    next: 'Check this PC’s internet connection and your platform.',
  },
  'destination-protocol': {
    say: 'The streaming server sent an answer that Understudy does not understand.',
    next: 'Check the server’s address: it may not be a streaming server.',
  },
  'ingest-port-in-use': {
    say: [
      'Port {port}, which OBS should send its stream to, is used by another program.',
      'The port that OBS should send its stream to is used by another program.',
    ],
    next: 'Close that program, or choose another port in Set-up > Route and connect OBS again.',
  },
  'ingest-key-wrong': {
    say: 'A program on this PC tried to send a stream to Understudy with the wrong key. It was refused.',
    next: 'If it was OBS: connect it again in Set-up > Route.',
  },
  'ingest-app-wrong': {
    say: 'A program on this PC tried to send a stream to the wrong Understudy address. It was refused.',
    next: 'If it was OBS: connect it again in Set-up > Route.',
  },
  'ingest-not-publisher': {
    say: 'A program on this PC tried to watch the stream at Understudy’s ingest. It was refused.',
    next: 'Nothing to do. Players watch the stream at your platform.',
  },
  'ingest-not-local': {
    say: 'Another computer tried to send a stream to Understudy. It was refused.',
    next: 'Nothing to do. Only OBS on this PC may do that.',
  },
  'ingest-crowded': {
    say: 'Too many programs are connecting to Understudy’s ingest at once. They are refused; OBS is not affected.',
    next: 'Find out which program on this PC does that.',
  },
  'ingest-malformed': {
    say: 'Understudy’s ingest received something that is not a stream. It was refused.',
    next: 'Nothing to do. If it was OBS, start its stream again.',
  },
  'ingest-taken-over': {
    say: 'A newer stream with the right key replaced the previous one.',
    next: 'Nothing to do if OBS was restarted. Two copies of OBS with the same settings keep replacing each other.',
  },
  'ingest-publisher-lost': {
    say: 'OBS’s connection to Understudy stopped unexpectedly.',
    next: 'Check whether OBS is still running. It reconnects by itself if automatic reconnect is on.',
  },
  'ingest-not-open': {
    say: 'Understudy is not ready to receive OBS’s stream yet.',
    next: 'Wait a moment. If this continues, see Set-up > Route.',
  },
  'source-invalid-url': {
    say: 'The address of the backup source is not valid.',
    next: 'It must begin with rtmp://, rtsp://, srt://, http:// or https://, or be the path of a file.',
  },
  'source-unreachable': {
    say: ['The backup source {host} cannot be reached.', 'The backup source cannot be reached.'],
    next: 'Check that the source is switched on and its address is right.',
  },
  'source-auth': {
    say: 'The backup source refused the user name or password.',
    next: 'Correct them in the source’s address.',
  },
  'source-no-media': {
    say: 'The backup source sends no picture.',
    next: 'Check that the source is really sending.',
  },
  'source-stalled': {
    say: 'The backup source has stopped sending.',
    next: 'Check that the source is still on. Understudy tries again by itself.',
  },
  'source-codec-unsupported': {
    say: [
      'The backup source sends {codec}, which this destination does not accept.',
      'The backup source sends a format that the destination does not accept.',
    ],
    next: 'Set the source to H.264 and AAC.',
  },
  'source-garbage': {
    say: 'What the backup source sends is not video or sound.',
    next: 'Check the source’s address: it may be a web page.',
  },
  'source-leads-elsewhere': {
    say: 'The backup source is a playlist that points to files or addresses it may not open, or to no stream at all.',
    next: 'Enter the address of the stream itself, or the file that holds the picture.',
  },
  'source-no-audio': {
    say: 'The backup source sends no sound; silence is sent instead.',
    next: 'Turn the sound on at the source if viewers should hear it.',
  },
  'source-audio-converted': {
    say: [
      'The sound of the backup source is {codec}; it is converted to AAC.',
      'The sound is converted to AAC.',
    ],
    next: 'Nothing to do. AAC at the source saves a little work here.',
  },
  'source-gop-long': {
    say: [
      'The backup source sends a keyframe only every {seconds} s.',
      'The backup source rarely sends a keyframe.',
    ],
    next: 'Set the keyframe interval of the source to 2 s: platforms ask for it, and a switch starts sooner.',
  },
  'source-b-frames': {
    say: 'The backup source sends B-frames.',
    next: 'Turn B-frames off at the source if viewers see a jump at the switch.',
  },
  'source-more-tracks': {
    say: 'The backup source sends several video or audio tracks; the first of each is used.',
    next: 'Set the source to send the tracks that viewers should get first, or only those.',
  },
  'ffmpeg-missing': {
    say: ['ffmpeg was not found at {path}.', 'ffmpeg was not found.'],
    next: 'Install ffmpeg 5.0 or newer, or set its path in Set-up > App.',
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
    next: 'Set the path to ffmpeg in Set-up > App, or leave it empty to use the one that is installed.',
  },
  'program-limit': {
    say: ['This PC cannot start another program now: {reason}.', 'This PC cannot start another program now.'],
    next: 'Close programs that are not needed. Understudy tries again by itself.',
  },
  'ffmpeg-failed': {
    say: 'ffmpeg ended with an error.',
    next: 'Understudy restarts it. If this continues, check the backup source.',
  },
  'ingest-unreachable': {
    say: ['The media server {host} cannot be reached.', 'The media server of the backup cannot be reached.'],
    next: 'Check that it is running. What it sends goes on without Understudy.',
  },
  'ingest-auth': {
    say: 'The media server refused the user name or password.',
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
    say: 'The media server did not accept a command.',
    next: 'Check its log. It may be a version that Understudy does not know yet.',
  },
  'ingest-not-found': {
    say: 'The media server has lost the backup’s path.',
    next: 'Nothing to do: Understudy creates it again.',
  },
  'ingest-not-prepared': {
    say: 'The backup is not prepared yet.',
    next: 'Wait a few seconds, then try again.',
  },
  'carrier-start-failed': {
    say: 'Understudy’s media process does not start.',
    next: 'Restart Understudy. If this continues, check the log file.',
  },
  'carrier-lost': {
    say: 'Understudy’s media process has stopped.',
    next: 'Nothing to do: it is being restarted.',
  },
  'carrier-stops-again': {
    say: [
      'Understudy’s media process keeps stopping: {times} times since {since}.',
      'Understudy’s media process keeps stopping.',
    ],
    next: [
      'Understudy restarts it, with longer and longer waits. The reason is in {log}. A recently changed backup may be the cause.',
      'Understudy restarts it, with longer and longer waits. The reason is in the log file.',
    ],
  },
  'carrier-damaged': {
    say: 'Understudy’s media process ran into an internal error, but goes on so that the stream is not cut off.',
    next: [
      'It restarts by itself once the stream has ended. The error is in {log}.',
      'It restarts by itself once the stream has ended.',
    ],
  },
  'carrier-crashed': {
    say: [
      'Understudy’s media process crashed at {time}. It was restarted.',
      'Understudy’s media process crashed. It was restarted.',
    ],
    next: [
      'Nothing to do. Please report this with {log}.',
      'Nothing to do. Please report this with the log file.',
    ],
  },
  'engine-crashed': {
    say: ['Understudy crashed at {time}. It was restarted.', 'Understudy crashed. It was restarted.'],
    next: [
      'Check that it is armed as you want it. Please report this with {log}.',
      'Check that it is armed as you want it. Please report this with the log file.',
    ],
  },
  'proof-missing': {
    say: 'No media was seen at the destination.',
    next: 'Look at your own stream as a viewer.',
  },
} as const satisfies Readonly<Record<string, ProblemWords>>
