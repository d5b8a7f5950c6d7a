import type { Snapshot } from '../../src/shared/snapshot'
import {
  backupFeed,
  goodDestination,
  makeProgram,
  obsFeed,
  silentDestination,
  slateFeed,
  slateSystem,
} from '../support/story/program-snapshot'
import { backupSystem, noMetrics, obsSystem } from '../support/story/snapshots'

const ago = (ms: number): number => Date.now() - ms
const obs = { ...obsSystem, pictureWall: 1 } as const
const backup = { ...backupSystem, pictureWall: 1 } as const
const slate = { ...slateSystem, pictureWall: 1 } as const
const said = (id: number, ms: number, text: string): Snapshot['timeline'][number] => ({
  id,
  wall: ago(ms),
  notice: { code: 'stream-started', system: 'obs' },
  text,
  urgency: 'info',
  category: 'stream',
  key: String(id),
})

const reached: Snapshot['destination'] = {
  label: 'rtmp://live.example.tv/app',
  source: 'config',
  keyHint: 'ends in 7f3a',
  takeover: 'none',
  graceMs: 90_000,
  graceLeftMs: null,
  witnesses: [{ kind: 'nginx-stat', media: 'flowing' }],
  problem: null,
}

const gone = {
  ...obs,
  pictureWall: null,
  verdict: 'bad',
  causes: [{ code: 'obs-gone' }],
  readiness: 'not-ready',
  readinessCauses: [{ code: 'obs-unreachable' }],
  metrics: noMetrics,
} as const
const carried = {
  ...backup,
  verdict: 'good',
  causes: [],
  metrics: { ...backup.metrics, publish: 'up' },
} as const

/** Route `program`, as an engine would show it. */
export const programStates: Readonly<Record<string, () => Partial<Snapshot>>> = {
  program: () => ({
    onAir: 'obs',
    phase: { kind: 'on-air', system: 'obs', sinceWall: ago(754_000), proof: 'acknowledged' },
    systems: [obs, backup, slate],
    destination: reached,
    timeline: [said(1, 754_000, 'The stream has started: OBS is on air.')],
    program: makeProgram({
      cuts: 2,
      lastCut: { wall: ago(301_000), from: 'backup', to: 'obs', why: 'asked', gapMs: 33 },
      ingest: {
        url: 'rtmp://127.0.0.1:19350/live',
        obsPublishing: true,
        problem: null,
        visits: [
          { wall: ago(62_000), what: 'refused', problem: { code: 'ingest-key-wrong' } },
          { wall: ago(760_000), what: 'published', problem: null },
        ],
      },
    }),
  }),
  'program-cut': () => ({
    onAir: 'backup',
    phase: { kind: 'on-air', system: 'backup', sinceWall: ago(4_000), proof: 'acknowledged' },
    systems: [gone, carried, slate],
    destination: reached,
    timeline: [said(1, 754_000, 'The stream has started: OBS is on air.')],
    program: makeProgram({
      onFeed: 'backup',
      feeds: [{ ...obsFeed, leg: 'idle', warm: false, mediaAgeMs: null }, backupFeed, slateFeed],
      cuts: 1,
      lastCut: { wall: ago(4_000), from: 'obs', to: 'backup', why: 'feed-ended', gapMs: 41 },
      ingest: {
        url: 'rtmp://127.0.0.1:19350/live',
        obsPublishing: false,
        problem: null,
        visits: [
          { wall: ago(4_000), what: 'left', problem: { code: 'ingest-publisher-lost' } },
          { wall: ago(500_000), what: 'took-over', problem: null },
          { wall: ago(760_000), what: 'published', problem: null },
        ],
      },
    }),
  }),
  'program-trouble': () => ({
    onAir: 'obs',
    phase: { kind: 'on-air', system: 'obs', sinceWall: ago(754_000), proof: 'acknowledged' },
    systems: [obs, backup, slate],
    destination: reached,
    program: makeProgram({
      destinations: [
        {
          ...goodDestination,
          leg: 'stalled',
          verdict: 'bad',
          causes: [{ code: 'destination-frozen', params: { sinceMs: 1_200 } }],
          acknowledgedAgeMs: 1_240,
          backlogBytes: 1_400_000,
          sentKbps: 0,
          droppedFrames: 72,
          sessions: 2,
        },
        silentDestination,
      ],
    }),
  }),
  'program-off': () => ({
    systems: [{ ...gone, verdict: 'unknown', causes: [{ code: 'not-streaming' }] }, backup, slate],
    program: makeProgram({
      onFeed: null,
      feeds: [{ ...obsFeed, leg: 'idle', warm: false, mediaAgeMs: null }, backupFeed, slateFeed],
      destinations: [
        {
          ...goodDestination,
          leg: 'idle',
          verdict: 'unknown',
          proof: null,
          acknowledges: 'unknown',
          acknowledgedAgeMs: null,
          backlogBytes: 0,
          sentKbps: 0,
          sessions: 0,
          uptimeMs: null,
        },
      ],
      ingest: {
        url: null,
        obsPublishing: false,
        problem: { code: 'ingest-port-in-use', params: { port: 19350 } },
        visits: [],
      },
    }),
  }),
}

/** The page's headline in each. */
export const programHeadlines: Readonly<Record<string, string>> = {
  program: 'On air: OBS',
  'program-cut': 'On air: The backup',
  'program-trouble': 'Failing: The stream does not arrive',
  'program-off': 'Off air: Not live',
}
