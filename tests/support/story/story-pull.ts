import type { Command } from '../../../src/core/failover'
import type { Story } from './story'
import type { Outcome } from './story-types'

type Start = Extract<Command, { readonly kind: 'start' }>

/** A pull ingest as the carrier is: warm, acknowledged within 100 ms, refusals as codes. */
export class StoryPull {
  /** Its source delivers. */
  source = true
  /** It answers at all. */
  answers = true
  /** The lease under which it publishes; null: it does not. */
  generation: number | null = null
  /** Its connection was closed by the other end, and it waits to be told what to do. */
  broken = false
  private bytes = 0
  private lastSample = 0

  constructor(
    private readonly world: Story,
    readonly id: string,
  ) {}

  start({ generation, overlap }: Start, done: (outcome: Outcome) => void): void {
    const { world } = this
    const fail = (
      code: 'destination-busy' | 'destination-unreachable' | 'destination-refused',
      ms: number,
    ) => {
      world.after(ms, () => {
        done({ ok: false, problem: { code } })
      })
    }
    const { destination } = world
    if (!destination.reachable) return fail('destination-unreachable', 5_000)
    if (destination.refusesKey) return fail('destination-refused', 80)
    const taken =
      [...destination.publishers].some((id) => id !== this.id) || world.now < destination.ghostUntil
    if (taken && !overlap) return fail('destination-busy', 50)
    this.generation = generation
    this.broken = false
    destination.publishers.add(this.id)
    world.after(90, () => {
      done({ ok: true, proof: { kind: 'acknowledged', at: world.now } })
    })
  }

  stop(done: (outcome: Outcome) => void): void {
    const meant = this.generation
    this.world.after(30, () => {
      // A later start is under a later lease: this stop is not about it.
      if (this.generation === meant) this.lose()
      done({ ok: true })
    })
  }

  /** The destination closes its connection. */
  breaks(): void {
    this.lose()
    this.broken = true
  }

  /** Its publisher ends, by a stop or behind our back. */
  lose(): void {
    this.generation = null
    this.broken = false
    this.world.destination.publishers.delete(this.id)
  }

  /** A status every 500 ms. */
  sample(): void {
    const { world } = this
    if (world.now - this.lastSample < 500) return
    this.lastSample = world.now
    const flows = this.generation !== null && this.source && world.destination.reachable
    if (flows) this.bytes += 150_000
    world.tell({
      kind: 'ingest-status',
      system: this.id,
      stale: !this.answers,
      pull: this.source ? 'up' : 'stalled',
      publish: this.leg(),
      generation: this.generation,
      warm: this.source,
      tracks: [],
      bytesOut: this.generation === null ? null : this.bytes,
      bytesAcknowledged: this.generation === null ? null : this.bytes,
      acknowledgedAgeMs: null,
      bitrateKbps: 2_400,
      droppedFrames: 0,
      problem: null,
    })
  }

  private leg(): 'idle' | 'failed' | 'up' | 'stalled' {
    if (this.broken) return 'failed'
    if (this.generation === null) return 'idle'
    return this.world.destination.reachable ? 'up' : 'stalled'
  }
}
