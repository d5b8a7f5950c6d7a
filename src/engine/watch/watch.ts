import { pause } from '../../host/within'
import { assertNever } from '../../core/assert-never'
import type { WitnessEvent } from '../../core/events'
import { fail, ok } from '../../core/problem'
import type { Result } from '../../core/problem'
import type { Proof, ProofKind } from '../../core/words'
import type { WitnessConfig } from '../../shared/settings/config'
import { redactUrl } from '../../shared/addresses/redact'
import type { Clock, Destination, Emit, Logger, WatchPort } from '../ports'
import { isHls, playlistMoves } from './hls'
import { emptyTrail, follow } from './look'
import type { Media, Trail, Witness } from './look'
import { mediaMtxWitness } from './mediamtx'
import { nginxStatWitness } from './nginx-stat'
import { playFrames } from './playback'
import type { PlaybackOptions } from './playback'

export interface WatchOptions {
  readonly witnesses: readonly WitnessConfig[]
  /** The destination of the moment, null while it is not known; asked at every look. */
  readonly destination: () => Destination | null
  /** null: there is no ffmpeg, so playback gives nothing. */
  readonly ffmpegPath: string | null
  readonly clock: Clock
  readonly logger: Logger
}

/** A witness that answers a page of numbers is asked once a second. */
const everyMs = 1_000
const lookTimeoutMs = 2_500
/** While something is to be proven. */
const proveEveryMs = 200
/** A viewer costs a connection and a keyframe's wait, and HLS lags by segments. */
const playEveryMs = 10_000
const playTimeoutMs = 8_000

const strength: readonly ProofKind[] = ['acknowledged', 'server', 'playback', 'accepted']

/** Looks at the far end from outside, with every witness that the config names. */
export function createWatch(options: WatchOptions): WatchPort {
  const { clock, logger, ffmpegPath, destination } = options
  const cheap = options.witnesses.flatMap((config) => cheapWitness(config, destination))
  const players =
    ffmpegPath === null
      ? []
      : options.witnesses.flatMap((config) =>
          config.kind === 'playback' ? [{ url: config.url, ffmpegPath }] : [],
        )
  const kinds = strength.filter(
    (kind) => cheap.some((witness) => witness.proof === kind) || (kind === 'playback' && players.length > 0),
  )
  const timers = new Set<NodeJS.Timeout>()
  let closed = false
  const work = new Set<Promise<unknown>>()

  /** Calls `task` every `ms`, never twice at a time. */
  const repeat = (ms: number, task: () => Promise<void>): void => {
    let running = false
    const run = (): void => {
      if (running || closed) return
      running = true
      const done: Promise<void> = task()
        .catch((error: unknown) => logger.error('A look at the far end failed', { reason: String(error) }))
        .finally(() => {
          running = false
          work.delete(done)
        })
      work.add(done)
    }
    run()
    timers.add(setInterval(run, ms))
  }

  /** Resolves when media that arrived after the call was seen by this witness; never otherwise, but for the deadline. */
  const seeGrowth = async (witness: Witness, end: number): Promise<Proof | null> => {
    let trail: Trail = emptyTrail
    while (!closed && clock.monotonicMs() < end) {
      const left = end - clock.monotonicMs()
      const look = await witness.look(Math.min(lookTimeoutMs, left))
      const at = clock.monotonicMs()
      // The first look is the mark: only what comes on top of it came after the call.
      trail = follow(trail, look, at)
      if (trail.media === 'flowing' && at <= end) return { kind: witness.proof, at }
      await pause(Math.min(proveEveryMs, Math.max(1, end - at)))
    }
    return null
  }

  /** Resolves when frames came out; an attempt that found nothing is made again, for the stream may only be coming. */
  const seeFrames = async (player: PlaybackOptions, end: number): Promise<Proof | null> => {
    const left = (): number => end - clock.monotonicMs()
    if (isHls(player.url) && !(await playlistMoves(player.url, left()))) return null
    while (!closed && left() > 0) {
      if (await playFrames(player, Math.min(playTimeoutMs, left())))
        return { kind: 'playback', at: clock.monotonicMs() }
      await pause(Math.min(500, Math.max(1, left())))
    }
    return null
  }

  return {
    kinds,
    open: (emit: Emit<WitnessEvent>) => {
      for (const witness of cheap) {
        let trail = emptyTrail
        repeat(everyMs, async () => {
          const look = await witness.look(lookTimeoutMs)
          const at = clock.monotonicMs()
          trail = follow(trail, look, at)
          if (!isClosed()) emit({ kind: 'witness', at, proof: witness.proof, media: trail.media })
        })
      }
      for (const player of players) {
        repeat(playEveryMs, async () => {
          const moves = !isHls(player.url) || (await playlistMoves(player.url, playTimeoutMs))
          const played = moves && (await playFrames(player, playTimeoutMs))
          // No frame has many reasons, on our side too: it proves nothing.
          const media: Media = played ? 'flowing' : 'unknown'
          if (!isClosed()) emit({ kind: 'witness', at: clock.monotonicMs(), proof: 'playback', media })
        })
      }
    },
    close: async () => {
      closed = true
      for (const timer of timers) clearInterval(timer)
      timers.clear()
      await Promise.all(work)
    },
    prove: async (deadlineMs): Promise<Result<Proof>> => {
      const end = clock.monotonicMs() + deadlineMs
      const proofs = [
        ...cheap.map((witness) => seeGrowth(witness, end)),
        ...players.map((player) => seeFrames(player, end)),
      ]
      if (proofs.length === 0) return fail('proof-missing', { witnesses: 0 })
      const proof = await firstProof(proofs)
      if (proof !== null) return ok(proof)
      logger.warn('No media was seen at the destination', {
        witnesses: options.witnesses.map((config) => `${config.kind} ${redactUrl(config.url)}`),
      })
      return fail('proof-missing', { witnesses: proofs.length })
    },
  }

  /** Changes during an await, which the type checker does not see. */
  function isClosed(): boolean {
    return closed
  }
}

function cheapWitness(config: WitnessConfig, destination: () => Destination | null): readonly Witness[] {
  switch (config.kind) {
    case 'nginx-stat':
      return [nginxStatWitness({ url: config.url, destination })]
    case 'mediamtx':
      return [mediaMtxWitness(config)]
    case 'playback':
      return []
    default:
      return assertNever(config, 'witness')
  }
}

/** The first that is not null; null when all are. */
function firstProof(proofs: readonly Promise<Proof | null>[]): Promise<Proof | null> {
  return new Promise((resolve) => {
    let open = proofs.length
    const none = (): void => {
      open--
      if (open === 0) resolve(null)
    }
    for (const proof of proofs) void proof.then((value) => (value === null ? none() : resolve(value)), none)
  })
}
