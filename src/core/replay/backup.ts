import type { Command } from '../failover/commands'
import type { IngestStatusEvent, ResultEvent } from '../events'
import type { SystemId } from '../words'

/** A pull ingest that is always ready and does what it is told at once. 2.5 Mbit/s, acknowledged without delay. */
export class ReadyBackup {
  private since: number | null = null
  private generation: number | null = null

  constructor(private readonly system: SystemId) {}

  status(at: number): IngestStatusEvent {
    const bytes = this.since === null ? null : Math.round(((at - this.since) * 2_500) / 8)
    return {
      kind: 'ingest-status',
      at,
      system: this.system,
      stale: false,
      pull: 'up',
      publish: this.since === null ? 'idle' : 'up',
      generation: this.generation,
      warm: true,
      tracks: [],
      bytesOut: bytes,
      bytesAcknowledged: bytes,
      acknowledgedAgeMs: bytes === null ? null : 0,
      bitrateKbps: bytes === null ? null : 2_500,
      droppedFrames: bytes === null ? null : 0,
      problem: null,
    }
  }

  obey(command: Command, at: number): void {
    if (command.kind === 'start') {
      this.since = at
      this.generation = command.generation
    } else if (command.kind === 'stop') {
      this.since = null
      this.generation = null
    }
  }
}

/** Everybody obeys at once; a start comes back with the best kind of proof. Null: nothing comes back. */
export function obeyed(command: Command, at: number): ResultEvent | null {
  switch (command.kind) {
    case 'notice':
      return null
    case 'guard':
    case 'redirect':
    case 'stop':
      return { kind: 'result', at, commandId: command.id, outcome: { ok: true } }
    case 'start':
    case 'prove':
      return {
        kind: 'result',
        at,
        commandId: command.id,
        outcome: { ok: true, proof: { kind: 'acknowledged', at } },
      }
  }
}
