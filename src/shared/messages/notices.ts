import { assertNever } from '../../core/assert-never'
import type { Notice } from '../../core/failover/commands'
import type { OffAir } from '../../core/off-air/account'
import { capital, durationText } from './fill'
import { systemName } from './names'
import { offAirText } from './off-air'
import { problemText } from './problems'
import { changesText, leftOutText } from './page/tracks'
import {
  causePhrase,
  commandName,
  notSwitchedText,
  proofText,
  reasonText,
  settlingText,
  withoutStop,
} from './causes/reasons'

/** A notice as one or two short sentences. */
export function noticeText(notice: Notice): string {
  switch (notice.code) {
    case 'switching':
      return `Switching from ${systemName(notice.from)} to ${systemName(notice.to)}: ${reasonText(notice.reason)}.`
    case 'switched':
      if (notice.settling === true)
        return `${capital(systemName(notice.to))} is being sent. ${settlingText}${missed(notice)}`
      return `${capital(systemName(notice.to))} is on air${notice.from === null && notice.offAir === undefined ? ` after ${durationText(notice.tookMs)}` : ''} (${proofText[notice.proof]}).${missed(notice)}`
    case 'switch-failing':
      return `${capital(systemName(notice.to))} cannot take over yet: ${problemText(notice.problem)} Trying again.`
    case 'switch-failed':
      return `${capital(systemName(notice.to))} could not take over: ${problemText(notice.problem)} Still trying to recover the stream.`
    case 'not-switched':
      return `${capital(causePhrase(notice.cause, notice.system))}, but nothing was switched: ${notSwitchedText[notice.because]}.`
    case 'stream-started':
      return `${capital(systemName(notice.system))} is live.`
    case 'stream-ended':
      return `${endedSentence(notice)}${missed(notice)}`
    case 'on-air-bad':
      return `${capital(causePhrase(notice.cause, notice.system))}.`
    case 'on-air-good':
      return notice.cause === undefined
        ? `${capital(systemName(notice.system))} has recovered.${missed(notice)}`
        : `${capital(causePhrase(notice.cause, notice.system))}, but recovered by itself.${missed(notice)}`
    case 'monitor-blind':
      return `Understudy cannot see ${systemName(notice.system)} at the moment. Nothing is switched because of that.`
    case 'backup-not-ready':
      if (notice.cause === 'other-format')
        return `No backup could take over without a break: ${causePhrase(notice.cause, notice.system)}. If the stream fails now, the backup needs a new connection, and viewers see a break.`
      return `No backup is ready: ${causePhrase(notice.cause, notice.system)}. If the stream fails now, nothing takes over.`
    case 'backup-ready':
      return `${capital(systemName(notice.system))} is ready to take over again.`
    case 'unproven':
      return `${capital(systemName(notice.system))} is sending, but it is not confirmed that it arrives: ${withoutStop(problemText(notice.problem))}.`
    case 'fence-owed':
      return `${capital(systemName(notice.system))} could not be stopped. It will be stopped as soon as it answers again.`
    case 'adopted':
      return `Understudy is back and found ${systemName(notice.system)} on air.${missed(notice)}`
    case 'refused':
      return `“${commandName(notice.command)}” was refused: ${problemText(notice.problem)}`
    case 'governor-holds':
      return `${notice.switches} switches in a short time: Understudy now waits for you.`
    case 'crashed':
      return notice.process === 'engine'
        ? 'Understudy crashed and was restarted.'
        : 'Understudy’s media process crashed and is being restarted.'
    case 'redirected':
      return `${capital(causePhrase(notice.cause, notice.destination))}: the stream goes to ${notice.to === 'other' ? "the destination's second server" : "the destination's first server again"}.`
    case 'destination-bad':
      return `“${notice.destination}”: ${causePhrase(notice.cause, notice.destination)}. The other destinations are not affected.`
    case 'destination-good':
      return `“${notice.destination}” takes the stream again.`
    case 'session-renewed':
      return `${capital(systemName(notice.system))} needed a new connection to the destination: ${changesText(notice.differences)}. Viewers saw a break.`
    case 'tracks-left-out':
      return leftOutText(notice.system, notice)
    default:
      return assertNever(notice, 'notice')
  }
}

/** What viewers had to do without, as one more sentence. */
const missed = ({ offAir }: { readonly offAir?: OffAir }): string =>
  offAir === undefined ? '' : ` ${offAirText(offAir)}`

function endedSentence(notice: Extract<Notice, { readonly code: 'stream-ended' }>): string {
  if (notice.how === 'operator') return 'You ended the stream.'
  if (notice.how === 'quit') return 'The stream is over: OBS was closed.'
  return notice.certain
    ? 'The stream is over: it was stopped in OBS.'
    : 'The stream is over: OBS stopped it. If that was not you, press “Go live”.'
}
