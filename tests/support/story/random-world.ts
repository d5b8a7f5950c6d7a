import fc from 'fast-check'
import type { CoreEvent } from '../../../src/core/events'
import type { Command } from '../../../src/core/failover'
import type { ProblemCode } from '../../../src/core/problem'
import type { DestinationRules } from '../../../src/core/words'
import type { DistributiveOmit, Outcome } from './story-types'

/** An event before its time; a result names its command by place, because ids are only known while it runs. */
export type Move =
  | {
      readonly kind: 'event'
      readonly afterMs: number
      readonly event: DistributiveOmit<CoreEvent, 'at'>
    }
  | {
      readonly kind: 'result'
      readonly afterMs: number
      readonly place: number
      readonly outcome: 'ok' | 'proven' | ProblemCode
    }
  /** OBS streams well, the backup is warm, Understudy is armed: so that more than noise is tried. */
  | { readonly kind: 'calm'; readonly afterMs: number }

export interface World {
  readonly takeover: DestinationRules['takeover']
  readonly autoArm: boolean
  /** Route `program`: all but `remote` feed it. */
  readonly program: boolean
  readonly moves: readonly Move[]
}

type Loose = DistributiveOmit<CoreEvent, 'at'>

const leg = fc.constantFrom('idle', 'connecting', 'up', 'stalled', 'failed' as const)

const status: fc.Arbitrary<Loose> = fc.record({
  kind: fc.constant('obs-status'),
  reply: fc.record({
    active: fc.boolean(),
    reconnecting: fc.boolean(),
    bytes: fc.nat(5_000_000),
    skippedFrames: fc.nat(300),
    totalFrames: fc.nat(3_000),
    congestion: fc.constantFrom(0, 0.5, 1),
    durationMs: fc.constant(0),
  }),
})

const stats = (rendered: number): Loose => ({
  kind: 'obs-stats',
  reply: {
    cpuPercent: 5,
    memoryMiB: 260,
    activeFps: 30,
    renderSkippedFrames: 0,
    renderTotalFrames: rendered,
    encoderSkippedFrames: 0,
    encoderTotalFrames: rendered,
  },
})

const ingest: fc.Arbitrary<Loose> = fc.record({
  kind: fc.constant('ingest-status'),
  system: fc.constantFrom('backup', 'slate', 'remote'),
  stale: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  pull: fc.oneof({ weight: 3, arbitrary: fc.constant('up' as const) }, { weight: 1, arbitrary: leg }),
  publish: leg,
  generation: fc.option(fc.nat(20), { nil: null }),
  warm: fc.boolean(),
  tracks: fc.constant([]),
  bytesOut: fc.option(fc.nat(1_000_000), { nil: null }),
  bytesAcknowledged: fc.option(fc.nat(1_000_000), { nil: null }),
  acknowledgedAgeMs: fc.option(fc.nat(10_000), { nil: null }),
  bitrateKbps: fc.constant(2_500),
  droppedFrames: fc.constant(0),
  problem: fc.constant(null),
})

const member = fc.constantFrom('obs', 'backup', 'slate')

const feed = (system: string) =>
  fc.record({
    system: fc.constant(system),
    leg: fc.oneof({ weight: 4, arbitrary: fc.constant('up' as const) }, { weight: 1, arbitrary: leg }),
    warm: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.boolean() }),
    mediaAgeMs: fc.constantFrom(20, 20, 20, 900, 5_000, null),
  })

const programStatus: fc.Arbitrary<Loose> = fc.record({
  kind: fc.constant('program-status'),
  stale: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  live: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  generation: fc.option(fc.nat(20), { nil: null }),
  onFeed: fc.option(member, { nil: null }),
  lastCut: fc.option(
    fc.record({
      seq: fc.integer({ min: 1, max: 30 }),
      from: fc.option(member, { nil: null }),
      to: fc.oneof({ weight: 9, arbitrary: member }, { weight: 1, arbitrary: fc.constant('nobody') }),
      why: fc.constantFrom('asked', 'feed-frozen', 'feed-ended'),
      gapMs: fc.constantFrom(null, 40),
    }),
    { nil: null },
  ),
  feeds: fc.tuple(feed('obs'), feed('backup'), feed('slate')),
  destinations: fc.array(
    fc.record({
      id: fc.constantFrom('main', 'second'),
      leg: fc.oneof({ weight: 4, arbitrary: fc.constant('up' as const) }, { weight: 1, arbitrary: leg }),
      on: fc.constantFrom('first', 'other'),
      hasOther: fc.boolean(),
      problem: fc.constantFrom(null, { code: 'destination-refused' as const }),
      acknowledges: fc.constantFrom('yes', 'no', 'unknown'),
      bytesSent: fc.nat(5_000_000),
      bytesAcknowledged: fc.option(fc.nat(5_000_000), { nil: null }),
      acknowledgedAgeMs: fc.option(fc.nat(3_000), { nil: null }),
      backlogBytes: fc.nat(1_000_000),
      usualBacklogBytes: fc.constant(100_000),
      queuedBytes: fc.nat(1_000_000),
      sentKbps: fc.nat(3_000),
      offeredKbps: fc.constant(2_500),
      droppedFrames: fc.nat(20),
      uptimeMs: fc.constant(null),
      sessions: fc.constantFrom(1, 1, 1, 2),
      retryInMs: fc.constant(null),
    }),
    { maxLength: 2 },
  ),
})

const operator: fc.Arbitrary<Loose> = fc
  .oneof(
    fc.constantFrom(
      { kind: 'go-live' },
      { kind: 'end-stream' },
      { kind: 'release' },
      { kind: 'arm' },
      { kind: 'arm' },
      { kind: 'disarm' },
    ),
    fc.record({
      kind: fc.constant('switch'),
      to: fc.constantFrom('obs', 'backup', 'slate', 'remote', 'nobody'),
    }),
    fc.record({ kind: fc.constant('hold'), forMs: fc.constantFrom(null, 5_000, 60_000) }),
  )
  .map((command): Loose => ({ kind: 'operator', command, by: 'page' }))

const rare: fc.Arbitrary<Loose> = fc.oneof(
  fc.constantFrom<Loose>(
    { kind: 'obs-exit' },
    { kind: 'host', what: 'resumed' },
    { kind: 'host', what: 'clock-jump' },
    { kind: 'obs-log', cause: 'user-stop' },
    { kind: 'obs-log', cause: 'encoder-error' },
    { kind: 'obs-process', running: true },
    { kind: 'obs-process', running: false },
    { kind: 'obs-process', running: null },
    { kind: 'obs-connection', state: 'connected' },
    { kind: 'obs-connection', state: 'closed', code: 1006 },
    { kind: 'obs-connection', state: 'closed', code: 1001 },
    { kind: 'obs-connection', state: 'refused' },
  ),
  fc.record({
    kind: fc.constant('restored'),
    wall: fc.constant(1_000_000),
    point: fc.record({
      armed: fc.boolean(),
      hold: fc.constantFrom(null, { untilWall: null }, { untilWall: 1_010_000 }),
      onAir: fc.constantFrom(null, 'obs', 'backup', 'slate'),
      generation: fc.nat(30),
      owedFence: fc.boolean(),
      handover: fc.boolean(),
    }),
  }),
)

const often: fc.Arbitrary<Loose> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Loose>({ kind: 'tick' }) },
  { weight: 3, arbitrary: status },
  { weight: 1, arbitrary: fc.nat(100_000).map(stats) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Loose>(
      { kind: 'obs-status', reply: null, error: 'timeout' },
      { kind: 'obs-stats', reply: null, error: 'timeout' },
    ),
  },
  { weight: 4, arbitrary: ingest },
  { weight: 4, arbitrary: programStatus },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom('starting', 'started', 'stopping', 'stopped', 'reconnecting', 'reconnected')
      .map((state): Loose => ({ kind: 'obs-stream', state })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('flowing', 'absent', 'unknown')
      .map((media): Loose => ({ kind: 'witness', proof: 'server', media })),
  },
  { weight: 2, arbitrary: operator },
  { weight: 1, arbitrary: rare },
)

const afterMs = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 50, 250, 500) },
  { weight: 1, arbitrary: fc.nat(6_000) },
)

const outcome = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('ok' as const, 'proven' as const) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<ProblemCode>(
      'destination-busy',
      'destination-unreachable',
      'destination-refused',
      'source-no-media',
      'obs-start-failed',
      'obs-stop-timeout',
      'obs-closed',
      'ingest-unreachable',
      'stale-generation',
      'proof-missing',
      'timeout',
      'internal',
    ),
  },
)

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('event'), afterMs, event: often }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('result'), afterMs, place: fc.nat(5), outcome }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('calm'), afterMs }) },
)

/** A hundred moves that need not make sense: laws hold all the same. */
export const world: fc.Arbitrary<World> = fc.record({
  takeover: fc.oneof(
    { weight: 3, arbitrary: fc.constant({ kind: 'none' } as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom({ kind: 'query', param: 'p' } as const, { kind: 'backup-url' } as const),
    },
  ),
  autoArm: fc.boolean(),
  program: fc.boolean(),
  moves: fc.array(move, { minLength: 100, maxLength: 100 }),
})

const calmProgram = (): Loose => ({
  kind: 'program-status',
  stale: false,
  live: false,
  generation: null,
  onFeed: null,
  lastCut: null,
  feeds: (['obs', 'backup', 'slate'] as const).map((system) => ({
    system,
    leg: 'up',
    warm: true,
    mediaAgeMs: 20,
  })),
  destinations: [],
})

/** What `calm` stands for. */
export const calmEvents = (rendered: number): readonly Loose[] => [
  { kind: 'obs-process', running: true },
  { kind: 'obs-connection', state: 'connected' },
  stats(rendered),
  stats(rendered + 60),
  { kind: 'obs-stream', state: 'starting' },
  { kind: 'obs-stream', state: 'started' },
  calmProgram(),
  ...(['backup', 'slate', 'remote'] as const).map((system): Loose => ({
    kind: 'ingest-status',
    system,
    stale: false,
    pull: 'up',
    publish: 'idle',
    generation: null,
    warm: true,
    tracks: [],
    bytesOut: null,
    bytesAcknowledged: null,
    acknowledgedAgeMs: null,
    bitrateKbps: null,
    droppedFrames: null,
    problem: null,
  })),
  { kind: 'operator', command: { kind: 'arm' }, by: 'page' },
]

export const toOutcome = (what: 'ok' | 'proven' | ProblemCode, at: number): Outcome => {
  if (what === 'ok') return { ok: true }
  if (what === 'proven') return { ok: true, proof: { kind: 'acknowledged', at } }
  return { ok: false, problem: { code: what } }
}

export const programLineup = [
  { id: 'obs', kind: 'push', inProgram: true },
  { id: 'backup', kind: 'pull', inProgram: true },
  { id: 'slate', kind: 'slate', inProgram: true },
  { id: 'remote', kind: 'pull' },
] as const

export const lineup = [
  { id: 'obs', kind: 'push' },
  { id: 'backup', kind: 'pull' },
  { id: 'slate', kind: 'slate' },
] as const

export const isDeed = (command: Command): boolean => command.kind !== 'notice'
