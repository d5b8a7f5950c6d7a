import type { Snapshot, SystemMetrics } from '../../shared/snapshot'

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
  }
}
