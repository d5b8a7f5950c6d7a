/**
 * Every number the core decides by. One object, typed and documented; each default names its source. Times in ms.
 * "Recordings" are those of tests/fixtures/traces.
 */
export interface Policy {
  readonly obs: {
    /**
     * How long OBS may reconnect before it counts as failed. Its first retry brings a broken connection back after
     * 2.2 s (recordings ingest-crash-reconnect, ingest-drops-publisher), its second comes at 5 s: between the two.
     */
    readonly reconnectAllowanceMs: number
    /** Short reconnects one after the other count together: off air this much within `flapWindowMs` is failed too. Two first retries of 2.2 s are forgiven, a third is not. */
    readonly flapOffAirMs: number
    readonly flapWindowMs: number
    /** No answer to GetStreamStatus on an open socket for this long: hung, unless media is seen at the far end. docs/facts/obs.md 11.11: 3 s. */
    readonly hungAfterMs: number
    /** Bytes flat for this long while active: stalled. Audio keeps bytes moving on a healthy link, so 2 s is unambiguous (docs/facts/obs.md 3.3). */
    readonly stallMs: number
    /** Grace after STARTED or RECONNECTED in which flat bytes say nothing (docs/facts/obs.md 11.1: 5 s). */
    readonly startGraceMs: number
    /** Sliding window for network drops (docs/facts/obs.md 11.2: 5 s). */
    readonly dropWindowMs: number
    /** Share of frames dropped in the window that is bad, 0..1 (docs/facts/obs.md 11.2: 20 %). */
    readonly dropShareBad: number
    /** A drop is fresh evidence for this long; after that the blip has healed. Measured on recordings: OBS drops until the next keyframe. */
    readonly dropFreshMs: number
    /** Mean bitrate under this share of the session's own level is a collapse, 0..1 (docs/facts/obs.md 11.3: 30-40 %). */
    readonly bitrateCollapseShare: number
    /** Time over which the collapse must hold (docs/facts/obs.md 11.3: 5 s; longer, because scenes differ). */
    readonly bitrateCollapseMs: number
    /** Active, but frames do not advance for this long (docs/facts/obs.md 11.9: 3 s). */
    readonly encoderStallMs: number
    /** After a stop that is not ours: how long to wait for OBS's log to say why, where it can be read. */
    readonly stopReasonWaitMs: number
    /** Socket gone without a word: how long to look for the process before calling OBS gone (1006 comes 45 ms after a kill). */
    readonly goneConfirmMs: number
    /** Samples older than this say nothing. */
    readonly blindAfterMs: number
    /** The far end denies media for this long while OBS says all is well. */
    readonly farEndSilentMs: number
  }
  readonly ingest: {
    /** Media age on the pull leg that counts as lost is judged by the ingest; this is how long `stalled` may last on air. */
    readonly sourceLostMs: number
    /** Nothing acknowledged for this long while publishing (healthy: one every 130-170 ms at 2.5 Mbit/s; measured). */
    readonly publishStalledMs: number
    /** Publish leg down for this long on air. */
    readonly publishFailedMs: number
    readonly blindAfterMs: number
  }
  /** Route `program`. */
  readonly program: {
    /** The carrier's guard cuts once the feed on the program brought no media for this long. Prototype: a gap of 725 ms with 700. */
    readonly freezeMs: number
    /** The first system must have been well for this long, without a break, before it is cut back to by itself. */
    readonly returnAfterMs: number
    /**
     * Nothing acknowledged for this long while more than usual is open: frozen. At least the usual time between two
     * acknowledgements and 0.55 s more, at most this: healthy ones come every 130-170 ms at 2.5 Mbit/s (measured), and an
     * ingest that froze is to be known within 1 s from 800 kbit/s on.
     */
    readonly ackSilentMs: number
    /** The same by a destination that never acknowledges: all that is offered piles up for this long. */
    readonly queueSilentMs: number
    /** The backlog must grow for this long, without a pause, to count as a narrow uplink. A burst or a hiccup is over before. */
    readonly narrowMs: number
    /** Share of what is offered that must pile up meanwhile, 0..1. At 30 % of the need 0.7 does (measured). */
    readonly narrowShare: number
    /** The destination may be reconnected to for this long: the carrier tries at once, and again after 0.5 to 1 s. */
    readonly disconnectedMs: number
    /** A destination that is bad for this long is left for its other ingest, where it has one. */
    readonly redirectAfterMs: number
    /** After a redirect: how long the other ingest has to show that it takes the stream. */
    readonly redirectWaitMs: number
    /** Bad for this long without another ingest: a backup on a server takes over. */
    readonly handOverAfterMs: number
    readonly blindAfterMs: number
  }
  readonly failover: {
    /** A dying OBS may hold up the backup for this long; then the backup starts and OBS stays owed a fence. */
    readonly fenceMaxMs: number
    /** Deadline for one start attempt of a pull ingest. */
    readonly startTimeoutMs: number
    /** Deadline for OBS from StartStream to proven media. */
    readonly obsStartTimeoutMs: number
    /** Waits between attempts while the key is held by a ghost, ms; the last repeats (docs/facts/platforms.md 1). */
    readonly busyRetryMs: readonly number[]
    /** After this long without success the switch is announced as failed; the attempts go on. */
    readonly switchAlarmMs: number
    /** Deadline for proof from outside after a start. */
    readonly proofTimeoutMs: number
    /** A bad verdict on the system on air less than this after a switch does not switch again (OBS needs up to 3 s to show a state). */
    readonly settleMs: number
    /** Governor: at most so many automatic switches within the window; then Understudy holds and says so. */
    readonly governorMaxSwitches: number
    readonly governorWindowMs: number
    /** Law 4's exception: a slate beats nothing when no backup is known good. */
    readonly slateBeatsNothing: boolean
    /** After a restart: how long to look for what is on air before concluding. */
    readonly adoptMs: number
  }
}

export const defaultPolicy: Policy = {
  obs: {
    reconnectAllowanceMs: 3_500,
    flapOffAirMs: 5_000,
    flapWindowMs: 30_000,
    hungAfterMs: 3_000,
    stallMs: 2_000,
    startGraceMs: 5_000,
    dropWindowMs: 5_000,
    dropShareBad: 0.2,
    dropFreshMs: 1_500,
    bitrateCollapseShare: 0.35,
    bitrateCollapseMs: 8_000,
    encoderStallMs: 3_000,
    stopReasonWaitMs: 1_500,
    goneConfirmMs: 1_000,
    blindAfterMs: 10_000,
    farEndSilentMs: 3_000,
  },
  ingest: {
    sourceLostMs: 3_000,
    publishStalledMs: 3_000,
    publishFailedMs: 3_000,
    blindAfterMs: 10_000,
  },
  program: {
    freezeMs: 700,
    returnAfterMs: 10_000,
    ackSilentMs: 800,
    queueSilentMs: 600,
    narrowMs: 1_000,
    narrowShare: 0.3,
    disconnectedMs: 3_000,
    redirectAfterMs: 500,
    redirectWaitMs: 5_000,
    handOverAfterMs: 3_000,
    blindAfterMs: 5_000,
  },
  failover: {
    fenceMaxMs: 3_000,
    startTimeoutMs: 10_000,
    obsStartTimeoutMs: 20_000,
    busyRetryMs: [500, 1_000, 1_000, 2_000, 3_000, 5_000],
    switchAlarmMs: 15_000,
    proofTimeoutMs: 10_000,
    settleMs: 5_000,
    governorMaxSwitches: 6,
    governorWindowMs: 600_000,
    slateBeatsNothing: false,
    adoptMs: 5_000,
  },
}
