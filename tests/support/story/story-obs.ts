import type { Command } from '../../../src/core/failover'
import type { ObsOutputState } from '../../../src/core/events'
import type { Story } from './story'
import type { Outcome } from './story-types'

type Output = 'off' | 'connecting' | 'live' | 'reconnecting' | 'stopping'
type Done = (outcome: Outcome) => void

/** Engine's deadline for OBS's stop ladder. */
const stopDeadlineMs = 40_000

/** OBS 29 behind its websocket, as the recordings show it. */
export class StoryObs {
  output: Output = 'off'
  socket = false
  frozen = false
  process = true
  /** 1: all of it goes out; 0.3: narrowed; 0: black hole. */
  link = 1
  /** OBS's own reconnect, as set in the profile. */
  reconnects = false
  /** Its process can be looked up on this system. */
  processVisible = true
  /** A start comes to nothing (a modal box, a broken encoder). */
  cannotStart = false
  private bytes = 0
  private skipped = 0
  private total = 0
  private rendered = 0
  private blackSince = 0
  private lastStatus = 0
  private lastStats = 0
  private lastProcess = 0
  /** What it will do once it thaws. */
  private readonly pending: (() => void)[] = []

  constructor(private readonly world: Story) {}

  open(): void {
    this.socket = true
    this.world.tell({ kind: 'obs-connection', state: 'connected' })
    this.world.tell({
      kind: 'obs-profile',
      version: '29.0.2',
      fps: 30,
      protocol: 'rtmp',
      reconnect: { enabled: this.reconnects, delaySec: 2, maxRetries: 25 },
      dynamicBitrate: false,
      recordingStopsWithStream: false,
      logReadable: false,
    })
  }

  /** A new engine connects, if there is something to connect to. */
  reopen(): void {
    if (!this.process) {
      this.world.tell({ kind: 'obs-connection', state: 'refused' })
    } else if (!this.frozen) {
      this.open()
      // Commands of the old engine that OBS has taken run on.
      if (this.output === 'stopping') this.ended(this.link === 0 ? 9_000 : 100)
      if (this.output === 'connecting') this.connect(() => undefined)
    }
  }

  private event(state: ObsOutputState): void {
    if (this.socket && !this.frozen) this.world.tell({ kind: 'obs-stream', state })
  }

  private publishing(): boolean {
    return this.world.destination.publishers.has('obs')
  }

  private release(): void {
    if (this.publishing() && this.link === 0) this.world.destination.ghostUntil = this.world.now + 20_000
    this.world.destination.publishers.delete('obs')
  }

  pressStart(): void {
    this.begin(() => undefined)
  }

  start(_: Extract<Command, { readonly kind: 'start' }>, done: Done): void {
    if (!this.socket) return this.soon(done, 'obs-closed')
    if (this.frozen) return this.soon(done, 'obs-timeout', 5_000)
    if (this.cannotStart) return this.soon(done, 'obs-start-failed', 300)
    if (this.output !== 'off') return this.soon(done, 'obs-request-failed')
    this.begin(done)
  }

  private soon(
    done: Done,
    code: 'obs-closed' | 'obs-timeout' | 'obs-start-failed' | 'obs-request-failed',
    ms = 20,
  ): void {
    this.world.after(ms, () => {
      done({ ok: false, problem: { code } })
    })
  }

  private begin(done: Done): void {
    this.output = 'connecting'
    this.event('starting')
    this.connect(done)
  }

  private connect(done: Done): void {
    const { world } = this
    world.after(250, () => {
      if (this.output !== 'connecting') return
      const { destination } = world
      if (world.program !== null) {
        // Our own ingest lets it in, whatever the destination does.
        this.fresh()
        this.output = 'live'
        this.event('started')
        done({ ok: true })
        return
      }
      const free =
        world.takeover ||
        ([...destination.publishers].every((id) => id === 'obs') && world.now >= destination.ghostUntil)
      if (destination.reachable && this.link > 0 && free && !destination.refusesKey) {
        this.fresh()
        this.output = 'live'
        destination.publishers.add('obs')
        this.event('started')
        done({ ok: true })
      } else {
        this.output = 'off'
        this.event('stopped')
        done({ ok: false, problem: { code: 'obs-start-failed' } })
      }
    })
  }

  private fresh(): void {
    this.bytes = 0
    this.skipped = 0
    this.total = 0
  }

  /** The user presses Stop. */
  pressStop(): void {
    this.output = 'stopping'
    this.event('stopping')
    this.ended(100)
  }

  private ended(ms: number, done: Done = () => undefined): void {
    this.world.after(ms, () => {
      if (this.output !== 'stopping') return
      this.release()
      this.output = 'off'
      this.event('stopped')
      done({ ok: true })
    })
  }

  stop(done: Done): void {
    if (!this.socket) return this.soon(done, 'obs-closed')
    if (this.output === 'off') {
      this.world.after(20, () => {
        done({ ok: true })
      })
      return
    }
    if (this.frozen) {
      let over = false
      this.world.after(stopDeadlineMs, () => {
        if (!over) done({ ok: false, problem: { code: 'obs-stop-timeout' } })
        over = true
      })
      this.pending.push(() => {
        if (over) return
        over = true
        this.stop(done)
      })
      return
    }
    const blocked = this.link === 0 && this.output === 'live'
    if (this.output !== 'stopping') {
      this.output = 'stopping'
      this.event('stopping')
    }
    this.ended(blocked ? 12_000 : 100, done)
  }

  /** The user quits OBS while live. */
  quit(): void {
    this.world.tell({ kind: 'obs-exit' })
    this.gone(1001)
  }

  kill(): void {
    this.gone(1006)
  }

  private gone(code: number): void {
    this.process = false
    this.output = 'off'
    this.release()
    this.socket = false
    this.world.tell({ kind: 'obs-connection', state: 'closed', code })
    if (this.processVisible) this.world.tell({ kind: 'obs-process', running: false })
  }

  /** The user starts OBS anew. */
  launch(): void {
    this.process = true
    this.rendered = 0
    this.world.tell({ kind: 'obs-process', running: this.processVisible ? true : null })
    this.open()
  }

  /** The ingest dies, or throws OBS out. */
  dropped(): void {
    this.world.destination.publishers.delete('obs')
    if (!this.reconnects) {
      this.output = 'off'
      this.event('stopped')
      return
    }
    this.output = 'reconnecting'
    this.event('reconnecting')
    this.retry(2_000)
  }

  private retry(ms: number): void {
    const { world } = this
    world.after(ms, () => {
      if (this.output !== 'reconnecting') return
      const taken = [...world.destination.publishers].some((id) => id !== 'obs')
      if (world.destination.reachable && this.link > 0 && !taken && !this.frozen) {
        this.fresh()
        this.output = 'live'
        if (world.program === null) world.destination.publishers.add('obs')
        this.event('reconnected')
      } else {
        this.event('reconnecting')
        this.retry(Math.min(ms * 1.5, 15_000))
      }
    })
  }

  blackHole(): void {
    this.link = 0
    this.blackSince = this.world.now
  }

  freeze(): void {
    this.frozen = true
  }

  /** It runs on where it stood, and works off what was asked of it meanwhile. */
  thaw(): void {
    this.frozen = false
    for (const run of this.pending.splice(0)) run()
  }

  /** Status twice a second, stats every 2 s, a look at the process every second. */
  sample(): void {
    const { world } = this
    if (this.processVisible && world.now - this.lastProcess >= 1_000) {
      this.lastProcess = world.now
      world.tell({ kind: 'obs-process', running: this.process })
    }
    if (!this.socket) return
    if (this.frozen) {
      if (world.now - this.lastStatus >= 2_000) {
        this.lastStatus = world.now
        world.tell({ kind: 'obs-status', reply: null, error: 'timeout' })
      }
      return
    }
    if (world.now - this.lastStatus >= 500) this.status()
    if (world.now - this.lastStats >= 2_000) this.stats()
  }

  private status(): void {
    const { world } = this
    this.lastStatus = world.now
    const sending = this.output === 'live' || (this.output === 'stopping' && this.publishing())
    if (sending) {
      this.total += 15
      this.bytes += Math.round(50_000 * this.link)
      const late = this.link === 0 ? world.now - this.blackSince > 1_500 : this.link < 1
      if (late) this.skipped += Math.round(15 * (1 - this.link))
    }
    const active = this.output === 'live' || this.output === 'reconnecting' || this.output === 'stopping'
    world.tell({
      kind: 'obs-status',
      reply: {
        active,
        reconnecting: this.output === 'reconnecting',
        bytes: this.bytes,
        skippedFrames: this.skipped,
        totalFrames: this.total,
        congestion: sending ? 1 - this.link : 0,
        durationMs: 0,
      },
    })
  }

  private stats(): void {
    const { world } = this
    this.lastStats = world.now
    this.rendered += 60
    world.tell({
      kind: 'obs-stats',
      reply: {
        cpuPercent: 5,
        memoryMiB: 260,
        activeFps: 30,
        renderSkippedFrames: 0,
        renderTotalFrames: this.rendered,
        encoderSkippedFrames: 0,
        encoderTotalFrames: this.total,
      },
    })
  }
}
