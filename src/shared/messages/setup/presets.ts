type Overrides = Readonly<Record<'obs' | 'ingest' | 'failover', Readonly<Record<string, number>>>>

export interface PolicyPreset {
  readonly id: 'careful' | 'balanced' | 'fast'
  readonly name: string
  readonly tells: string
  readonly values: Overrides
}

/** Sets of numbers that differ from the defaults. 8 s lies between OBS's second retry (5 s) and its third (10 s), 1.5 s before its first (2.2 s). */
export const policyPresets: readonly PolicyPreset[] = [
  {
    id: 'careful',
    name: 'Careful',
    tells:
      'Gives OBS time to recover by itself: two reconnects, longer pauses. Viewers may wait up to about 8 s for the backup. For a connection that hiccups often.',
    values: {
      obs: {
        reconnectAllowanceMs: 8_000,
        flapOffAirMs: 12_000,
        flapWindowMs: 60_000,
        hungAfterMs: 6_000,
        stallMs: 4_000,
        dropShareBad: 0.4,
        bitrateCollapseMs: 15_000,
        encoderStallMs: 6_000,
        farEndSilentMs: 6_000,
      },
      ingest: { sourceLostMs: 6_000, publishStalledMs: 5_000, publishFailedMs: 5_000 },
      failover: { settleMs: 10_000, governorMaxSwitches: 4 },
    },
  },
  {
    id: 'balanced',
    name: 'Balanced',
    tells:
      'Forgives one short break that OBS recovers from by itself, leaves within 2 to 4 s otherwise. Right for most.',
    values: { obs: {}, ingest: {}, failover: {} },
  },
  {
    id: 'fast',
    name: 'Fast',
    tells:
      'Leaves before OBS’s first reconnect and at fewer dropped frames. Shortest gaps, more switches. For a backup as good as OBS.',
    values: {
      obs: {
        reconnectAllowanceMs: 1_500,
        flapOffAirMs: 3_000,
        hungAfterMs: 2_000,
        stallMs: 1_500,
        dropShareBad: 0.1,
        bitrateCollapseMs: 5_000,
        farEndSilentMs: 2_000,
      },
      ingest: { sourceLostMs: 2_000, publishStalledMs: 2_000, publishFailedMs: 2_000 },
      failover: { fenceMaxMs: 2_000, governorMaxSwitches: 10 },
    },
  },
]
