import { randomBytes } from 'node:crypto'
import { processBirth } from '../host/process-id'
import { fail, ok, type Result } from '../core/problem'
import {
  carrierExit,
  carrierProtocol,
  type CarrierLock,
  type CarrierReplies,
  type CarrierRequest,
  type CarrierState,
} from '../shared/carrier/control'
import { ControlServer } from './control/control'
import type { Vitals } from './process/damage'
import type { FeedTimings } from './feed/feed'
import type { LastWords } from './process/last-words'
import { isAlive, readLock, removeLock, writeLock } from './process/lock'
import { FeedManager, type MediaRoomDeps } from './feed-manager'
import { reach } from './publish/reach'
import { secretsIn } from './process/secrets'

export interface CarrierOptions {
  readonly dataDir: string
  readonly version: string
  readonly createPublisher: MediaRoomDeps['createPublisher']
  readonly lastWords: LastWords
  /** Told once, when the carrier is over. */
  readonly ended: (exitCode: number) => void
  readonly timings?: FeedTimings
}

/** Not on air and without an engine for this long: nobody needs it any more. Time for a crashed engine to come back. */
const orphanMs = 8_000
/** A program that is live is told this often, everything else every `ticksPerPush` of them. */
const tickMs = 200
const ticksPerPush = 3

/** Starts a carrier on a data directory. Resolves when it can be found, or with the exit code that says why not. */
export async function startCarrier(options: CarrierOptions): Promise<number | null> {
  const { dataDir, version, lastWords } = options
  const { damage, resort } = lastWords
  const other = readLock(dataDir)
  if (other !== null && (await isAlive(other))) return carrierExit.alreadyRunning

  const token = randomBytes(32).toString('base64url')
  lastWords.hide([token])
  let aloneSince: number | null = performance.now()
  let shown = ''
  let pushPlanned = false
  let over = false

  const room: FeedManager = new FeedManager({
    version,
    createPublisher: options.createPublisher,
    now: () => performance.now(),
    random: Math.random,
    attended: () => control.attended,
    changed,
    mishap: resort.note,
    ...(options.timings === undefined ? {} : { timings: options.timings }),
  })
  const control: ControlServer = new ControlServer({
    token,
    version,
    state,
    handle,
    mishap: resort.note,
    attended: (attended) => {
      aloneSince = attended ? null : performance.now()
      if (attended) room.attend()
      else room.leave()
    },
  })

  function state(): CarrierState {
    return damage.since === null ? room.state() : { ...room.state(), damaged: true }
  }

  function vitals(): Vitals {
    try {
      const { feeds, program } = room.state()
      const sent = [
        ...feeds.map(({ publication }) => publication?.bytesSent ?? 0),
        ...(program?.destinations ?? []).map(({ bytesSent }) => bytesSent),
      ]
      return { onAir: room.onAir, sentBytes: sent.reduce((sum, bytes) => sum + bytes, 0) }
    } catch {
      // What is on air is not given up because it cannot be counted.
      return { onAir: room.onAir, sentBytes: Number.NaN }
    }
  }

  /** What changed is told at once, however many changes a turn brings; counters wait for the tick. */
  function changed(): void {
    if (pushPlanned) return
    pushPlanned = true
    setImmediate(() => {
      pushPlanned = false
      const shape = shapeOf(state())
      if (shape === shown) return
      shown = shape
      control.push()
    })
  }

  function handle(request: CarrierRequest): Promise<Result<CarrierReplies[CarrierRequest['kind']]>> {
    lastWords.hide(secretsIn(request))
    switch (request.kind) {
      case 'configure':
        room.configure(request.ffmpeg)
        return Promise.resolve(ok(null))
      case 'ffmpeg':
        return room.ffmpeg()
      case 'probe':
        return room.probe(request)
      case 'prepare':
        return room.prepare(request)
      case 'release':
        return room.release(request)
      case 'publish':
        return room.publish(request)
      case 'unpublish':
        return room.unpublish(request)
      case 'keyframe':
        return Promise.resolve(ok({ flv: room.keyframe(request) }))
      case 'reach':
        return reach(request.target, request.deadlineMs)
      case 'program-open':
        return room.program.open(request)
      case 'program-close':
        return room.program.close()
      case 'program-start':
        return room.program.start(request)
      case 'program-guard':
        room.program.program.setGuard(request.guard)
        return Promise.resolve(ok(null))
      case 'program-redirect':
        return Promise.resolve(room.program.program.redirect(request.destination, request.to))
      case 'program-stop':
        return room.program.stop(request)
      case 'state':
        return Promise.resolve(ok(state()))
      case 'shutdown':
        if (room.onAir && !request.force) return Promise.resolve(fail('refused-busy'))
        // Answered first, ended then.
        setTimeout(() => void end(), 50)
        return Promise.resolve(ok(null))
    }
  }

  async function end(): Promise<void> {
    if (over) return
    over = true
    lastWords.log('ends')
    clearInterval(timer)
    removeLock(dataDir, lock)
    await room.dispose()
    control.close()
    options.ended(carrierExit.ended)
  }

  let ticks = 0
  const timer = setInterval(() => {
    ticks += 1
    // The program's publishers are witnesses: an engine that shall judge them within a second hears them often.
    const due = room.program.program.live ? 1 : ticksPerPush
    if (ticks % due === 0) control.push()
    if (damage.since !== null && damage.look(performance.now(), vitals()) === 'end')
      resort.end(new Error('damaged and off air'))
    if (room.onAir) aloneSince = control.attended ? null : performance.now()
    else if (aloneSince !== null && performance.now() - aloneSince >= orphanMs) void end()
    // Another carrier took the lock (its owner thought this one dead): without an engine or media this one yields.
    else if (aloneSince !== null && readLock(dataDir)?.token !== token) void end()
  }, tickMs)

  const birth = processBirth(process.pid)
  const lock: CarrierLock = {
    pid: process.pid,
    processStart: birth?.ticks ?? null,
    bootId: birth?.bootId ?? undefined,
    port: await control.listen(),
    token,
    protocol: carrierProtocol,
    version,
  }
  writeLock(dataDir, lock)
  lastWords.ask(vitals)
  lastWords.log(`starts, version ${version}`)
  return null
}

/** The part of the state that is worth telling at once. */
function shapeOf(state: CarrierState): string {
  return JSON.stringify([shapeOfFeeds(state), shapeOfProgram(state), state.damaged])
}

function shapeOfProgram({ program }: CarrierState): unknown {
  if (program === null) return null
  const { ingest, live, generation, onFeed, waitingFor, lastCut, guard, destinations } = program
  return [
    ...[ingest.port, ingest.problem, ingest.publishing, ingest.visits.at(-1)?.seq],
    ...[live, generation, onFeed, waitingFor, lastCut?.seq, lastCut?.gapMs, guard],
    destinations.map(({ id, leg, on, confirmed, problem, sessions, acknowledges }) => [
      id,
      leg,
      on,
      confirmed,
      problem,
      sessions,
      acknowledges,
    ]),
  ]
}

function shapeOfFeeds(state: CarrierState): unknown {
  return state.feeds.map((feed) => {
    const { publication } = feed
    const publish = publication && [publication.leg, publication.generation, publication.problem]
    return [feed.id, feed.leg, feed.warm, feed.problem, feed.restarts, publish]
  })
}
