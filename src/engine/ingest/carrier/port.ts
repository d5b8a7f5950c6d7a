import { compareTracks } from '../../../core/compare-tracks'
import { fail, ok, type Problem, type Result } from '../../../core/problem'
import type { Proof, Track } from '../../../core/words'
import type { FeedState } from '../../../shared/carrier/control'
import type {
  Clock,
  IngestCapabilities,
  IngestPort,
  IngestStatus,
  ProbeReport,
  SourceSpec,
  StartOptions,
  Still,
} from '../../ports'
import type { CarrierClient } from './client'
import { targetOf } from './target'

/** What a port sees of the host it shares with the others. */
export interface CarrierLink {
  readonly clock: Clock
  /** The open connection; finds or starts a carrier where there is none. */
  client(): Promise<Result<CarrierClient>>
  connected(): CarrierClient | null
  stale(): boolean
  problem(): Problem | null
}

const capabilities: IngestCapabilities = {
  sources: ['rtmp', 'rtmps', 'rtsp', 'rtsps', 'srt', 'http', 'https', 'file'],
  destinations: ['rtmp', 'rtmps', 'srt'],
  warm: 'pulling',
  stopModes: ['clean', 'abrupt'],
  survivesEngine: true,
  proof: ['acknowledged', 'accepted'],
}

const releaseMs = 5_000

/** One feed of the carrier as a live system. */
export class CarrierPort implements IngestPort {
  readonly kind = 'carrier'
  private readonly listeners = new Set<(status: IngestStatus) => void>()
  private source: SourceSpec | null = null
  /** Highest lease this engine used here: a carrier that was started again has seen none. */
  private generation = -1
  /** Starts and stops so far: a start that had to wait for a carrier sees whether another order came. */
  private orders = 0
  private last: FeedState | null = null

  constructor(
    private readonly feed: string,
    private readonly link: CarrierLink,
    private readonly closed: () => void,
  ) {}

  capabilities(): Promise<Result<IngestCapabilities>> {
    return Promise.resolve(ok(capabilities))
  }

  async probe(
    source: SourceSpec,
    options: { readonly primary: readonly Track[] | null; readonly deadlineMs: number },
  ): Promise<Result<ProbeReport>> {
    const { primary, deadlineMs } = options
    const client = await this.link.client()
    if (!client.ok) return client
    const report = await client.value.call('probe', { source: specOf(source), deadlineMs }, deadlineMs)
    if (!report.ok) return report
    const { tracks, warnings } = report.value
    return ok({ tracks, warnings, differences: primary === null ? [] : compareTracks(primary, tracks) })
  }

  async prepare(source: SourceSpec, options: { readonly deadlineMs: number }): Promise<Result<void>> {
    const client = await this.link.client()
    if (!client.ok) return client
    const body = { feed: this.feed, source: specOf(source), deadlineMs: options.deadlineMs }
    const done = client.value.call('prepare', body, options.deadlineMs)
    this.source = source
    return nothing(await done)
  }

  async start(options: StartOptions): Promise<Result<Proof>> {
    const { generation, destination, overlap, deadlineMs } = options
    if (generation < this.generation) return fail('stale-generation')
    this.generation = generation
    const order = (this.orders += 1)
    const begun = this.link.clock.monotonicMs()
    const client = await this.link.client()
    if (!client.ok) return client
    if (this.orders !== order) return fail('stale-generation')
    // Finding or starting a carrier may have taken longer than the asker waits.
    const leftMs = Math.ceil(deadlineMs - (this.link.clock.monotonicMs() - begun))
    if (leftMs <= 0) return fail('timeout', { what: 'carrier' })
    const started = await client.value.call(
      'publish',
      {
        feed: this.feed,
        destination: destination.id,
        generation,
        target: targetOf(destination, generation),
        overlap,
        deadlineMs: leftMs,
      },
      leftMs,
    )
    if (!started.ok) return started
    return ok({ kind: started.value.proof, at: this.link.clock.monotonicMs() })
  }

  async stop(options: {
    readonly generation: number
    readonly mode: 'clean' | 'abrupt'
    readonly deadlineMs: number
  }): Promise<Result<void>> {
    const { generation, mode, deadlineMs } = options
    if (generation < this.generation) return fail('stale-generation')
    this.generation = generation
    this.orders += 1
    const client = await this.link.client()
    if (!client.ok) return client
    return nothing(
      await client.value.call('unpublish', { feed: this.feed, generation, mode, deadlineMs }, deadlineMs),
    )
  }

  async release(options: { readonly deadlineMs: number }): Promise<Result<void>> {
    this.source = null
    const client = this.link.connected()
    // What is gone pulls nothing.
    if (client === null) return ok(undefined)
    return nothing(await client.call('release', { feed: this.feed }, options.deadlineMs))
  }

  status(): IngestStatus {
    const client = this.link.connected()
    if (client !== null) this.last = client.state.feeds.find(({ id }) => id === this.feed) ?? null
    return statusOf(this.last, this.link.stale(), this.link.problem())
  }

  onStatus(listener: (status: IngestStatus) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async still(deadlineMs: number): Promise<Still | null> {
    const client = this.link.connected()
    const warm = client?.state.feeds.some(({ id, warm: is }) => id === this.feed && is) ?? false
    if (client === null || !warm) return null
    const answer = await client.call('keyframe', { feed: this.feed }, deadlineMs)
    // A carrier of an earlier version knows no keyframes.
    if (!answer.ok || answer.value.flv === null) return null
    return { kind: 'flv', bytes: Buffer.from(answer.value.flv, 'base64') }
  }

  /** Tells the listeners; called by the host at each change and twice a second. */
  tell(): void {
    const status = this.status()
    for (const listener of [...this.listeners]) listener(status)
  }

  /** A carrier was found or started: it shall pull what was prepared. Idempotent for one that does. */
  reattached(client: CarrierClient): void {
    if (this.source === null) return
    const body = { feed: this.feed, source: specOf(this.source), deadlineMs: releaseMs }
    void client.call('prepare', body, releaseMs)
  }

  /** Lets go; feed and publication go on for the next engine. */
  close(): Promise<void> {
    this.listeners.clear()
    this.closed()
    return Promise.resolve()
  }
}

function statusOf(feed: FeedState | null, stale: boolean, carrier: Problem | null): IngestStatus {
  const publication = feed?.publication ?? null
  const published = publication !== null && publication.leg !== 'failed'
  return {
    stale,
    pull: feed?.leg ?? 'idle',
    publish: publication?.leg ?? 'idle',
    generation: published ? publication.generation : null,
    warm: feed?.warm ?? false,
    tracks: feed?.tracks ?? [],
    bytesOut: published ? publication.bytesSent : null,
    bytesAcknowledged: published ? publication.bytesAcknowledged : null,
    acknowledgedAgeMs: published ? publication.acknowledgedAgeMs : null,
    bitrateKbps: feed?.bitrateKbps ?? null,
    fps: feed?.fps ?? null,
    droppedFrames: published ? publication.droppedFrames : null,
    uptimeMs: published ? publication.uptimeMs : (feed?.uptimeMs ?? null),
    restarts: (feed?.restarts ?? 0) + (publication?.retries ?? 0),
    problem: carrier ?? publication?.problem ?? feed?.problem ?? null,
  }
}

export const specOf = ({ url, transport, loop, convert }: SourceSpec) => ({
  url,
  ...(transport === undefined ? {} : { transport }),
  ...(loop === undefined ? {} : { loop }),
  ...(convert === undefined ? {} : { convert }),
})

const nothing = (result: Result<null>): Result<void> => (result.ok ? ok(undefined) : result)
