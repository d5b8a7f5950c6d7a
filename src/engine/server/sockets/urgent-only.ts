import type { ProgramView, Snapshot, SystemMetrics } from '../../../shared/snapshot'

const noMetrics: SystemMetrics = {
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

/** The snapshot for a tray: without the numbers that merely move, so that nothing is sent while nothing happens. */
export function urgentOnly(snapshot: Snapshot): Snapshot {
  return {
    ...snapshot,
    systems: snapshot.systems.map((system) => ({ ...system, metrics: noMetrics, pictureWall: null })),
    destination: { ...snapshot.destination, graceLeftMs: null },
    ...(snapshot.program === undefined ? {} : { program: calm(snapshot.program) }),
  }
}

const calm = (program: ProgramView): ProgramView => ({
  ...program,
  feeds: program.feeds.map((feed) => ({
    ...feed,
    mediaAgeMs: null,
    converted: feed.converted === null ? null : { cpuShare: null },
  })),
  destinations: program.destinations.map((destination) => ({
    ...destination,
    acknowledgedAgeMs: null,
    backlogBytes: 0,
    sentKbps: 0,
    droppedFrames: 0,
    uptimeMs: null,
  })),
})
