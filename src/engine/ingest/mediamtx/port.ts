import { fail, ok } from '../../../core/problem'
import type { Problem, Result } from '../../../core/problem'
import type { Proof } from '../../../core/words'
import type { IngestConfig } from '../../../shared/config'
import { createRedactor, redactUrl } from '../../../shared/redact'
import type { Clock, IngestPort, IngestStatus, Logger, StartOptions } from '../../ports'
import { createMediaMtxApi, isSupported } from './api'
import type { MediaMtxApi, PathConfig } from './api'
import { deadlineOf } from './deadline'
import type { Deadline } from './deadline'
import {
  isOurs,
  isSamePlace,
  isSamePull,
  isUsableName,
  leaseFields,
  leaseOf,
  renderDestination,
  restorable,
  secretsOfUrl,
  warmPath,
} from './paths'
import type { WarmPath } from './paths'
import { probePath } from './probe'
import { emptyMemory, forwardProblem, observe } from './status'
import type { Memory, Sample } from './status'
import { viewStatus } from './view'

export interface MediaMtxOptions {
  readonly systemId: string
  readonly config: IngestConfig & { readonly kind: 'mediamtx' }
  readonly logger: Logger
  readonly clock: Clock
}

/** Time between two looks while nothing is going on. */
const pollMs = 500
/** Between two looks while a command waits for its effect. */
const waitMs = 80
/** Three polls at a second's pace without an answer: we are blind, the stream may be well. */
const staleMs = 3_000
/** Does the server still hold the path that we made? Asked more rarely than how the path does. */
const configCheckMs = 10_000

/** What the path was before we took it; null: not looked yet. */
type Found = { readonly kind: 'nothing' } | { readonly kind: 'config'; readonly config: PathConfig }

/**
 * A pull ingest on a remote MediaMTX (1.20 or newer). One warm path that always pulls; start and stop change its
 * `forward` only. What it sends survives this engine; a restarted engine finds its path by a mark and the lease in it.
 */
export function createMediaMtxPort({ systemId, config, logger, clock }: MediaMtxOptions): IngestPort {
  const name = config.path
  let secrets: readonly string[] = [config.password]
  const redact = (text: string): string => createRedactor(secrets)(text)
  const api: MediaMtxApi = createMediaMtxApi(
    {
      baseUrl: config.url,
      username: config.username,
      password: config.password,
      fingerprint: config.fingerprint,
    },
    redact,
  )
  const listeners = new Set<(status: IngestStatus) => void>()
  let memory: Memory = emptyMemory
  let lastGoodAt = clock.monotonicMs()
  let apiProblem: Problem | null = null
  let startProblem: Problem | null = null
  let lostProblem: Problem | null = null
  let reasserted = 0
  let found: Found | null = null
  let warm: WarmPath | null = null
  /** We asked for the path, or met one with our mark. */
  let ours = false
  /** What is to be forwarded, and under which lease; null: nothing. */
  let wanted: { readonly dest: string; readonly generation: number } | null = null
  let lease = 0
  let seenGeneration = 0
  /** A stop that the server did not confirm: made good as soon as it answers. */
  let owedStop = false
  /** Later commands make earlier ones obsolete. */
  let ticket = 0
  let closed = false
  let busy = 0
  let queue: Promise<unknown> = Promise.resolve()
  let lookNumber = 0
  let appliedLook = 0
  let configCheckedAt = 0
  let polling = false

  /** One command at a time: the server's state is changed from one place. */
  const enqueue = <T>(command: () => Promise<T>): Promise<T> => {
    busy++
    const run = queue.then(command, command).finally(() => busy--)
    queue = run.catch(() => undefined)
    return run
  }

  const status = (): IngestStatus => {
    const now = clock.monotonicMs()
    const stale = now - lastGoodAt >= staleMs
    return viewStatus(memory, {
      now,
      stale,
      ours,
      prepared: warm !== null,
      generation: wanted?.generation ?? lease,
      reasserted,
      apiProblem,
      startProblem,
      lostProblem,
    })
  }
  const emit = (): void => {
    const now = status()
    for (const listener of listeners) listener(now)
  }

  /** Looks at path and forward; folds what it saw. */
  const look = async (timeoutMs: number): Promise<Result<Sample>> => {
    const number = ++lookNumber
    const [path, forwards] = await Promise.all([api.path(name, timeoutMs), api.forwards(name, timeoutMs)])
    const answer = !path.ok ? path : !forwards.ok ? forwards : null
    if (answer !== null) {
      apiProblem = answer.problem
      return answer
    }
    if (!path.ok || !forwards.ok) return fail('internal')
    const at = clock.monotonicMs()
    const sample: Sample = {
      at,
      path: path.value,
      forward: path.value === null ? null : (forwards.value?.[0] ?? null),
    }
    apiProblem = null
    lastGoodAt = at
    if (number < appliedLook) return ok(sample)
    appliedLook = number
    memory = observe(memory, sample)
    if (memory.pull?.leg === 'up') lostProblem = null
    if (memory.publish?.leg === 'up') startProblem = null
    return ok(sample)
  }

  /** Looks until `done` answers something, or the deadline passes. */
  const lookUntil = async <T>(
    deadline: Deadline,
    done: (sample: Sample) => T | null,
  ): Promise<T | Problem> => {
    let answered = false
    for (;;) {
      const seen = await look(deadline.callMs())
      answered ||= seen.ok
      const value = seen.ok ? done(seen.value) : null
      if (value !== null) return value
      // The last call may have had a few ms only: one that answered before is not out of reach.
      if (deadline.passed() || closed) return answered || seen.ok ? { code: 'timeout' } : seen.problem
      await deadline.pause(waitMs)
    }
  }

  const checkVersion = async (deadline: Deadline): Promise<Result<void>> => {
    const info = await api.info(deadline.callMs())
    if (!info.ok) return latchApi(info)
    if (!isSupported(info.value.version))
      return latchApi(fail('ingest-version', { version: info.value.version.trim() }))
    apiProblem = null
    return ok(undefined)
  }
  const latchApi = <R extends { readonly ok: false; readonly problem: Problem }>(answer: R): R => {
    if (answer.problem.code.startsWith('ingest-')) apiProblem = answer.problem
    return answer
  }

  /** Forwards nothing any more, and sees that it is so. */
  const emptyForward = async (deadline: Deadline): Promise<Result<void>> => {
    owedStop = true
    const patched = await api.patchPath(name, { forward: [] }, deadline.callMs())
    if (!patched.ok && patched.problem.code !== 'ingest-not-found') return latchApi(patched)
    const gone = await lookUntil(deadline, ({ forward }) => (forward === null ? ('gone' as const) : null))
    if (gone !== 'gone') return { ok: false, problem: gone }
    owedStop = false
    return ok(undefined)
  }

  /** Makes the warm path where it is missing or pulls something else; keeps one that is right, whatever it forwards. */
  const makeWarm = async (target: WarmPath, deadline: Deadline): Promise<Result<void>> => {
    const existing = await api.pathConfig(name, deadline.callMs())
    if (!existing.ok) return latchApi(existing)
    const held = existing.value
    if (held !== null && isOurs(held) && found === null) {
      lease = leaseOf(held)
      seenGeneration = Math.max(seenGeneration, lease)
    }
    // A path with our mark was made by an engine before us: nothing of the user's to put back.
    found ??= held === null || isOurs(held) ? { kind: 'nothing' } : { kind: 'config', config: held }
    ours = true
    if (held !== null && isSamePull(held, target)) {
      warm = target
      const seen = await look(deadline.callMs())
      const forward = seen.ok ? seen.value.forward : null
      if (isOurs(held) && wanted === null && !owedStop && forward !== null)
        wanted = { dest: forward.dest, generation: lease }
      return ok(undefined)
    }
    const { publish } = memory
    if (held !== null && (publish?.leg === 'up' || wanted !== null)) return fail('refused-busy')
    const made = await api.replacePath(name, { ...target, forward: [] }, deadline.callMs())
    if (!made.ok) return latchApi(made)
    warm = target
    memory = { ...emptyMemory, restarts: memory.restarts }
    logger.info('MediaMTX path made', { system: systemId, path: name, source: redactUrl(target.source) })
    return ok(undefined)
  }

  const beginForward = async (
    dest: string,
    generation: number,
    deadline: Deadline,
  ): Promise<Result<void>> => {
    wanted = { dest, generation }
    lease = generation
    const patch = { forward: [{ dest }], ...leaseFields(generation) }
    const patched = await api.patchPath(name, patch, deadline.callMs())
    return patched.ok ? patched : latchApi(patched)
  }

  /** The server forgot the path (restart, configuration read again): make it again, with what it sent. */
  const reassert = async (): Promise<void> => {
    if (warm === null || closed) return
    const deadline = deadlineOf(clock, 10_000)
    const forward = wanted
    lostProblem = { code: 'ingest-not-found' }
    reasserted++
    logger.warn('MediaMTX lost the path; it is made again', {
      system: systemId,
      path: name,
      publishing: forward !== null,
    })
    const whole =
      forward === null
        ? { forward: [] }
        : { forward: [{ dest: forward.dest }], ...leaseFields(forward.generation) }
    const made = await api.replacePath(name, { ...warm, ...whole }, deadline.callMs())
    if (!made.ok) {
      latchApi(made)
      return
    }
    await lookUntil(deadline, ({ path }) => (path === null ? null : true))
  }

  const isLost = async ({ at, path, forward }: Sample): Promise<boolean> => {
    if (warm === null) return false
    if (path !== null && (wanted === null || forward !== null) && at - configCheckedAt < configCheckMs)
      return false
    configCheckedAt = at
    const held = await api.pathConfig(name, staleMs)
    if (!held.ok) return false
    return held.value === null || !isSamePull(held.value, warm) || (wanted !== null && forward === null)
  }

  const poll = async (): Promise<void> => {
    const seen = await look(6_000)
    if (!seen.ok || closed || busy > 0) return
    if (!ours && seen.value.path !== null && found === null) {
      const held = await api.pathConfig(name, staleMs)
      if (held.ok && held.value !== null && isOurs(held.value)) {
        ours = true
        lease = leaseOf(held.value)
        seenGeneration = Math.max(seenGeneration, lease)
      }
    }
    if (owedStop && seen.value.forward === null) owedStop = false
    if (owedStop) await enqueue(() => emptyForward(deadlineOf(clock, 6_000)))
    else if ((await isLost(seen.value)) && busy === 0) await enqueue(reassert)
  }

  const timer = setInterval(() => {
    emit()
    if (polling || closed) return
    polling = true
    void poll()
      .catch((error: unknown) => logger.error('MediaMTX poll failed', { reason: redact(String(error)) }))
      .finally(() => {
        polling = false
      })
  }, pollMs)

  const runStart = async (options: StartOptions, mine: number, dest: string): Promise<Result<Proof>> => {
    const deadline = deadlineOf(clock, options.deadlineMs)
    const giveUp = async (problem: Problem): Promise<Result<Proof>> => {
      startProblem = problem
      wanted = null
      await emptyForward(deadlineOf(clock, 1_000))
      emit()
      return { ok: false, problem }
    }
    const superseded = (): boolean => ticket !== mine
    if (superseded()) return fail('stale-generation')
    const before = await look(deadline.callMs())
    if (!before.ok) return before
    if (before.value.path === null && warm !== null) await reassert()
    if (memory.last?.path?.available !== true) {
      startProblem = { code: 'source-no-media' }
      return fail('source-no-media')
    }
    const { takeover } = options.destination
    const held = memory.last.forward
    const param = takeover.kind === 'query' ? takeover.param : null
    if (held !== null && isSamePlace(held.dest, dest, param) && memory.publish?.leg === 'up') {
      // It is there already: keep the session, take the lease.
      wanted = { dest: held.dest, generation: options.generation }
      lease = options.generation
      const patched = await api.patchPath(name, leaseFields(lease), deadline.callMs())
      if (!patched.ok) return latchApi(patched)
    } else {
      if (held !== null) {
        const emptied = await emptyForward(deadline)
        if (!emptied.ok) return emptied
      }
      const begun = await beginForward(dest, options.generation, deadline)
      if (!begun.ok) return giveUp(begun.problem)
    }
    owedStop = false
    const bytesBefore = memory.last.forward?.outboundBytes ?? 0
    const sentAt = clock.monotonicMs()
    const end = await lookUntil<Proof | Problem>(deadline, ({ at, path, forward }) => {
      // Not before our order is seen in force: what comes later could not take it back else.
      if (superseded() && (forward !== null || at - sentAt > 1_000)) return { code: 'stale-generation' }
      if (forward === null) return null
      if (forward.lastError !== '') return forwardProblem(forward.lastError)
      if (path?.available !== true) return { code: 'source-no-media' }
      const grows = memory.publish?.leg === 'up' && forward.outboundBytes !== bytesBefore
      return grows ? { kind: 'server', at } : null
    })
    if ('kind' in end) {
      startProblem = null
      emit()
      return ok(end)
    }
    if (end.code === 'stale-generation') return { ok: false, problem: end }
    // MediaMTX gives a connection no deadline of its own: a black hole shows as nothing sent.
    const silent = end.code === 'timeout' && (memory.publish?.bytes ?? 0) === 0
    return giveUp(silent ? { code: 'destination-unreachable' } : end)
  }

  return {
    kind: 'mediamtx',
    capabilities: async () => {
      const version = await checkVersion(deadlineOf(clock, 6_000))
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
      secrets = [...secrets, ...secretsOfUrl(source.url)]
      const version = await checkVersion(deadline)
      if (!version.ok) return version
      return probePath({
        api,
        name,
        target: target.value,
        warmTracks: warm?.source === target.value.source ? memory.last?.path : null,
        primary,
        deadline,
      })
    },
    prepare: (source, { deadlineMs }) => {
      const deadline = deadlineOf(clock, deadlineMs)
      return enqueue(async () => {
        if (!isUsableName(name))
          return latchApi(
            fail('ingest-bad-request', { detail: 'the path has a name that MediaMTX keeps for itself' }),
          )
        const target = warmPath(source)
        if (!target.ok) return target
        secrets = [...secrets, ...secretsOfUrl(source.url)]
        const version = await checkVersion(deadline)
        if (!version.ok) return version
        await look(deadline.callMs())
        const made = await makeWarm(target.value, deadline)
        if (!made.ok) return made
        const up = await lookUntil(deadline, () => (memory.pull?.leg === 'up' ? ('up' as const) : null))
        emit()
        if (up === 'up') return ok(undefined)
        return up.code === 'timeout' ? fail('source-no-media') : { ok: false, problem: up }
      })
    },
    start: (options) => {
      if (warm === null) return Promise.resolve(fail('ingest-not-prepared'))
      if (options.generation < seenGeneration) return Promise.resolve(fail('stale-generation'))
      const dest = renderDestination(options.destination, options.generation)
      if (!dest.ok) return Promise.resolve(dest)
      seenGeneration = options.generation
      const { key, auth } = options.destination
      secrets = [...secrets, key, dest.value, ...(auth === null ? [] : [auth.username, auth.password])]
      const mine = ++ticket
      return enqueue(() => runStart(options, mine, dest.value))
    },
    stop: ({ generation, deadlineMs }) => {
      if (generation < seenGeneration) return Promise.resolve(fail('stale-generation'))
      seenGeneration = generation
      ticket++
      wanted = null
      const deadline = deadlineOf(clock, deadlineMs)
      if (!ours) return Promise.resolve(ok(undefined))
      owedStop = true
      return deadline.race(
        enqueue(async () => {
          const emptied = await emptyForward(deadline)
          emit()
          return emptied
        }),
        fail('ingest-unreachable', { host: new URL(config.url).host }),
      )
    },
    release: ({ deadlineMs }) => {
      const deadline = deadlineOf(clock, deadlineMs)
      ticket++
      wanted = null
      return enqueue(async () => {
        if (!ours) return ok(undefined)
        const back =
          found?.kind === 'config'
            ? await api.replacePath(name, restorable(found.config), deadline.callMs())
            : await api.deletePath(name, deadline.callMs())
        if (!back.ok) return latchApi(back)
        const gone =
          found?.kind === 'config'
            ? true
            : await lookUntil(deadline, ({ path }) => (path === null ? true : null))
        warm = null
        found = null
        ours = false
        owedStop = false
        lease = 0
        memory = emptyMemory
        startProblem = null
        lostProblem = null
        emit()
        return gone === true ? ok(undefined) : { ok: false, problem: gone }
      })
    },
    status,
    onStatus: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: async () => {
      closed = true
      clearInterval(timer)
      listeners.clear()
      api.close()
      await queue
    },
  }
}
