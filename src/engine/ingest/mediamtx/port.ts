import { fail, ok } from '../../../core/problem'
import type { Problem, Result } from '../../../core/problem'
import type { Proof } from '../../../core/words'
import type { IngestConfig } from '../../../shared/settings/config'
import { createRedactor } from '../../../shared/addresses/redact'
import type { Clock, IngestPort, IngestStatus, Logger, StartOptions } from '../../ports'
import { createMediaMtxApi } from './api'
import { deadlineOf } from './deadline'
import { Keeper } from './keeper'
import { Link } from './link'
import { isSamePlace, isUsableName, renderDestination, secretsOfUrl, warmPath } from './paths'
import { probePath } from './probe'
import { forwardProblem } from './status'
import { createStills } from './stills'
import { viewStatus } from './view'

export interface MediaMtxOptions {
  readonly systemId: string
  readonly config: IngestConfig & { readonly kind: 'mediamtx' }
  readonly logger: Logger
  readonly clock: Clock
}

/** Time between two looks while nothing is going on. */
const pollMs = 500
/** Three polls at a second's pace without an answer: we are blind, the stream may be well. */
const staleMs = 3_000

/**
 * A pull ingest on a remote MediaMTX (1.20 or newer). One warm path that always pulls; start and stop change its
 * `forward` only. What it sends survives this engine; a restarted engine finds its path by a mark and the lease in it.
 * What the path was before is remembered in this process only: after a crash, `release` deletes a path with our mark.
 */
export function createMediaMtxPort({ systemId, config, logger, clock }: MediaMtxOptions): IngestPort {
  const secrets = new Set([config.password])
  const redact = (text: string): string => createRedactor([...secrets])(text)
  const api = createMediaMtxApi(
    {
      baseUrl: config.url,
      username: config.username,
      password: config.password,
      fingerprint: config.fingerprint,
    },
    redact,
  )
  const link = new Link(api, config.path, clock)
  const keeper = new Keeper(link, clock, logger, systemId)
  const stills = createStills(api, config, clock)
  const listeners = new Set<(status: IngestStatus) => void>()
  /** Of the last start, until media flows. */
  let startProblem: Problem | null = null
  /** Later commands make earlier ones obsolete. */
  let ticket = 0
  /** Commands that wait or run, and all that there ever were. */
  let busy = 0
  let commands = 0
  let queue: Promise<unknown> = Promise.resolve()
  let polling = false

  /** One command at a time: the server's state is changed from one place. */
  const enqueue = <T>(command: () => Promise<T>): Promise<T> => {
    busy++
    commands++
    const run = queue.then(command, command).finally(() => busy--)
    queue = run.catch(() => undefined)
    return run
  }

  const status = (): IngestStatus => {
    const now = clock.monotonicMs()
    if (link.memory.pull?.leg === 'up') keeper.lost = null
    if (link.memory.publish?.leg === 'up') startProblem = null
    return viewStatus(link.memory, {
      now,
      stale: now - link.lastGoodAt >= staleMs,
      ours: keeper.ours,
      prepared: keeper.warm !== null,
      generation: keeper.wanted?.generation ?? keeper.lease,
      reasserted: keeper.reasserted,
      apiProblem: link.problem,
      startProblem,
      lostProblem: keeper.lost,
    })
  }
  const emit = (): void => {
    const now = status()
    for (const listener of listeners) listener(now)
  }

  const poll = async (): Promise<void> => {
    const before = commands
    const seen = await link.look(6_000)
    // What was seen beside a command is old when the command has ended.
    const isOld = (): boolean => link.closed || busy > 0 || commands !== before
    if (!seen.ok || isOld()) return
    const { path, forward } = seen.value
    if (path !== null) await keeper.recognise(staleMs)
    if (isOld()) return
    if (keeper.owedStop && forward === null) keeper.owedStop = false
    if (keeper.owedStop) {
      await enqueue(() => keeper.emptyForward(deadlineOf(clock, 6_000)))
      return
    }
    const lost = await keeper.isLost(seen.value, staleMs)
    if (lost && !isOld()) await enqueue(() => keeper.reassert())
  }

  const timer = setInterval(() => {
    emit()
    if (polling || link.closed) return
    polling = true
    void poll()
      .catch((error: unknown) => logger.error('MediaMTX poll failed', { reason: redact(String(error)) }))
      .finally(() => {
        polling = false
      })
  }, pollMs)

  const runStart = async (options: StartOptions, mine: number, dest: string): Promise<Result<Proof>> => {
    const deadline = deadlineOf(clock, options.deadlineMs)
    /** Not left trying: MediaMTX would take the stream by its next attempt, unasked. */
    const giveUp = async (problem: Problem): Promise<Result<Proof>> => {
      startProblem = problem
      await keeper.emptyForward(deadlineOf(clock, 1_000))
      emit()
      return { ok: false, problem }
    }
    const superseded = (): boolean => ticket !== mine
    if (superseded()) return fail('stale-generation')
    const before = await link.look(deadline.callMs())
    if (!before.ok) return before
    if (before.value.path === null) await keeper.reassert()
    const { last, publish } = link.memory
    if (last?.path?.available !== true) {
      startProblem = { code: 'source-no-media' }
      return fail('source-no-media')
    }
    const { takeover } = options.destination
    const held = last.forward
    const param = takeover.kind === 'query' ? takeover.param : null
    if (held !== null && isSamePlace(held.dest, dest, param) && publish?.leg === 'up') {
      const taken = await keeper.takeLease(held.dest, options.generation, deadline)
      if (!taken.ok) return taken
    } else {
      // An entry that is refused waits 5 s; taken away and put back it tries at once.
      const emptied = held === null ? ok(undefined) : await keeper.emptyForward(deadline)
      if (!emptied.ok) return emptied
      if (superseded()) return fail('stale-generation')
      const begun = await keeper.beginForward(dest, options.generation, deadline)
      if (!begun.ok) return giveUp(begun.problem)
    }
    const bytesBefore = link.memory.last?.forward?.outboundBytes ?? 0
    const sentAt = clock.monotonicMs()
    const end = await link.lookUntil<Proof | Problem>(deadline, ({ at, path, forward }) => {
      // Not before our order is seen in force: what comes later could not take it back else.
      if (superseded() && (forward !== null || at - sentAt > 1_000)) return { code: 'stale-generation' }
      if (forward === null) return null
      if (forward.lastError !== '') return forwardProblem(forward.lastError)
      if (path?.available !== true) return { code: 'source-no-media' }
      const grows = link.memory.publish?.leg === 'up' && forward.outboundBytes !== bytesBefore
      return grows ? { kind: 'server', at } : null
    })
    if ('kind' in end) {
      startProblem = null
      emit()
      return ok(end)
    }
    if (end.code === 'stale-generation') return { ok: false, problem: end }
    // MediaMTX gives a connection no deadline of its own: a black hole shows as nothing sent.
    const silent = end.code === 'timeout' && (link.memory.publish?.bytes ?? 0) === 0
    return giveUp(silent ? { code: 'destination-unreachable' } : end)
  }

  return {
    kind: 'mediamtx',
    capabilities: async () => {
      const version = await link.checkVersion(deadlineOf(clock, 6_000))
      if (!version.ok) return version
      return ok({
        sources: ['rtmp', 'rtmps', 'rtsp', 'rtsps', 'srt', 'hls', 'whep'],
        destinations: ['rtmp', 'rtmps', 'srt'],
        warm: 'pulling',
        // It closes the socket and says no goodbye, whatever is asked: platforms hold the broadcast open.
        stopModes: ['abrupt'],
        survivesEngine: true,
        proof: ['server'],
      })
    },
    probe: async (source, { primary, deadlineMs }) => {
      const deadline = deadlineOf(clock, deadlineMs)
      const target = warmPath(source)
      if (!target.ok) return target
      for (const secret of secretsOfUrl(source.url)) secrets.add(secret)
      const version = await link.checkVersion(deadline)
      if (!version.ok) return version
      const isWarm = keeper.warm?.source === target.value.source
      const warmTracks = isWarm ? link.memory.last?.path : null
      return probePath({ api, name: config.path, target: target.value, warmTracks, primary, deadline })
    },
    prepare: (source, { deadlineMs }) => {
      const deadline = deadlineOf(clock, deadlineMs)
      return enqueue(async () => {
        if (!isUsableName(config.path))
          return link.latch(
            fail('ingest-bad-request', { detail: 'MediaMTX keeps this name of a path for itself' }),
          )
        const target = warmPath(source)
        if (!target.ok) return target
        for (const secret of secretsOfUrl(source.url)) secrets.add(secret)
        const version = await link.checkVersion(deadline)
        if (!version.ok) return version
        await link.look(deadline.callMs())
        const made = await keeper.makeWarm(target.value, deadline)
        if (!made.ok) return made
        const up = await link.lookUntil(deadline, () => (link.memory.pull?.leg === 'up' ? true : null))
        emit()
        if (up === true) return ok(undefined)
        return up.code === 'timeout' ? fail('source-no-media') : { ok: false, problem: up }
      })
    },
    start: (options) => {
      if (keeper.warm === null) return Promise.resolve(fail('ingest-not-prepared'))
      if (options.generation < keeper.seenGeneration) return Promise.resolve(fail('stale-generation'))
      const dest = renderDestination(options.destination, options.generation)
      if (!dest.ok) return Promise.resolve(dest)
      keeper.seenGeneration = options.generation
      const { key, auth } = options.destination
      for (const secret of [key, dest.value, auth?.username ?? '', auth?.password ?? '']) secrets.add(secret)
      const mine = ++ticket
      return enqueue(() => runStart(options, mine, dest.value))
    },
    stop: ({ generation, deadlineMs }) => {
      if (generation < keeper.seenGeneration) return Promise.resolve(fail('stale-generation'))
      keeper.seenGeneration = generation
      ticket++
      keeper.wanted = null
      if (!keeper.ours) return Promise.resolve(ok(undefined))
      keeper.owedStop = true
      const deadline = deadlineOf(clock, deadlineMs)
      const stopping = enqueue(async () => {
        const emptied = await keeper.emptyForward(deadline)
        emit()
        return emptied
      })
      return deadline.race(stopping, fail('ingest-unreachable', { host: new URL(config.url).host }))
    },
    release: ({ deadlineMs }) => {
      const deadline = deadlineOf(clock, deadlineMs)
      ticket++
      keeper.wanted = null
      return enqueue(async () => {
        const released = await keeper.release(deadline)
        if (released.ok) startProblem = null
        emit()
        return released
      })
    },
    status,
    still: (deadlineMs) => stills.next(link.memory.pull?.leg === 'up' && keeper.ours, deadlineMs),
    onStatus: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: async () => {
      link.closed = true
      clearInterval(timer)
      listeners.clear()
      api.close()
      await queue
    },
  }
}
