import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'
import type { ObsEvent } from '../../core/events'
import type { Problem } from '../../core/problem'
import { fail, problem } from '../../core/problem'
import type { Config } from '../../shared/settings/config'
import type { Clock, Emit, Logger, ObsExamination, ObsPort } from '../ports'
import type { Address } from './connection'
import { callProblem, createConnection } from './connection'
import { resolveDestination, serviceReplySchema } from './destination'
import type { ObsHost, ObsSettings } from './installed/discover'
import { defaultObsPort, discoverObs, findConfigDir } from './installed/discover'
import type { LogCause } from './effects'
import { createEffects } from './effects'
import type { ObsFiles } from './installed/files'
import { diskFiles } from './installed/files'
import { createLogTail } from './installed/log'
import { expectedOutputWithin, takeScreenshot, unknownOutput } from './look'
import type { Observer } from './observe'
import { observe } from './observe'
import { createProcessWatch, isLocal } from './installed/process'
import { readService, writeService } from './installed/service'
import type { Session } from './session'

export interface ObsPortOptions {
  readonly config: Config['obs']
  readonly clock: Clock
  readonly logger: Logger
  readonly files?: ObsFiles
  readonly host?: ObsHost
}

const processPollMs = 1_000

/** OBS over obs-websocket 5, with what its files, log and process say. Made again when its config changes. */
export function createObsPort(options: ObsPortOptions): ObsPort {
  const { config, clock, logger } = options
  const files = options.files ?? diskFiles
  const host = options.host ?? { platform: process.platform, env: process.env, home: homedir() }
  const paths = host.platform === 'win32' ? win32 : posix
  /** OBS's files are on this PC, or the user said where they are. */
  const filesMatter = isLocal(config.host) || config.configDir !== null

  let emit: Emit<ObsEvent> = () => undefined
  let opened = false
  let observer: Observer | null = null
  let found: ObsSettings | null = null
  let configDir: string | null = null
  let version: string | null = null
  let lastLogCause: LogCause | null = null
  let connected: { readonly port: number } | null = null
  let triedPort = defaultObsPort
  /** What is wrong with its answers while the connection stands. */
  let answers: Problem | null = null

  const hear = (event: ObsEvent): void => {
    if (event.kind !== 'obs-status') return
    if (event.reply !== null) answers = null
    else if (event.error === 'garbage' || event.error === 'timeout')
      answers = problem(`obs-${event.error}`, { what: 'GetStreamStatus' })
  }

  const watch = createProcessWatch(config.host, host.platform)
  const tail = createLogTail(files, (cause) => {
    const at = clock.monotonicMs()
    lastLogCause = { cause, at }
    emit({ kind: 'obs-log', at, cause })
  })
  const processLoop = createProcessLoop(async () => {
    const running = await watch.running()
    if (!opened || connected !== null) return
    emit({ kind: 'obs-process', at: clock.monotonicMs(), running })
    if (running === true) connection.nudge()
  })

  const address = async (): Promise<Address> => {
    let discovered: Problem | null = null
    if (filesMatter) {
      const result = await discoverObs(files, host, config.configDir)
      if (result.ok) found = result.value
      else discovered = result.problem
      configDir = result.ok ? result.value.configDir : await findConfigDir(files, host, config.configDir)
      if (configDir !== null && opened) tail.open(paths.join(configDir, 'logs'))
    }
    triedPort = config.port ?? found?.port ?? defaultObsPort
    return {
      host: config.host,
      port: triedPort,
      password: config.password ?? found?.password ?? null,
      // What the files lack matters only where the user did not say it.
      problem: config.port === null ? discovered : null,
    }
  }

  const connection = createConnection({
    address,
    clock,
    logger,
    emit: (event) => {
      emit(event)
      if (event.state !== 'connected') processLoop.start()
    },
    onSession: (session) => attach(session),
  })
  const effects = createEffects({
    session: () => connection.session(),
    clock,
    logger,
    lastLogCause: () => lastLogCause,
  })

  const rememberProcess = async (session: Session): Promise<void> => {
    await watch.remember(triedPort)
    const running = await watch.running()
    if (opened && connection.session() === session && running === null)
      emit({ kind: 'obs-process', at: clock.monotonicMs(), running })
  }

  const examine = async (deadlineMs: number): Promise<ObsExamination> => {
    const session = connection.session()
    const [onDisk, running, outlook] = await Promise.all([
      filesMatter ? discoverObs(files, host, config.configDir) : null,
      session === null ? watch.running() : true,
      session === null ? unknownOutput : expectedOutputWithin(session, deadlineMs),
    ])
    const settings = onDisk?.ok === true ? onDisk.value : null
    const off = onDisk?.ok === false && onDisk.problem.code === 'obs-websocket-off'
    const { more, ...seen } = outlook
    return {
      installed: settings !== null || off || session !== null,
      webSocket: settings !== null || session !== null ? 'on' : off ? 'off' : null,
      running,
      ...seen,
      stopCutsRecording: settings?.recordingStopsWithStream ?? null,
      ...(more === null
        ? {}
        : {
            moreTracks: {
              vodTrack:
                more.vodTrack === 'yes' ||
                (more.vodTrack === 'if-allowed' && settings?.customServerVodTrack === true),
              multitrackVideo: more.multitrackVideo,
            },
          }),
    }
  }

  const attach = (session: Session): void => {
    connected = { port: triedPort }
    processLoop.stop()
    // Said at once, so that a later silence about processes is never taken for a recording's.
    emit({ kind: 'obs-process', at: clock.monotonicMs(), running: isLocal(config.host) ? true : null })
    void rememberProcess(session)
    const own = observe({
      session,
      clock,
      logger,
      emit: (event) => {
        hear(event)
        emit(event)
      },
      onStream: (state) => effects.onStream(state),
      onProfile: (profile) => {
        version = profile.version
        emit({
          kind: 'obs-profile',
          at: clock.monotonicMs(),
          ...profile,
          recordingStopsWithStream: found?.recordingStopsWithStream ?? null,
          logReadable: tail.readable(),
        })
      },
      onExit: () => logger.info('OBS is quitting'),
    })
    observer = own
    session.onClosed(() => {
      connected = null
      answers = null
      own.stop()
      effects.onClosed()
    })
  }

  return {
    open: (to) => {
      if (opened) return
      opened = true
      emit = to
      connection.open()
      processLoop.start()
    },
    close: () => {
      opened = false
      emit = () => undefined
      observer?.stop()
      processLoop.stop()
      tail.close()
      connection.close()
      effects.onClosed()
      return Promise.resolve()
    },
    start: (deadlineMs) => effects.start(deadlineMs),
    stop: (deadlineMs, mode) => effects.stop(deadlineMs, mode),
    readDestination: async () => {
      const session = connection.session()
      if (session === null) return fail('obs-unreachable')
      const reply = await session.call('GetStreamServiceSettings', serviceReplySchema)
      if (!reply.ok) return callProblem(reply.error, 'GetStreamServiceSettings')
      return resolveDestination(reply.value, files, configDir, host.platform)
    },
    readService: () => {
      const session = connection.session()
      return session === null ? Promise.resolve(fail('obs-unreachable')) : readService(session)
    },
    writeService: (service) => {
      const session = connection.session()
      return session === null ? Promise.resolve(fail('obs-unreachable')) : writeService(session, service)
    },
    still: async (deadlineMs) => {
      const session = connection.session()
      return session === null || answers !== null ? null : takeScreenshot(session, deadlineMs)
    },
    examine: (deadlineMs) => examine(deadlineMs),
    status: () => ({
      connected: connection.session() !== null,
      address: connection.address(),
      version,
      problem: connection.problem() ?? answers ?? effects.hint(),
    }),
  }
}

interface ProcessLoop {
  /** Looks now and then every second, until stopped. While it runs, looks now. */
  start(): void
  stop(): void
}

function createProcessLoop(look: () => Promise<void>): ProcessLoop {
  let timer: NodeJS.Timeout | null = null
  let generation = 0
  const run = (mine: number): void => {
    void look().finally(() => {
      if (mine === generation) timer = setTimeout(() => run(mine), processPollMs)
    })
  }
  const stop = (): void => {
    generation += 1
    if (timer !== null) clearTimeout(timer)
    timer = null
  }
  return {
    start: () => {
      stop()
      run(generation)
    },
    stop,
  }
}
