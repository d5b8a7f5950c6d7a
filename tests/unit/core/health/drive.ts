import type { ObsLogEvent, ObsOutputState, ObsStreamStatus } from '../../../../src/core/events'
import {
  assessObs,
  initialObsHealth,
  observeObs,
  type Assessment,
  type ObsHealth,
  type ObsInput,
} from '../../../../src/core/health'
import { defaultPolicy, type Policy } from '../../../../src/core/policy'

/** A made-up OBS under an own clock: what it says is fed to the monitor, with ticks as the engine gives them. */
export class Drive {
  health: ObsHealth = initialObsHealth()
  at = 0
  private bytes = 0
  private frames = 0
  private skipped = 0
  private rendered = 0

  constructor(
    readonly pollMs = 500,
    readonly policy: Policy = defaultPolicy,
  ) {}

  feed(event: ObsInput): ObsHealth {
    this.health = observeObs(this.health, event, this.policy)
    return this.health
  }

  assess(): Assessment {
    return assessObs(this.health, this.at, this.policy)
  }

  /** Verdict and first cause, as one word for a test. */
  get verdict(): string {
    const { verdict, causes } = this.assess()
    return verdict === 'good' ? 'good' : `${verdict} ${causes[0]?.code ?? ''}`
  }

  event(state: ObsOutputState): this {
    this.feed({ kind: 'obs-stream', at: this.at, state })
    return this
  }

  told(what: 'start' | 'stop'): this {
    this.feed({ kind: 'told', at: this.at, what })
    return this
  }

  /** Lets time pass with ticks and nothing else. */
  wait(ms: number): this {
    const end = this.at + ms
    for (let at = this.at + 250; at < end; at += 250) this.feed({ kind: 'tick', at })
    this.at = end
    this.feed({ kind: 'tick', at: end })
    return this
  }

  answer(reply: Partial<ObsStreamStatus>): this {
    this.feed({
      kind: 'obs-status',
      at: this.at,
      reply: {
        active: true,
        reconnecting: false,
        bytes: this.bytes,
        skippedFrames: this.skipped,
        totalFrames: this.frames,
        congestion: 0,
        durationMs: 0,
        ...reply,
      },
    })
    return this
  }

  stats(rendering = true): this {
    if (rendering) this.rendered += Math.round((this.pollMs * 30) / 1_000)
    this.feed({
      kind: 'obs-stats',
      at: this.at,
      reply: {
        cpuPercent: null,
        memoryMiB: null,
        activeFps: 30,
        renderSkippedFrames: 0,
        renderTotalFrames: this.rendered,
        encoderSkippedFrames: 0,
        encoderTotalFrames: this.rendered,
      },
    })
    return this
  }

  /** Polls a running stream for a while. */
  run(
    ms: number,
    what: {
      kbps?: number
      fps?: number
      dropFps?: number
      congestion?: number
      reply?: Partial<ObsStreamStatus>
    } = {},
  ): this {
    const end = this.at + ms
    while (this.at + this.pollMs <= end) {
      this.wait(this.pollMs)
      this.bytes += Math.round(((what.kbps ?? 2_500) * this.pollMs) / 8)
      this.frames += Math.round(((what.fps ?? 30) * this.pollMs) / 1_000)
      this.skipped += Math.round(((what.dropFps ?? 0) * this.pollMs) / 1_000)
      this.answer({ congestion: what.congestion ?? 0, ...what.reply }).stats()
    }
    return this
  }

  /** Polls until the verdict is as expected; ms that took, or null when it never was. */
  until(verdict: string, limitMs: number, what: Parameters<Drive['run']>[1] = {}): number | null {
    const from = this.at
    while (this.at - from < limitMs) {
      this.run(this.pollMs, what)
      if (this.verdict === verdict) return this.at - from
    }
    return null
  }

  restartCounters(): this {
    this.bytes = 0
    this.frames = 0
    this.skipped = 0
    return this
  }

  /** Connected, started in OBS, 12 s of healthy stream. */
  live(): this {
    this.feed({ kind: 'obs-connection', at: this.at, state: 'connected' })
    this.answer({ active: false }).stats().event('starting').wait(200).event('started')
    return this.run(12_000)
  }

  log(cause: ObsLogEvent['cause']): this {
    this.feed({ kind: 'obs-log', at: this.at, cause })
    return this
  }

  timeout(kind: 'obs-status' | 'obs-stats' = 'obs-status'): this {
    this.feed({ kind, at: this.at, reply: null, error: 'timeout' })
    return this
  }

  closed(code: number): this {
    this.feed({ kind: 'obs-connection', at: this.at, state: 'closed', code })
    return this
  }

  process(running: boolean | null): this {
    this.feed({ kind: 'obs-process', at: this.at, running })
    return this
  }

  witness(media: 'flowing' | 'absent' | 'unknown'): this {
    this.feed({ kind: 'witness', at: this.at, proof: 'server', media })
    return this
  }

  logReadable(): this {
    this.feed({
      kind: 'obs-profile',
      at: this.at,
      version: '32.2.2',
      fps: 30,
      protocol: 'rtmp',
      reconnect: null,
      dynamicBitrate: false,
      recordingStopsWithStream: null,
      logReadable: true,
    })
    return this
  }
}
