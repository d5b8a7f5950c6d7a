import type { Encoder } from './encoder'
import type { Freezer } from './freezer'
import type { Link } from './link'
import type { ConnectFailure, Push } from './push'
import { startPush } from './push'
import type { Packet } from './send-queue'
import { SendQueue } from './send-queue'

export type OutputState = 'STARTING' | 'STARTED' | 'STOPPING' | 'STOPPED' | 'RECONNECTING' | 'RECONNECTED'

export interface OutputSettings {
  readonly server: string
  readonly key: string
  readonly reconnect: boolean
  readonly retryDelaySec: number
  readonly maxRetries: number
}

/** Fields of GetStreamStatus, but for the time code. */
export interface OutputStatus {
  readonly outputActive: boolean
  readonly outputReconnecting: boolean
  readonly outputCongestion: number
  readonly outputBytes: number
  readonly outputSkippedFrames: number
  readonly outputTotalFrames: number
}

/** OBS's stream output: one life of connecting, sending, reconnecting and stopping. */
export interface StreamOutput {
  start(): void
  /** A second call while stopping forces. */
  stop(): void
  status(): OutputStatus
  /** From STARTED to STOPPED: what obs-websocket's guards ask (BasicOutputHandler). */
  readonly streamingActive: boolean
  /** A first connect is under way: a second start now crashes the real one (obs-studio 13283). */
  readonly isConnecting: boolean
  /** The destination closed the connection. */
  dropConnection(): void
  /** The encoder gives no packets any more: a normal stop then never ends. */
  stallEncoder(on: boolean): void
  pause(): void
  resume(): void
  /** The process is gone: no events, no goodbye. */
  die(): void
}

/** librtmp's patience for a send that does not move, since OBS 29 (rtmp.c). */
const sendTimeoutMs = 15_000
/** A normal stop waits so long for what is queued (rtmp-stream.c). */
const drainMs = 30_000
const backoff = 1.5
const patienceMs = 100

type Phase =
  | { readonly name: 'idle' }
  | { readonly name: 'connecting'; readonly first: boolean; readonly abandon: () => void }
  | { readonly name: 'active'; readonly push: Push; readonly zeroMs: number }
  | { readonly name: 'waiting'; readonly timer: NodeJS.Timeout }
  | {
      readonly name: 'stopping'
      readonly push: Push
      readonly zeroMs: number
      readonly lastMs: number
      readonly since: number
      readonly forced: boolean
    }

export function createStreamOutput(options: {
  readonly settings: () => OutputSettings
  readonly link: Link
  readonly freezer: Freezer
  readonly startEncoder: (onPacket: (packet: Packet) => void, onEnd: () => void) => Encoder
  readonly onState: (state: OutputState) => void
  readonly log: (line: string) => void
}): StreamOutput {
  const { link, freezer, log } = options
  const queue = new SendQueue()
  let phase: Phase = { name: 'idle' }
  let settings: OutputSettings = options.settings()
  let encoder: Encoder | null = null
  let encoderStalled = false
  let retries = 0
  let bytes = 0
  let totalFrames = 0
  /** Since the connection's first packet: it begins with the encoder's last group of pictures. */
  let lastTimestampMs = 0

  const name = "[rtmp stream: 'simple_stream']"
  const guard = setInterval(() => freezer.run(watch), patienceMs)
  guard.unref()

  /** Blocked sends end as they do in OBS: after 15 s, for a stop as well. */
  function watch(): void {
    flush()
    const push = sending()
    if (push === null) return
    if (push.blockedForMs() > sendTimeoutMs) {
      push.close(false)
      lost()
    } else if (phase.name === 'stopping' && performance.now() - phase.since > drainMs) finishStop(push)
  }

  function sending(): Push | null {
    return phase.name === 'active' || phase.name === 'stopping' ? phase.push : null
  }

  function isEncoding(): boolean {
    return phase.name === 'active' || phase.name === 'stopping'
  }

  function ensureEncoder(): Encoder {
    encoder ??= options.startEncoder(
      (packet) => freezer.run(() => encoded(packet)),
      () => freezer.run(encoderEnded),
    )
    return encoder
  }

  function encoded(packet: Packet): void {
    if (packet.what !== 'header') lastTimestampMs = packet.tag.timestampMs
    if (!isEncoding() || encoderStalled) return
    enqueue(packet)
    flush()
  }

  /** OBS stops its stream when an encoder fails, as though a user had: STOPPING, STOPPED (docs/facts/obs.md 2.2). */
  function encoderEnded(): void {
    encoder = null
    if (phase.name === 'idle') return
    log("Error encoding with encoder 'simple_video_stream'")
    log(`${name} Encoder error, disconnecting`)
    options.onState('STOPPING')
    endAll(false)
    options.onState('STOPPED')
  }

  function enqueue(packet: Packet): void {
    if (packet.what === 'video' || packet.what === 'keyframe') totalFrames += 1
    queue.push(packet)
  }

  function flush(): void {
    while (phase.name === 'active' || phase.name === 'stopping') {
      const { push, zeroMs } = phase
      if (!push.isFree) return
      const packet = queue.peek()
      if (phase.name === 'stopping' && (packet?.tag.timestampMs ?? 0) >= phase.lastMs && packet !== undefined)
        return finishStop(push)
      if (packet === undefined) return
      queue.shift()
      const { type, payload, timestampMs } = packet.tag
      push.write({ type, payload, timestampMs: Math.max(0, timestampMs - zeroMs) })
      if (packet.what !== 'header') bytes += payload.length
    }
  }

  function connect(first: boolean): void {
    settings = first ? options.settings() : settings
    bytes = 0
    queue.reset()
    const { server, key } = settings
    log(`${name} Connecting to RTMP URL ${server}...`)
    const attempt = startPush({
      server,
      key,
      link,
      onAccepted: (push) => freezer.run(() => accepted(push, first)),
      onFailed: (code) => freezer.run(() => failed(code, first)),
      onLost: () => freezer.run(lost),
      onFree: () => freezer.run(flush),
    })
    phase = { name: 'connecting', first, abandon: attempt.abandon }
  }

  function accepted(push: Push, first: boolean): void {
    if (phase.name !== 'connecting') return push.close(false)
    const opening = ensureEncoder().opening()
    totalFrames = 0
    retries = 0
    const zeroMs = opening.find(({ what }) => what !== 'header')?.tag.timestampMs ?? lastTimestampMs
    phase = { name: 'active', push, zeroMs }
    for (const packet of opening) enqueue(packet)
    log(`${name} Connection to ${settings.server} successful`)
    options.onState(first ? 'STARTED' : 'RECONNECTED')
    flush()
  }

  function failed(code: ConnectFailure, first: boolean): void {
    log(`${name} Connection to ${settings.server} failed: ${code}`)
    if (first) {
      endAll(false)
      options.onState('STOPPED')
    } else retry()
  }

  function lost(): void {
    if (phase.name === 'stopping') {
      log(`${name} Disconnected from ${settings.server}`)
      endAll(false)
      options.onState('STOPPED')
    } else if (phase.name === 'active') {
      log(`${name} Disconnected from ${settings.server}`)
      retry()
    }
  }

  /** Each failed attempt says RECONNECTING again; given up, it is STOPPED without STOPPING. */
  function retry(): void {
    if (!settings.reconnect || retries >= settings.maxRetries) {
      endAll(false)
      options.onState('STOPPED')
      return
    }
    const delaySec = settings.retryDelaySec * backoff ** retries
    retries += 1
    log(`Output 'simple_stream': Reconnecting in ${delaySec.toFixed(2)} seconds..`)
    phase = {
      name: 'waiting',
      timer: setTimeout(() => freezer.run(() => connect(false)), delaySec * 1000),
    }
    options.onState('RECONNECTING')
  }

  function finishStop(push: Push): void {
    push.close(true)
    log(`${name} User stopped the stream`)
    endAll(false)
    options.onState('STOPPED')
  }

  /** Back to idle; RTMP counters keep their last value until the next connect. */
  function endAll(clean: boolean): void {
    if (phase.name === 'connecting') phase.abandon()
    if (phase.name === 'waiting') clearTimeout(phase.timer)
    if (phase.name === 'active' || phase.name === 'stopping') phase.push.close(clean)
    phase = { name: 'idle' }
    retries = 0
    encoder?.stop()
    encoder = null
  }

  function stop(): void {
    switch (phase.name) {
      case 'active': {
        const { push, zeroMs } = phase
        phase = {
          name: 'stopping',
          push,
          zeroMs,
          lastMs: lastTimestampMs,
          since: performance.now(),
          forced: false,
        }
        options.onState('STOPPING')
        return
      }
      case 'stopping':
        // A force too waits for a send that is blocked.
        phase = { ...phase, forced: true }
        if (phase.push.isFree) finishStop(phase.push)
        return
      case 'waiting':
      case 'connecting':
        if (phase.name === 'connecting' && phase.first) return
        options.onState('STOPPING')
        log(`${name} User stopped the stream`)
        endAll(false)
        options.onState('STOPPED')
        return
      case 'idle':
    }
  }

  const isReconnecting = (): boolean =>
    phase.name === 'waiting' || (phase.name === 'connecting' && !phase.first)

  return {
    start: () => {
      if (phase.name !== 'idle') return
      retries = 0
      options.onState('STARTING')
      ensureEncoder()
      connect(true)
    },
    stop,
    status: () => ({
      outputActive: isEncoding() || isReconnecting(),
      outputReconnecting: isReconnecting(),
      outputCongestion: isEncoding() ? queue.congestion : 0,
      outputBytes: bytes,
      outputSkippedFrames: queue.dropped,
      outputTotalFrames: totalFrames,
    }),
    get streamingActive() {
      return isEncoding() || isReconnecting()
    },
    get isConnecting() {
      return phase.name === 'connecting' && phase.first
    },
    dropConnection: () => {
      if (phase.name !== 'active' && phase.name !== 'stopping') return
      phase.push.close(false)
      lost()
    },
    stallEncoder: (on) => {
      encoderStalled = on
    },
    pause: () => encoder?.pause(),
    resume: () => encoder?.resume(),
    die: () => {
      clearInterval(guard)
      endAll(false)
    },
  }
}
