/** Words of the set-up's Route screen. */
export const routeWords = {
  intro:
    'How your stream reaches the platform. Through Understudy, viewers do not see a switch: the platform’s connection never breaks.',
  route: 'The stream goes',
  routes: {
    program: {
      name: 'Through Understudy (recommended)',
      tells:
        'OBS sends to this PC, Understudy sends to the platform. Viewers hardly notice a crash, a freeze or a restart of OBS. It does not survive this PC or its internet connection.',
    },
    direct: {
      name: 'Straight from OBS',
      tells:
        'Nothing changes in OBS. A switch stops one sender and starts the other: viewers see some seconds of nothing.',
    },
  },
  port: 'Port on this PC',
  portHint: 'Where OBS sends to. Change it only if another program has it, then connect OBS again.',
  otherUrl: 'Second address of your platform',
  otherUrlHint:
    'For the same broadcast and key, if your platform has one (YouTube: its backup server). Used when the first address does not accept the stream.',
  moreOtherHint: 'Empty if it has none.',
  more: 'Further platforms',
  moreHint:
    'Each gets the same stream over a connection of its own. One that fails does not touch the others.',
  name: 'Name',
  url: 'Server address',
  key: 'Stream key',
  add: 'Add a platform',
  remove: (name: string): string => (name === '' ? 'Remove this platform' : `Remove ${name}`),
  further: (name: string, number: number): string => (name === '' ? `Platform ${number}` : name),
  obs: {
    title: 'OBS',
    loading: 'Asking OBS…',
    pointed: 'OBS sends its stream to Understudy.',
    elsewhere: (now: string | null): string =>
      now === null ? 'OBS has no address to send to.' : `OBS sends its stream to ${now}.`,
    moved:
      'OBS sends its stream to this PC, but nothing is listening there: the port or the route was changed. Connect OBS again, or restore its own settings.',
    unknown: 'OBS does not answer, so it is not known where it sends its stream.',
    before: (before: string): string => `Before, it went to ${before}. That can be restored at any time.`,
    account:
      'OBS is connected to an account on your platform and replaces Understudy’s key with that account’s key each time it starts. Disconnect it in OBS: Settings › Stream › Disconnect Account.',
    keptFor: (profiles: string): string =>
      `In OBS, the profile ${profiles} is connected to Understudy too. Choose it in OBS (menu Profile) to restore its own settings.`,
    streaming: 'OBS is streaming. Where it sends to can be changed once the stream has ended.',
    needsUs:
      'From then on OBS can stream only while Understudy runs. Let it start when you log in, or restore OBS’s own settings before you stop using Understudy.',
    atLogin: 'Start at login',
    point: 'Connect OBS to Understudy',
    pointAgain: 'Connect OBS again',
    restore: 'Restore OBS’s own settings',
    again: 'Look again',
    done: 'OBS sends its stream to Understudy now.',
    restored: 'OBS has its own settings again. The stream goes straight from OBS.',
  },
  consent: {
    title: 'Change OBS’s stream settings?',
    tells: [
      'Understudy keeps OBS’s present settings and then enters itself as the server under Settings › Stream.',
      'Your stream key moves into Understudy’s own store. OBS does not have it any more until you restore its settings.',
      'Recording and replay buffer are not touched.',
    ],
    server: (service: string): string =>
      service === '' ? 'Server of your platform' : `Server of ${service}`,
    serverHint: 'OBS chooses it by itself each time, so Understudy cannot know it. This one works for most.',
    serverUnknown:
      'OBS chooses it by itself each time, so Understudy cannot know it. Your platform shows it beside the stream key.',
    serverWrong: 'must be a URL that begins with rtmp://, rtmps://, srt://',
    differs: 'Your stream goes to',
    mine: 'As set up in Understudy',
    obs: 'As set up in OBS',
    yes: 'Change them',
    no: 'Leave OBS as it is',
  },
} as const
