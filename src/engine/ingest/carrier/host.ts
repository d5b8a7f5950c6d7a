import { join } from 'node:path'
import { within } from '../../../host/within'
import { fail, ok, problem, type Problem, type Result } from '../../../core/problem'
import { takeCrash } from '../../../host/crash-record'
import type { FfmpegInfo, ProbeReply, ReachReply } from '../../../shared/carrier/control'
import type { Clock, CrashNote, Destination, IngestPort, Logger, SourceSpec } from '../../ports'
import { CarrierClient } from './client'
import { CarrierPort, specOf, type CarrierLink } from './port'
import { attachCarrier, connectRunning } from './process'
import { CarrierProgram, type ProgramOptions } from './program'
import { Restarts, steadyMs } from './restarts'

export interface CarrierHostOptions {
  readonly dataDir: string
  /** Node that runs the carrier; from a packaged app Electron's own binary. */
  readonly nodePath: string
  /** Built entry of the carrier. */
  readonly entry: string
  /** ffmpeg as configured; null: bundled, then PATH. */
  readonly ffmpeg: string | null
  readonly bundledFfmpeg?: string | null
  readonly version?: string
  readonly logger: Logger
  readonly clock: Clock
  /** Told of each carrier that ended by a mistake of its own. */
  readonly onCrash?: (note: CrashNote) => void
}

/** The engine's hold on its carrier: one process, one connection, a port for each pull system. */
export interface CarrierHost {
  /** Finds or starts the carrier. From then on a lost one is replaced. */
  attach(): Promise<Result<{ readonly adopted: boolean }>>
  port(systemId: string): IngestPort
  /** The program path. One, over all set-ups with the same door. */
  program(options: ProgramOptions): CarrierProgram
  /** Route `direct`: shuts the door for OBS, or one that still publishes there would look on air and be seen by nobody. */
  leaveProgram(): void
  /** Which ffmpeg the carrier uses, or why none. */
  ffmpeg(): Promise<Result<FfmpegInfo>>
  /** Another ffmpeg from now on; null: bundled, then PATH. What runs already runs on. */
  useFfmpeg(configured: string | null): Promise<void>
  /** Looks at a source without keeping it. */
  probe(source: SourceSpec, deadlineMs: number): Promise<Result<ProbeReply>>
  /** Connects to a destination as far as it goes without its key. Publishes nothing. */
  reach(destination: Pick<Destination, 'url' | 'auth'>, deadlineMs: number): Promise<Result<ReachReply>>
  /** Called when the connection is lost (its process gone, or another engine took it). */
  onLost(listener: () => void): void
  /** Latched problem of the carrier process itself; null while one runs that is well. */
  problem(): Problem | null
  /** Asks the carrier to end, on air or not. Also works without `attach`. */
  end(): Promise<void>
  /** Lets go of the carrier; what is on air goes on. */
  close(): void
}

/** No word for this long: what is known of the streams is old. It speaks twice a second. */
const staleMs = 2_000
const tickMs = 500
const callMs = 8_000
/** What is on air ends within a second; a carrier that does not answer is not waited for. */
const endMs = 3_000

export function createCarrierHost(options: CarrierHostOptions): CarrierHost {
  const { logger, clock, dataDir } = options
  const ports = new Map<string, CarrierPort>()
  const lostListeners = new Set<() => void>()
  let program: CarrierProgram | null = null
  let client: CarrierClient | null = null
  let attaching: Promise<Result<{ readonly adopted: boolean }>> | null = null
  let trouble: Problem | null = null
  const log = join(dataDir, 'logs', 'carrier.log')
  const restarts = new Restarts(() => clock.wallMs(), log)
  let attachedAt = 0
  let closed = false
  let { ffmpeg } = options
  let retry: NodeJS.Timeout | null = null
  let ticker: NodeJS.Timeout | null = null

  const link: CarrierLink = {
    clock,
    client: async () => {
      // A carrier that keeps stopping is not started out of turn by whoever needs it.
      const waits = restarts.loops && retry !== null && client?.open !== true
      if (waits) return { ok: false, problem: restarts.problem() ?? problem('carrier-lost') }
      const attached = client?.open === true ? ok(null) : await attach()
      if (!attached.ok) return attached
      return client === null ? fail('carrier-lost') : ok(client)
    },
    connected: () => (client?.open === true ? client : null),
    stale: () => client?.open !== true || client.silentMs() > staleMs,
    problem: () => trouble,
  }

  function attach(): Promise<Result<{ readonly adopted: boolean }>> {
    if (closed) return Promise.resolve(fail('carrier-lost'))
    if (client?.open === true) return Promise.resolve(ok({ adopted: true }))
    attaching ??= connect().finally(() => (attaching = null))
    return attaching
  }

  async function connect(): Promise<Result<{ readonly adopted: boolean }>> {
    const { nodePath, entry, version = '0', bundledFfmpeg = null } = options
    tellCrash()
    const attached = await attachCarrier({ dataDir, nodePath, entry, version })
    ticker ??= setInterval(tellSilence, tickMs)
    if (!attached.ok) {
      trouble = attached.problem
      logger.warn('carrier cannot be had', { code: trouble.code })
      again(trouble.code === 'carrier-start-failed' ? restarts.ended() : restarts.refused())
      return attached
    }
    const { adopted } = attached.value
    const mine = attached.value.client
    // Closed while it was being looked for.
    if (isClosed()) {
      mine.close()
      return fail('carrier-lost')
    }
    client = mine
    trouble = null
    attachedAt = clock.monotonicMs()
    restarts.attached()
    logger.info(adopted ? 'carrier adopted' : 'carrier started', {
      pid: mine.state.pid,
      onAir: mine.state.onAir,
    })
    mine.onState(tell)
    mine.onClose(() => lost(mine))
    await mine.call('configure', { ffmpeg: { configured: ffmpeg, bundled: bundledFfmpeg } }, callMs)
    for (const port of ports.values()) port.reattached(mine)
    void program?.reattached(mine)
    tell()
    return ok({ adopted })
  }

  /** The process before this one may have left a note on how it ended. */
  function tellCrash(): void {
    const crash = takeCrash(dataDir, 'carrier')
    if (crash === null) return
    logger.error('the carrier ended by a mistake of its own', { what: crash.what, log })
    options.onCrash?.({ process: 'carrier', wall: crash.wall })
  }

  function isClosed(): boolean {
    return closed
  }

  function lost(gone: CarrierClient): void {
    if (client !== gone) return
    client = null
    if (closed) return
    // Taking it back would be taken back in turn: the newer engine has it.
    trouble = problem(gone.replaced ? 'already-running' : 'carrier-lost')
    logger.warn('carrier lost', { pid: gone.state.pid })
    for (const listener of lostListeners) listener()
    tellCrash()
    // Counted though a start is planned already: whoever needed it may have had it started out of turn.
    if (!gone.replaced) again(restarts.ended())
    tell()
  }

  /** The carrier is needed for as long as there is an engine. */
  function again(waitMs: number): void {
    if (closed) return
    if (retry !== null) clearTimeout(retry)
    if (trouble?.code === 'carrier-lost' || trouble?.code === 'carrier-start-failed')
      trouble = restarts.problem() ?? trouble
    retry = setTimeout(() => {
      retry = null
      void attach()
    }, waitMs)
  }

  /** While the carrier speaks, its own words are told. */
  function tellSilence(): void {
    if (client?.open === true && clock.monotonicMs() - attachedAt >= steadyMs) restarts.steady()
    if (client?.open !== true || client.silentMs() > tickMs) tell()
  }

  function tell(): void {
    for (const port of ports.values()) port.tell()
    program?.tell()
  }

  function close(): void {
    closed = true
    if (retry !== null) clearTimeout(retry)
    if (ticker !== null) clearInterval(ticker)
    client?.close()
    client = null
  }

  return {
    attach,
    port: (systemId) => {
      const known = ports.get(systemId)
      if (known !== undefined) return known
      const made = new CarrierPort(systemId, link, () => ports.delete(systemId))
      ports.set(systemId, made)
      return made
    },
    program: (door) => {
      const same = program !== null && program.options.port === door.port && program.options.key === door.key
      if (program === null || !same) program = new CarrierProgram(door, link)
      return program
    },
    leaveProgram: () => {
      program = null
      // A carrier that is on air with the program refuses, and what viewers see stays.
      if (client?.open === true && client.state.program !== null)
        void client.call('program-close', {}, callMs)
    },
    ffmpeg: async () => {
      const found = await link.client()
      return found.ok ? found.value.call('ffmpeg', {}, callMs) : found
    },
    useFfmpeg: async (configured) => {
      ffmpeg = configured
      if (client?.open !== true) return
      const { bundledFfmpeg = null } = options
      await client.call('configure', { ffmpeg: { configured, bundled: bundledFfmpeg } }, callMs)
    },
    probe: async (source, deadlineMs) => {
      const found = await link.client()
      return found.ok ? found.value.call('probe', { source: specOf(source), deadlineMs }, deadlineMs) : found
    },
    reach: async ({ url, auth }, deadlineMs) => {
      const found = await link.client()
      if (!found.ok) return found
      return found.value.call('reach', { target: { url, key: '', auth }, deadlineMs }, deadlineMs)
    },
    onLost: (listener) => void lostListeners.add(listener),
    problem: () => {
      const damaged = client?.open === true && client.state.damaged === true
      return trouble ?? restarts.problem() ?? (damaged ? problem('carrier-damaged', { log }) : null)
    },
    end: async () => {
      const running = client ?? (await connectRunning(dataDir, 'tool'))
      closed = true
      if (running instanceof CarrierClient) {
        const gone = new Promise<void>((resolve) => running.onClose(resolve))
        const asked = await running.call('shutdown', { force: true }, endMs)
        if (asked.ok) await within(gone, endMs, undefined)
      }
      close()
    },
    close,
  }
}
