import type { Snapshot, SystemMetrics, SystemView } from '../../../src/shared/snapshot'

export const noMetrics: SystemMetrics = {
  bitrateKbps: null,
  dropShare: null,
  congestion: null,
  fps: null,
  pull: null,
  publish: null,
  bytesOut: null,
  bytesAcknowledged: null,
  acknowledgedAgeMs: null,
}

export const obsSystem: SystemView = {
  id: 'obs',
  kind: 'push',
  via: 'obs',
  label: 'OBS 29.0.2 at 127.0.0.1:4455',
  verdict: 'good',
  causes: [],
  readiness: 'ready',
  readinessCauses: [],
  metrics: { ...noMetrics, bitrateKbps: 6020, dropShare: 0, congestion: 0.02, fps: 60 },
  tracks: [
    { type: 'video', codec: 'h264', width: 1920, height: 1080, fps: 60 },
    { type: 'audio', codec: 'aac', sampleRateHz: 48000, channels: 2 },
  ],
  problem: null,
  pictureWall: null,
}

export const backupSystem: SystemView = {
  id: 'backup',
  kind: 'pull',
  via: 'carrier',
  label: 'rtsp://camera.lan/stream1',
  verdict: 'unknown',
  causes: [{ code: 'not-streaming' }],
  readiness: 'ready',
  readinessCauses: [],
  metrics: { ...noMetrics, bitrateKbps: 4480, fps: 30, pull: 'up', publish: 'idle' },
  tracks: [{ type: 'video', codec: 'h264', width: 1280, height: 720, fps: 30 }],
  problem: null,
  pictureWall: null,
}

/** A snapshot of a set-up that is off air; `more` changes it. */
export const makeSnapshot = (more: Partial<Snapshot> = {}): Snapshot => ({
  version: '0.1.0',
  wall: Date.UTC(2026, 0, 2, 20, 0, 0),
  mode: 'normal',
  rehearsing: false,
  settingsRevision: 1,
  armed: true,
  hold: null,
  onAir: null,
  phase: { kind: 'offline', lastEnd: null },
  systems: [
    { ...obsSystem, verdict: 'unknown', causes: [{ code: 'not-streaming' }], metrics: noMetrics },
    backupSystem,
  ],
  destination: {
    label: 'rtmp://live.example.tv/app',
    source: 'obs',
    keyHint: 'ends in 7f3a',
    takeover: 'none',
    graceMs: 90_000,
    graceLeftMs: null,
    witnesses: [{ kind: 'nginx-stat', media: 'absent' }],
    problem: null,
  },
  incident: null,
  timeline: [],
  problems: [],
  ...more,
})
