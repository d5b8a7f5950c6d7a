import type { TrackDifference } from '../compare-tracks'
import type { CauseCode } from '../health'
import type { OffAir } from '../off-air/account'
import type { NotSwitched } from './not-switched'
import type { Problem } from '../problem'
import type { ProofKind, SystemId } from '../words'

/** Why a command was given. Rendered to a sentence by `shared/messages/reasons`. */
export type Reason =
  /** The system on air is bad. */
  | { readonly code: 'verdict-bad'; readonly system: SystemId; readonly cause: CauseCode }
  /** The operator said so. */
  | { readonly code: 'operator'; readonly asked: string }
  /** Start was pressed in OBS while another system is on air: that is an *OBS now*. */
  | { readonly code: 'started-in-obs' }
  /** An OBS that could not be fenced answers again and would take the stream back. */
  | { readonly code: 'owed-fence' }
  /** Part of a switch: the old system must not publish any more. */
  | { readonly code: 'fence'; readonly from: SystemId; readonly to: SystemId }
  /** Part of a switch: the new system starts. */
  | {
      readonly code: 'start'
      readonly from: SystemId | null
      readonly to: SystemId
      readonly attempt: number
    }
  /** Part of a switch: look whether media arrives. */
  | { readonly code: 'prove'; readonly system: SystemId }
  /** The switch to `to` did not work; the next candidate is tried. */
  | { readonly code: 'switch-failed'; readonly to: SystemId; readonly problem: Problem }
  /** The stream ended. */
  | { readonly code: 'stream-ended'; readonly how: 'user' | 'quit' | 'operator' }
  /** A process of ours ended by a mistake of its own. */
  | { readonly code: 'crashed' }
  /** Nobody is on air; whoever is ready takes it. */
  | { readonly code: 'nobody-on-air' }
  /** Whether anybody could take over has changed. */
  | { readonly code: 'readiness'; readonly system: SystemId }
  /** After a restart: only one may publish. */
  | { readonly code: 'adopt' }
  /** The first system of the lineup has been well for long enough: back to it. */
  | { readonly code: 'returned'; readonly to: SystemId }
  /** What the carrier may do by itself has changed. */
  | { readonly code: 'guard' }

/** What the core wants done. Executed by the engine's ports; ends come back as `result` events. */
export type CommandBody =
  /**
   * Make the system publish to the destination. Push: StartStream, one in flight. Pull: publish under `generation`;
   * resolves when media bytes flow. `overlap`: the old publisher may still be there (the destination takes over).
   * A system that is `inProgram` is put on the program (a cut where it is live); OBS is first told to stream where it
   * does not.
   */
  | {
      readonly kind: 'start'
      readonly system: SystemId
      readonly generation: number
      readonly overlap: boolean
      readonly deadlineMs: number
    }
  /**
   * Make sure the system no longer publishes. Push: the stop ladder, resolves when outputActive is false. `abrupt`
   * drops the connection without saying goodbye, so that platforms keep the broadcast open. A system that is `inProgram`:
   * the whole program ends, whatever feed is on it; OBS itself is told to stop only when `clean`, because after an
   * abrupt end its feed is wanted again. Never given for a system that only leaves the program's picture.
   */
  | {
      readonly kind: 'stop'
      readonly system: SystemId
      readonly generation: number
      readonly mode: 'clean' | 'abrupt'
    }
  /** Look for media at the far end; resolves with the strongest kind of proof that could be had. */
  | { readonly kind: 'prove'; readonly system: SystemId; readonly deadlineMs: number }
  /**
   * What the carrier may cut to by itself, first to last; null: nothing. Given whenever it changes while armed, not held
   * and on air in the program. A `result` comes back.
   */
  | { readonly kind: 'guard'; readonly guard: CarrierGuard | null }
  /** Leave a destination's ingest that takes nothing and connect to its first or its other one. A `result` comes back. */
  | { readonly kind: 'redirect'; readonly destination: string; readonly to: 'first' | 'other' }
  /** Tell the streamer. Nothing comes back. */
  | { readonly kind: 'notice'; readonly notice: Notice }

/** The carrier cuts to the first warm feed of `order` once the one on the program brings no media for `freezeMs` (ms). */
export interface CarrierGuard {
  readonly order: readonly SystemId[]
  readonly freezeMs: number
}

export type Command = CommandBody & { readonly id: number; readonly reason: Reason }

/** Something the streamer should know. Sentences in `shared/messages/notices`; `core/announce` decides how loud. */
export type Notice =
  | { readonly code: 'switching'; readonly from: SystemId; readonly to: SystemId; readonly reason: Reason }
  | {
      readonly code: 'switched'
      readonly from: SystemId | null
      readonly to: SystemId
      readonly proof: ProofKind
      /** From the beginning of the switch to its proof. What viewers missed is in `offAir`. */
      readonly tookMs: number
      /** Its session at the destination is too young to count on: it may still be thrown out. */
      readonly settling?: true
      /** What viewers had to do without; absent: the stream only begins, or a journal is of before it was told. */
      readonly offAir?: OffAir
    }
  | { readonly code: 'switch-failing'; readonly to: SystemId; readonly problem: Problem }
  | { readonly code: 'switch-failed'; readonly to: SystemId; readonly problem: Problem }
  | {
      readonly code: 'not-switched'
      readonly system: SystemId
      readonly cause: CauseCode
      readonly because: NotSwitched
    }
  | { readonly code: 'stream-started'; readonly system: SystemId }
  | {
      readonly code: 'stream-ended'
      readonly how: 'user' | 'quit' | 'operator'
      readonly certain: boolean
      /** Present where it was failing when it ended. */
      readonly offAir?: OffAir
    }
  | { readonly code: 'on-air-bad'; readonly system: SystemId; readonly cause: CauseCode }
  | {
      readonly code: 'on-air-good'
      readonly system: SystemId
      readonly offAir?: OffAir
      /** It was well again before it was called bad: what it was, because nobody has said so yet. */
      readonly cause?: CauseCode
    }
  | { readonly code: 'monitor-blind'; readonly system: SystemId }
  /** Live and armed, and nobody could take over; `system` is the first backup. */
  | { readonly code: 'backup-not-ready'; readonly system: SystemId; readonly cause: CauseCode }
  /** `system` could take over again. */
  | { readonly code: 'backup-ready'; readonly system: SystemId }
  | { readonly code: 'unproven'; readonly system: SystemId; readonly problem: Problem }
  | { readonly code: 'fence-owed'; readonly system: SystemId }
  | {
      readonly code: 'adopted'
      readonly system: SystemId
      /** Present where nobody was on air, as far as was known. */
      readonly offAir?: OffAir
    }
  | { readonly code: 'refused'; readonly command: string; readonly problem: Problem }
  | { readonly code: 'governor-holds'; readonly switches: number }
  /** A process of ours ended by a mistake of its own and was started again. */
  | { readonly code: 'crashed'; readonly process: 'engine' | 'carrier' }
  /** The program left an ingest that took nothing for another one of the same destination. */
  | {
      readonly code: 'redirected'
      readonly destination: string
      readonly to: 'first' | 'other'
      readonly cause: CauseCode
    }
  /** A destination beside the first takes nothing, or is well again. The stream to the first goes on. */
  | { readonly code: 'destination-bad'; readonly destination: string; readonly cause: CauseCode }
  | { readonly code: 'destination-good'; readonly destination: string }
  /** The program went on with `system` in a new session at every destination, because the old one could not carry it. */
  | {
      readonly code: 'session-renewed'
      readonly system: SystemId
      /** `primary`: what the old session carried; `backup`: what the new one does. */
      readonly differences: readonly TrackDifference[]
    }
  /** `system` sends so many tracks beside the first picture and the first sound, which are not carried. */
  | {
      readonly code: 'tracks-left-out'
      readonly system: SystemId
      readonly video: number
      readonly audio: number
    }
