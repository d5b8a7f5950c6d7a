/** Words of the screens for backups and the standby picture. */

export const backupWords = {
  intro:
    'When OBS fails, the first healthy backup takes over. They stay connected all the time, so it takes a moment only.',
  none: 'No backup yet. Add one: a camera, a phone, a second PC or a file.',
  add: 'Add a backup',
  remove: (id: string): string => `Remove ${id}`,
  removeShort: 'Remove',
  up: (id: string): string => `Move ${id} up`,
  down: (id: string): string => `Move ${id} down`,
  place: (place: number, count: number): string => `${place} of ${count}`,
  first: 'First choice',
  later: (place: number): string => `Choice ${place}`,
  moved: (id: string, place: number): string => `${id} is now choice ${place}.`,
  id: 'Name',
  idHint: 'Small letters, digits and -. Shown on the buttons.',
  url: 'Where its picture comes from',
  urlHint: 'An address or a file.',
  urlKept: (label: string): string => `Set to ${label}`,
  urlReplace: 'Change',
  urlKeep: 'Keep the old one',
  transport: 'Carried over',
  transportHint: 'For RTSP cameras. TCP is more reliable, UDP is faster.',
  transports: { tcp: 'TCP', udp: 'UDP' },
  ingest: 'Carried by',
  ingests: {
    carrier: { name: 'Understudy', tells: 'On this PC. Nothing else to set up.' },
    mediamtx: {
      name: 'MediaMTX',
      tells: 'A server of yours, best on another connection: it keeps running if this PC fails.',
    },
  },
  apiUrl: 'Address of its API',
  apiUrlHint: 'Such as https://server:9997',
  username: 'User',
  password: 'Password',
  fingerprint: 'Fingerprint of its certificate',
  fingerprintHint: 'SHA-256, only if the certificate is self-signed. Empty: an official certificate.',
  path: 'Path that Understudy creates there',
  look: 'Look at it',
  looking: 'Looking…',
  lookHint: 'Connects to the source and says what is in it. Takes up to half a minute.',
  convert: 'Convert it to match OBS',
  convertHint:
    'Only on the route through Understudy. Same size, frame rate and sound, so that nobody sees the switch; costs processor time.',
  convertNow: (name: string, differences: string): string => `Now, with ${name} on air: ${differences}`,
  duplicate: 'is used above already',
  reserved: 'is a name that Understudy needs itself',
} as const

/** What a backup can be, with an example to paste over. */
export const sourceKinds = [
  {
    name: 'Phone or second encoder',
    example: 'rtmp://192.168.1.20/live/phone',
    tells: 'An app that offers an RTMP address to watch',
  },
  {
    name: 'Network camera',
    example: 'rtsp://user:password@192.168.1.30/stream1',
    tells: 'The RTSP address is in the camera’s manual',
  },
  {
    name: 'SRT sender',
    example: 'srt://192.168.1.40:9000?mode=caller',
    tells: 'A field encoder or another OBS',
  },
  {
    name: 'Web stream',
    example: 'https://example.com/live/index.m3u8',
    tells: 'HLS, some seconds behind',
  },
  {
    name: 'Video file',
    example: '/videos/back-soon.mp4',
    tells: 'Played in a loop; needs no network',
  },
] as const

export const slateWords = {
  intro:
    'A picture or a video that viewers see when neither OBS nor a backup works. Better than a black screen.',
  file: 'Picture or video file',
  fileHint: 'PNG, JPEG or a video, on this PC. Empty: none.',
  policyHint: 'Whether it is shown by itself is set under Switching › Details.',
} as const
