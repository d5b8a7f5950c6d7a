import { pause } from '../../host/within'
import type { Encoder } from './encoder'
import { startEncoder } from './encoder'
import { Freezer } from './freezer'
import { firstPicture } from '../viewer/first-picture'
import { createLink } from './link'
import type { OutputState, StreamOutput } from './output'
import { createStreamOutput } from './output'
import { closeCode, opCode, refusal, requestStatus, subscription, success } from './protocol'
import type { Reply } from './protocol'
import type { Obs } from './requests'
import { answer } from './requests'
import type { ControlServer } from './server'
import { startControlServer } from './server'
import type { ObsGeneration } from './settings'
import { obsVersions, openLog, Profile, writeConfig } from './settings'

export type { ObsGeneration } from './settings'

export interface StandInOptions {
  /** 0: any free one. The same after `revive`. */
  readonly port?: number
  /** null: none is asked for. */
  readonly password?: string | null
  readonly fps?: number
  readonly bitrateKbps?: number
  /** Seconds between keyframes. */
  readonly gopSec?: number
  readonly destination: { readonly server: string; readonly key: string }
  readonly version?: ObsGeneration
  /** Profile parameters by `Category/Name`, e.g. `Output/Reconnect`. */
  readonly profile?: Readonly<Record<string, string>>
  /** An `obs-studio` directory to write settings and logs to, for discovery. null: none. */
  readonly configDir?: string | null
  readonly ffmpeg?: string
}

/**
 * An OBS that is not there: a real obs-websocket 5 server over a real RTMP push of a test picture, in this process.
 * Behaves as the real one does by docs/facts/obs.md 1, 2, 3 and 4, and is held against it by the same tests.
 */
export interface StandInObs {
  readonly port: number
  readonly wsUrl: string
  /** null: none. */
  readonly password: string | null
  readonly configDir: string | null
  readonly running: () => boolean
  /** Its stream is connected. */
  readonly streaming: () => boolean
  /** `kill -9`: every socket is cut (1006), and connects are refused until `revive`. */
  readonly kill: () => Promise<void>
  /** The user starts it again. */
  readonly revive: () => Promise<void>
  /** `kill -STOP`: sockets stay open, nothing is answered, nothing is sent. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** The user quits it: ExitStarted, the stream ends, 1001. */
  readonly quit: () => Promise<void>
  /** Its own uplink, kbit/s; null: as wide as the machine. */
  readonly narrow: (kbit: number | null) => void
  /** Its own uplink swallows everything, and nobody is told. */
  readonly blackhole: (on: boolean) => void
  /** The connection breaks as though the ingest had dropped it. */
  readonly dropConnection: () => void
  /** The encoder stands still: no media, and a normal stop never ends. */
  readonly stallEncoder: (on: boolean) => void
  /** A dialog blocks its window: requests are answered, and nothing happens. */
  readonly dialog: (on: boolean) => void
  /** Answers rubbish: no JSON, or JSON that makes no sense. null: sound again. */
  readonly rubbish: (kind: 'no-json' | 'no-sense' | null) => void
  /** Throws its clients out (4011). */
  readonly kick: () => void
  /** The user presses the button in its window. */
  readonly pressStart: () => void
  readonly pressStop: () => void
  readonly close: () => Promise<void>
}

export async function startStandInObs(options: StandInOptions): Promise<StandInObs> {
  const {
    password = null,
    fps = 30,
    bitrateKbps = 800,
    gopSec = 2,
    ffmpeg = 'ffmpeg',
    configDir = null,
  } = options
  const version = obsVersions[options.version ?? '29']
  const freezer = new Freezer()
  const link = createLink()
  let rubbish: 'no-json' | 'no-sense' | null = null
  let blocked: (() => void)[] | null = null
  let port = options.port ?? 0
  let life: Life | null = null

  interface Life {
    readonly server: ControlServer
    readonly output: StreamOutput
    readonly obs: Obs
  }
  /** What the user set survives a restart: OBS saves it at once. */
  let service: Obs['service'] = {
    type: 'rtmp_custom',
    settings: { ...options.destination, use_auth: false },
  }
  const profile = new Profile(options.profile ?? {})

  const spoil = (text: string, op: number): string => {
    if (rubbish === null || op === opCode.hello || op === opCode.identified) return text
    return rubbish === 'no-json'
      ? '{"op":7,"d":{'
      : text.replace(/"responseData":.*$/s, '"responseData":{"x":[]}}}')
  }
  let running: Encoder | null = null
  const encoder = (onPacket: Parameters<typeof startEncoder>[1], onEnd: () => void): Encoder => {
    running = startEncoder({ ffmpeg, fps, bitrateKbps, gopSec }, onPacket, onEnd)
    return running
  }

  /** What it encodes now; without a stream its test picture as it begins. */
  const screenshot = async (): Promise<Reply> => {
    const jpeg = await firstPicture(ffmpeg, running?.opening().map(({ tag }) => tag) ?? [])
    return jpeg === null
      ? refusal(requestStatus.requestProcessingFailed, 'Failed to render screenshot.')
      : success({ imageData: `data:image/jpg;base64,${jpeg.toString('base64')}` })
  }

  const boot = async (): Promise<void> => {
    const log = configDir === null ? () => undefined : openLog(configDir)
    const clock = renderClock(fps)
    const output = createStreamOutput({
      settings: () => ({
        server: textOf(service.settings['server']),
        key: textOf(service.settings['key']),
        reconnect: profile.get('Output/Reconnect') === 'true',
        retryDelaySec: Number(profile.get('Output/RetryDelay')),
        maxRetries: Number(profile.get('Output/MaxRetries')),
      }),
      link,
      freezer,
      startEncoder: encoder,
      onState: (state) => tell(state),
      log,
    })
    const obs: Obs = {
      version,
      fps,
      profile,
      get service() {
        return service
      },
      set service(to) {
        service = to
      },
      output: () => output,
      onWindow: (step) => {
        if (blocked !== null) blocked.push(step)
        else setImmediate(() => freezer.run(step))
      },
      crash: () => void kill(),
      framesRendered: () => clock.frames(freezer.isFrozen),
    }
    const server = await startControlServer({
      port,
      password,
      websocketVersion: version.websocket,
      freezer,
      answer: (request, data) => answer(obs, request, data),
      slowly: (request) => (request === 'GetSourceScreenshot' ? screenshot() : null),
      spoil,
    })
    port = server.port
    if (configDir !== null) writeConfig(configDir, version, { port, password })
    life = { server, output, obs }
  }

  const tell = (state: OutputState): void => {
    if (!version.tellsReconnects && state.startsWith('RECONNECT')) return
    life?.server.event('StreamStateChanged', subscription.outputs, {
      outputActive: ['STARTED', 'RECONNECTED'].includes(state),
      outputState: `OBS_WEBSOCKET_OUTPUT_${state}`,
    })
  }

  const kill = async (): Promise<void> => {
    const dead = life
    life = null
    freezer.clear()
    blocked = null
    dead?.output.die()
    await dead?.server.stop()
  }

  const quit = async (): Promise<void> => {
    const leaving = life
    if (leaving === null) return
    leaving.server.event('ExitStarted', subscription.general, {})
    life = null
    leaving.output.die()
    leaving.server.closeAll(1001, 'Server stopping.')
    // Close frames need a moment to leave before what is left is cut.
    await pause(100)
    await leaving.server.stop()
  }

  const pressed = (step: (output: StreamOutput) => void): void => {
    const current = life
    if (current !== null) current.obs.onWindow(() => step(current.output))
  }

  await boot()
  return {
    port,
    wsUrl: `ws://127.0.0.1:${port}`,
    password,
    configDir,
    running: () => life !== null,
    streaming: () => life?.output.streamingActive ?? false,
    kill,
    revive: async () => {
      if (life === null) await boot()
    },
    freeze: () => {
      freezer.freeze()
      life?.output.pause()
    },
    thaw: () => {
      life?.output.resume()
      freezer.thaw()
    },
    quit,
    narrow: (kbit) => link.narrow(kbit),
    blackhole: (on) => link.blackhole(on),
    dropConnection: () => life?.output.dropConnection(),
    stallEncoder: (on) => life?.output.stallEncoder(on),
    dialog: (on) => {
      const waiting = blocked
      blocked = on ? (waiting ?? []) : null
      if (!on) for (const step of waiting ?? []) step()
    },
    rubbish: (kind) => {
      rubbish = kind
    },
    kick: () => life?.server.closeAll(closeCode.sessionInvalidated, 'Your session has been invalidated.'),
    pressStart: () => pressed((output) => output.start()),
    pressStop: () => pressed((output) => output.stop()),
    close: async () => {
      link.blackhole(false)
      await kill()
    },
  }
}

/** Frames rendered since the start, at the nominal rate; stands still while frozen. */
function renderClock(fps: number): { readonly frames: (frozen: boolean) => number } {
  const begun = performance.now()
  let last = 1
  return {
    frames: (frozen) => {
      if (!frozen) last = 1 + Math.floor(((performance.now() - begun) * fps) / 1000)
      return last
    },
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
