import { assertNever } from '../../../core/assert-never'
import type { CauseCode } from '../../../core/health'
import type { Reason } from '../../../core/failover/commands'
import type { NotSwitched } from '../../../core/failover/not-switched'
import type { ProofKind, SystemId } from '../../../core/words'
import { causePhrases } from './phrases'
import { fill } from '../fill'
import { systemName } from '../names'
import { problemText } from '../problems'

/** A cause as a clause: 'OBS lost its connection'. */
export const causePhrase = (cause: CauseCode, system: SystemId): string =>
  fill(causePhrases[cause], { name: systemName(system) })

/** Names of what an operator can ask for, as on the buttons. */
const commandNames: Readonly<Record<string, string>> = {
  'go-live': 'Go live',
  'end-stream': 'End stream',
  'backup-now': 'Backup now',
  'obs-now': 'OBS now',
  slate: 'Standby picture',
  switch: 'Switch',
  hold: 'Hold',
  release: 'Release',
  arm: 'Arm',
  disarm: 'Disarm',
  fault: 'Fault',
}

export const commandName = (kind: string): string => commandNames[kind] ?? kind

/** Why a command was given, as a clause that follows “because” or stands alone. */
export function reasonText(reason: Reason): string {
  switch (reason.code) {
    case 'verdict-bad':
      return causePhrase(reason.cause, reason.system)
    case 'operator':
      return `you asked for it (${commandName(reason.asked)})`
    case 'started-in-obs':
      return 'the stream was started in OBS'
    case 'owed-fence':
      return 'OBS came back and must not take the stream over by itself'
    case 'fence':
      return `${systemName(reason.from)} must stop before ${systemName(reason.to)} starts`
    case 'start':
      return reason.attempt > 1
        ? `${systemName(reason.to)} takes over (attempt ${reason.attempt})`
        : `${systemName(reason.to)} takes over`
    case 'prove':
      return `Understudy checks that ${systemName(reason.system)} arrives`
    case 'crashed':
      return 'a process of Understudy crashed'
    case 'switch-failed':
      return `${systemName(reason.to)} could not take over: ${withoutStop(problemText(reason.problem))}`
    case 'stream-ended':
      return endedText(reason.how)
    case 'nobody-on-air':
      return 'nothing was on air'
    case 'readiness':
      return `${systemName(reason.system)} was checked`
    case 'adopt':
      return 'only one may send after a restart'
    case 'returned':
      return `${systemName(reason.to)} has been stable for long enough`
    case 'guard':
      return 'the rules for switching while the engine is away have changed'
    default:
      return assertNever(reason, 'reason')
  }
}

export const endedText = (how: 'user' | 'quit' | 'operator'): string => {
  if (how === 'user') return 'the stream was stopped in OBS'
  return how === 'quit' ? 'OBS was closed' : 'you ended the stream'
}

export const withoutStop = (text: string): string => text.replace(/\.$/, '')

/** Why a failure on air did not lead to a switch. */
export const notSwitchedText: Readonly<Record<NotSwitched, string>> = {
  hold: 'a hold is on',
  'not-armed': 'Understudy is not armed',
  'no-candidate': 'there is nothing to switch to',
  'backup-not-ready': 'the backup is not ready',
  governor: 'there were too many switches in a short time',
  settling: 'the last switch was only a moment ago',
  'cannot-cure': 'switching would not help, and no backup on another server is ready',
}

/** A session at the destination that is younger than what counts as confirmed. */
export const settlingText = 'The server accepted the connection; Understudy is checking that it holds.'

/** How it is known that media arrives, for a person. Strongest first. */
export const proofText: Readonly<Record<ProofKind, string>> = {
  acknowledged: 'the server confirmed the media',
  server: 'the server shows the media',
  playback: 'the stream was played back',
  accepted: 'sent, but it is not confirmed that it arrives',
}
