import type {
  FinalVerdict,
  GoalView,
  RehearsalGoal,
  RehearsalVerdict,
  TryFailure,
} from '../../rehearsal-verdict'
import type {
  RehearsalFault,
  RehearsalTried,
  RehearsalTry,
  RehearsalView,
  Snapshot,
  SystemView,
} from '../../snapshot'
import { capital, durationText } from '../fill'
import { systemName } from '../names'

/** Every sentence of the rehearsal screen. */

/** A button that breaks something, and what that imitates. */
export const faultWords: Readonly<
  Record<RehearsalFault, { readonly label: string; readonly tells: string }>
> = {
  drop: { label: 'Drop', tells: 'The platform’s server disconnects you' },
  freeze: { label: 'Freeze', tells: 'OBS hangs: its picture freezes' },
  narrow: { label: 'Narrow', tells: 'Your upload drops to a third' },
  kill: { label: 'Kill', tells: 'OBS crashes' },
  quit: { label: 'Quit', tells: 'You close OBS: the stream is over' },
  heal: { label: 'Heal', tells: 'OBS and its connection work again' },
}

/** The user's own OBS is never ended by a button. */
export const byHandWords: Readonly<Partial<Record<RehearsalFault, string>>> = {
  kill: 'End OBS in the task manager, then press this',
  quit: 'Close OBS yourself to try this',
}

const triedWords: Readonly<Record<RehearsalTried, string>> = {
  drop: 'Drop',
  freeze: 'Freeze',
  narrow: 'Narrow',
  kill: 'Kill',
  'to-backup': 'Over to the backup',
  'to-obs': 'Back to OBS',
}

export const triedName = (tried: RehearsalTried): string => triedWords[tried]

const outcomeWords = {
  switched: 'The other side took over',
  stayed: 'Nobody took over',
  healed: 'Healed before anybody took over',
  held: 'A hold kept it from switching',
  'cut-short': 'Ended early, not judged',
} as const

/** How a try ended, in a few words. */
export function outcomeText(
  { what, outcome }: RehearsalTry,
  route: RehearsalView['route'] = 'direct',
): string {
  if (outcome === null) return 'Measuring…'
  // Nobody could have taken over: every feed takes the same way.
  if (route === 'program' && outcome === 'stayed' && what === 'drop')
    return 'The program reconnected by itself'
  if (what === 'to-obs') return 'OBS has the stream again'
  return outcome === 'switched' ? 'The backup took over' : outcomeWords[outcome]
}

/** For a screen reader, once a try has ended. */
export function trySaid(tried: RehearsalTry): string {
  if (tried.gapMs === null) return `${triedName(tried.what)}: measuring.`
  return `${triedName(tried.what)}: viewers saw nothing for ${durationText(tried.gapMs)}. ${outcomeText(tried)}.`
}

/** What a pause of this length is to somebody who watches, ms. */
export function gapFeels(gapMs: number): string {
  if (gapMs < 500) return 'Nobody would notice: players buffer more than that.'
  if (gapMs < 3_000) return 'A short hitch, or nothing at all: most players cover it.'
  if (gapMs < 10_000) return 'A pause that viewers notice.'
  return 'Long enough for viewers to leave.'
}

export const goalWords: Readonly<Record<RehearsalGoal, { readonly name: string; readonly how: string }>> = {
  drop: { name: 'A dropped stream', how: 'Press Drop and wait until the backup is on air.' },
  silent: { name: 'OBS goes silent', how: 'Press Freeze or Kill while OBS is on air.' },
  return: { name: 'Back to OBS', how: 'Press Heal, then OBS now.' },
}

const goalStates: Readonly<Record<GoalView['state'], string>> = {
  open: 'not tried yet',
  measuring: 'measuring',
  passed: 'went well',
  failed: 'did not go well',
}

export const goalSaid = ({ goal, state }: GoalView): string => `${goalWords[goal].name}: ${goalStates[state]}`

export const progressText = ({ tried, goals }: RehearsalVerdict): string =>
  `${tried} of ${goals.length} tried`

/** A try that failed, with what to do. */
export function failureText(
  what: RehearsalTried,
  why: TryFailure,
  graceMs: number,
): { readonly text: string; readonly next: string } {
  const name = triedName(what)
  if (why === 'not-switched')
    return {
      text: `${name}: nobody took over.`,
      next: 'Check that it is armed, that no hold is on and that the backup is ready, then try it again.',
    }
  return {
    text: `${name}: viewers waited longer than ${durationText(graceMs)}, and the broadcast would have been closed.`,
    next: 'A faster policy or a destination that lets the backup take over helps. Then try it again.',
  }
}

/** Headline and sentence of the verdict. */
export function verdictWords(
  final: FinalVerdict,
  rehearsal: RehearsalVerdict,
): { readonly title: string; readonly text: string } {
  const worst = rehearsal.worstGapMs === null ? '' : durationText(rehearsal.worstGapMs)
  switch (final.kind) {
    case 'ready':
      return {
        title: 'You are ready',
        text: `Every switch worked, with at most ${worst} without a picture, and your own set-up has what it needs.`,
      }
    case 'rehearsed':
      return {
        title: 'The rehearsal went well',
        text: `Every switch worked, with at most ${worst} without a picture. Your own set-up is not judged here.`,
      }
    case 'missing':
      return rehearsal.kind === 'failed'
        ? { title: 'Not ready yet', text: 'Something did not go well. Fix it and try again.' }
        : {
            title: 'Not ready yet',
            text: `The rehearsal went well, with at most ${worst} without a picture. Your own set-up still lacks something.`,
          }
    case 'not-yet':
      return rehearsal.kind === 'untried'
        ? { title: 'Nothing tried yet', text: 'Break something and watch what your viewers see.' }
        : { title: 'Keep going', text: 'The verdict comes once all three are tried.' }
  }
}

/** What somebody who watches sees now. */
export function viewersSee({
  phase,
  onAir,
  offAir = null,
}: Pick<Snapshot, 'phase' | 'onAir' | 'offAir'>): string {
  if (phase.kind === 'reconnecting') return 'Reconnecting'
  if (phase.kind === 'switching') return `Switching to ${systemName(phase.to)}`
  return onAir === null || phase.kind === 'dark' || offAir !== null
    ? 'Viewers see nothing'
    : `Viewers see ${systemName(onAir)}`
}

/** Whether a system carries the stream, or could. */
export function standingText(system: SystemView, onAir: boolean): string {
  if (onAir) return system.verdict === 'bad' ? 'On air, failing' : 'On air'
  if (system.readiness === 'ready') return 'Ready to take over'
  return system.readiness === 'unknown' ? 'Not known yet' : 'Not ready'
}

export const pictureAlt = (what: string): string =>
  what === 'viewer' ? 'What a viewer sees now' : `What ${systemName(what)} shows now`

export const pictureNone = (id: string): string => `${capital(systemName(id))} shows no picture`

export const rehearsalWords = {
  title: 'Rehearsal',
  intro:
    'Break your stream on purpose and see what your viewers would see. All of it happens on this PC: nothing is sent to your platform.',
  watched: 'Your real stream is still watched.',
  watchedLong: 'Your real set-up is not touched, and Understudy goes on watching it.',
  lent: 'The rehearsal borrows your OBS and restores its settings at the end.',
  lentLong: 'The rehearsal borrows your OBS. If OBS is streaming, the rehearsal does not start.',
  alone: 'This engine was started to rehearse: nothing real is watched.',
  choose: 'Which OBS?',
  standIn: 'A stand-in',
  standInTells: 'A second, small OBS made for this. Your own is left alone. Best for the first time.',
  installed: 'My own OBS',
  installedTells: 'Your scenes and encoder. Its stream settings are borrowed and restored at the end.',
  start: 'Start the rehearsal',
  starting: 'Starting…',
  stop: 'End the rehearsal',
  askTitle: 'Borrow your OBS?',
  askText:
    'For the rehearsal, the stream settings of your OBS point at this PC. They are restored when the rehearsal ends. Do not go live with OBS meanwhile: nobody would see it.',
  askYes: 'Borrow it and start',
  askNo: 'Cancel',
  liveNow: 'You are live. Rehearse before you go live, or afterwards.',
  whyTitle: 'What you will try',
  faults: 'Break something',
  faultsTell: 'One thing at a time: heal and go back to OBS before the next.',
  operator: 'Take over by hand',
  operatorTell: 'The same buttons as on the live screen.',
  backupNow: 'Backup now',
  obsNow: 'OBS now',
  goLive: 'Go live',
  hold: 'Hold',
  release: 'Release hold',
  holdOn: 'A hold is on: nothing switches by itself.',
  gapTitle: 'Viewers saw nothing for',
  gapNone: 'No fault yet. Press one of the buttons.',
  measuring: 'measuring…',
  triesTitle: 'Tried so far',
  tries: 'All tries, newest first',
  verdict: 'Verdict',
  missing: 'Still missing',
  warnings: 'Good to know',
  toSetup: 'Open the set-up',
  toLive: 'To the live screen',
  viewerNone: 'No picture at the viewer',
  viewer: 'Your viewer',
  lost: 'The rehearsal does not answer. Trying again.',
  connecting: 'Opening the rehearsal…',
  dismiss: 'Close',
} as const
