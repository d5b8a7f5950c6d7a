import type {
  ProgramDestinationView,
  ProgramFeedView,
  ProgramView,
  SystemView,
} from '../../../src/shared/snapshot'
import { noMetrics } from './snapshots'

export const goodDestination: ProgramDestinationView = {
  id: 'main',
  label: 'rtmp://live.example.tv/app',
  leg: 'up',
  on: 'first',
  hasOther: true,
  verdict: 'good',
  causes: [],
  proof: 'acknowledged',
  acknowledges: 'yes',
  acknowledgedAgeMs: 80,
  backlogBytes: 96_000,
  sentKbps: 6_020,
  droppedFrames: 0,
  sessions: 1,
  uptimeMs: 754_000,
  problem: null,
}

/** It takes media and never says so. */
export const silentDestination: ProgramDestinationView = {
  ...goodDestination,
  id: 'second',
  label: 'Second channel',
  hasOther: false,
  proof: 'accepted',
  acknowledges: 'no',
  acknowledgedAgeMs: null,
  backlogBytes: 0,
}

export const obsFeed: ProgramFeedView = {
  system: 'obs',
  leg: 'up',
  warm: true,
  mediaAgeMs: 30,
  differences: [],
  converted: null,
}

export const backupFeed: ProgramFeedView = {
  ...obsFeed,
  system: 'backup',
  mediaAgeMs: 40,
  differences: [
    { what: 'resolution', track: 'video', primary: '1920x1080', backup: '1280x720' },
    { what: 'fps', track: 'video', primary: '60', backup: '30' },
  ],
}

export const slateFeed: ProgramFeedView = { ...obsFeed, system: 'slate', converted: { cpuShare: 0.07 } }

export const slateSystem: SystemView = {
  id: 'slate',
  kind: 'slate',
  via: 'carrier',
  label: 'standby.png',
  verdict: 'unknown',
  causes: [{ code: 'not-streaming' }],
  readiness: 'ready',
  readinessCauses: [],
  metrics: { ...noMetrics, bitrateKbps: 5_900, fps: 60, pull: 'up', publish: 'idle' },
  tracks: [
    { type: 'video', codec: 'h264', width: 1920, height: 1080, fps: 60 },
    { type: 'audio', codec: 'aac', sampleRateHz: 48000, channels: 2 },
  ],
  problem: null,
  pictureWall: null,
}

/** A program that carries OBS to two destinations; `more` changes it. */
export const makeProgram = (more: Partial<ProgramView> = {}): ProgramView => ({
  onFeed: 'obs',
  feeds: [obsFeed, backupFeed, slateFeed],
  destinations: [goodDestination, silentDestination],
  ingest: { url: 'rtmp://127.0.0.1:19350/live', obsPublishing: true, problem: null, visits: [] },
  cuts: 0,
  lastCut: null,
  ...more,
})
