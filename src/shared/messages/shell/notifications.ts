import type { Notice } from '../../../core/failover/commands'
import { assertNever } from '../../../core/assert-never'
import type { OffAir } from '../../../core/off-air/account'
import { capital } from '../fill'
import { systemName } from '../names'
import { offAirText } from '../off-air'
import { proofText, reasonText, settlingText } from '../causes/reasons'

/** A notification's first line: what happened, in a few words. The sentences stand below it. */
export function notificationTitle(notice: Notice): string {
  switch (notice.code) {
    case 'switching':
      return `Switching to ${systemName(notice.to)}`
    case 'switched':
      return notice.settling === true
        ? `${capital(systemName(notice.to))} is being sent`
        : `${capital(systemName(notice.to))} is on air`
    case 'switch-failing':
      return `${capital(systemName(notice.to))} cannot take over yet`
    case 'switch-failed':
      return 'The switch failed'
    case 'not-switched':
      return 'Nothing was switched'
    case 'stream-started':
      return 'The stream is live'
    case 'stream-ended':
      return 'The stream is over'
    case 'on-air-bad':
      return `${capital(systemName(notice.system))} is failing`
    case 'on-air-good':
      return `${capital(systemName(notice.system))} has recovered`
    case 'monitor-blind':
      return `Understudy cannot see ${systemName(notice.system)}`
    case 'backup-not-ready':
      return 'No backup is ready'
    case 'backup-ready':
      return 'A backup is ready again'
    case 'unproven':
      return 'It is not confirmed that it arrives'
    case 'fence-owed':
      return `${capital(systemName(notice.system))} could not be stopped`
    case 'adopted':
      return 'Understudy is back'
    case 'refused':
      return 'That was refused'
    case 'governor-holds':
      return 'Understudy waits for you'
    case 'crashed':
      return notice.process === 'engine' ? 'Understudy was restarted' : 'The media process was restarted'
    case 'redirected':
      return notice.to === 'other'
        ? 'The stream goes to the second server'
        : 'The stream goes to the first server again'
    case 'destination-bad':
      return 'One destination is failing'
    case 'destination-good':
      return 'A destination has recovered'
    case 'session-renewed':
      return 'The stream was reconnected'
    case 'tracks-left-out':
      return 'Not all tracks are sent'
    default:
      return assertNever(notice, 'notice')
  }
}

/**
 * What stands below the title: the sentences of what happened, oldest first, the last one without what the title says
 * already.
 */
export function notificationBody(
  happened: readonly { readonly notice: Notice; readonly text: string }[],
): string {
  return happened
    .map(({ notice, text }, index) => (index === happened.length - 1 ? belowTitle(notice, text) : text))
    .filter((sentence) => sentence !== '')
    .join(' ')
}

const offAirOf = ({ offAir }: { readonly offAir?: OffAir }): string =>
  offAir === undefined ? '' : offAirText(offAir)

function belowTitle(notice: Notice, text: string): string {
  switch (notice.code) {
    case 'switching':
      return `${capital(reasonText(notice.reason))}.`
    case 'switched':
      return [
        offAirOf(notice),
        notice.settling === true ? settlingText : `${capital(proofText[notice.proof])}.`,
      ]
        .filter(Boolean)
        .join(' ')
    case 'on-air-good':
      return notice.cause === undefined ? offAirOf(notice) : text
    default:
      return text
  }
}

/** Before the title, where nothing real is at stake. */
export const rehearsalTitle = (title: string): string => `Rehearsal: ${title}`

/** `command`: as on its button. */
export const refusedTitle = (command: string): string => `Refused: ${command}`

/** Shown by the test button. */
export const testNotification = {
  title: 'The backup is on air',
  body: 'This is a test. Understudy tells you of every switch like this.',
} as const
