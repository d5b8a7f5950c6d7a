import type { Problem } from '../../../core/problem'
import type { Leg, Track } from '../../../core/words'

/**
 * Two looks at MediaMTX in, the legs of the ingest out. Pure: time arrives with the samples.
 */

/** `/v3/paths/get`. `available`: media runs; `online` says nothing of a pulled source, it stays true when it is gone (measured, 1.20.1). */
export interface PathSample {
  readonly available: boolean
  readonly inboundBytes: number
  readonly framesInError: number
  readonly tracks: readonly Track[]
}

/** One entry of `/v3/paths/forward/list`. */
export interface ForwardSample {
  readonly id: string
  /** With the stream key: a secret. */
  readonly dest: string
  readonly state: string
  readonly lastError: string
  readonly outboundBytes: number
}

/** null: the server has no such path, or the path no forward. */
export interface Sample {
  readonly at: number
  readonly path: PathSample | null
  readonly forward: ForwardSample | null
}

/** No byte for so long is a stall. At 25 fps media comes every 40 ms; a second look is 0.5 s away. */
export const stallMs = 3_000

/**
 * A refused attempt sends handshake, connect and publish, some 3.5 to 5 kB, and counts them as outbound (measured).
 * Only what goes beyond is media.
 */
export const talkBytes = 8_192

interface Pull {
  readonly leg: Leg
  readonly bytes: number
  readonly grewAt: number
  readonly since: number
}

interface Publish {
  readonly leg: Leg
  readonly id: string
  /** Bytes at the first look of an attempt. */
  readonly base: number
  readonly bytes: number
  readonly grewAt: number
  readonly forwarding: boolean
  readonly upSince: number | null
}

/** What is remembered between two looks. */
export interface Memory {
  readonly last: Sample | null
  readonly pull: Pull | null
  readonly publish: Publish | null
  /** The publish leg's error, kept through the flicker of later attempts until media flows or nothing is forwarded. */
  readonly problem: Problem | null
  /** How often the publish leg went down by itself. */
  readonly restarts: number
  /** Anchor of the bitrate: at least a second old. */
  readonly rate: { readonly at: number; readonly inbound: number; readonly outbound: number } | null
  readonly inboundKbps: number | null
  readonly outboundKbps: number | null
}

export const emptyMemory: Memory = {
  last: null,
  pull: null,
  publish: null,
  problem: null,
  restarts: 0,
  rate: null,
  inboundKbps: null,
  outboundKbps: null,
}

/** Folds one look into the memory. */
export function observe(memory: Memory, sample: Sample): Memory {
  const pull = observePull(memory.pull, sample)
  const publish = observePublish(memory.publish, sample)
  const fell = memory.publish?.leg === 'up' && publish !== null && publish.leg !== 'up'
  const said =
    sample.forward !== null && sample.forward.lastError !== ''
      ? forwardProblem(sample.forward.lastError)
      : null
  const problem = publish?.leg === 'up' || publish === null ? null : (said ?? memory.problem)
  return {
    last: sample,
    pull,
    publish,
    problem,
    restarts: memory.restarts + (fell ? 1 : 0),
    ...observeRate(memory, sample),
  }
}

function observePull(before: Pull | null, { at, path }: Sample): Pull | null {
  if (path === null) return null
  const { available, inboundBytes: bytes } = path
  const down = (): Pull => ({
    leg: 'connecting',
    bytes,
    grewAt: at,
    since: before?.leg === 'connecting' ? before.since : at,
  })
  if (!available) return down()
  // The first look at running media: one number is no growth.
  if (before === null) return { leg: 'connecting', bytes, grewAt: at, since: at }
  if (bytes > before.bytes)
    return { leg: 'up', bytes, grewAt: at, since: before.leg === 'up' ? before.since : at }
  // Went back: the source was reconnected.
  if (bytes < before.bytes) return { ...before, bytes, grewAt: at }
  const leg = before.leg === 'up' && at - before.grewAt >= stallMs ? 'stalled' : before.leg
  return { ...before, leg }
}

function observePublish(before: Publish | null, { at, forward }: Sample): Publish | null {
  if (forward === null) return null
  const { id, state, outboundBytes: bytes } = forward
  const forwarding = state === 'forwarding' && forward.lastError === ''
  const known = before !== null && before.id === id
  if (!forwarding) {
    const leg: Leg =
      state === 'error' || forward.lastError !== ''
        ? 'failed'
        : known && before.leg === 'up'
          ? 'stalled'
          : known
            ? before.leg
            : 'connecting'
    return { leg, id, base: bytes, bytes, grewAt: at, forwarding, upSince: null }
  }
  // A new attempt: `forwarding` is said before anything is connected, and after a failure it flickers.
  if (!known || !before.forwarding || bytes < before.bytes)
    return {
      leg: known ? before.leg : 'connecting',
      id,
      // A forward made just now began at nothing; an old one, or one that tried before, did not.
      base: !known && bytes <= talkBytes ? 0 : bytes,
      bytes,
      grewAt: at,
      forwarding,
      upSince: null,
    }
  const grew = bytes > before.bytes
  if (grew && bytes - before.base > talkBytes)
    return { ...before, leg: 'up', bytes, grewAt: at, upSince: before.upSince ?? at }
  if (grew) return { ...before, bytes, grewAt: at }
  return before.leg === 'up' && at - before.grewAt >= stallMs ? { ...before, leg: 'stalled' } : before
}

function observeRate(
  memory: Memory,
  { at, path, forward }: Sample,
): Pick<Memory, 'rate' | 'inboundKbps' | 'outboundKbps'> {
  const inbound = path?.inboundBytes ?? 0
  const outbound = forward?.outboundBytes ?? 0
  const { rate, inboundKbps, outboundKbps } = memory
  if (rate === null || inbound < rate.inbound || outbound < rate.outbound)
    return { rate: { at, inbound, outbound }, inboundKbps: null, outboundKbps: null }
  const tookMs = at - rate.at
  if (tookMs < 1_000) return { rate, inboundKbps, outboundKbps }
  // bytes a millisecond * 8 = kbit a second
  return {
    rate: { at, inbound, outbound },
    inboundKbps: Math.round(((inbound - rate.inbound) * 8) / tookMs),
    outboundKbps: Math.round(((outbound - rate.outbound) * 8) / tookMs),
  }
}

/** MediaMTX's words for a forward that failed, as a code. The text itself may hold the address and is not kept. */
export function forwardProblem(lastError: string): Problem {
  const has = (pattern: RegExp): boolean => pattern.test(lastError)
  if (has(/BadName|already publish|StreamBusy|stream busy|in use/i)) return { code: 'destination-busy' }
  if (has(/x509|certificate|tls:/i)) return { code: 'destination-tls' }
  if (has(/unauthorized|authentication|auth failed|invalid (stream )?key|REJ_PEER|forbidden/i))
    return { code: 'destination-auth' }
  if (has(/connection refused|no such host|no route|unreachable|timeout|deadline exceeded|lookup /i))
    return { code: 'destination-unreachable' }
  if (has(/rejected|Publish\.Denied|bad result|status code|REJECT|REJ_/i))
    return { code: 'destination-refused' }
  if (has(/EOF|broken pipe|reset by peer|closed|terminated/i)) return { code: 'destination-closed' }
  return { code: 'destination-protocol' }
}
