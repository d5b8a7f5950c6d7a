import type { StreamOutput } from './output'
import type { Reply } from './protocol'
import { refusal, requestStatus, success } from './protocol'
import type { ObsVersion, Profile } from './settings'

type Data = Readonly<Record<string, unknown>>

/** What the requests work on. */
export interface Obs {
  readonly version: ObsVersion
  readonly fps: number
  readonly profile: Profile
  service: { readonly type: string; readonly settings: Data }
  readonly output: () => StreamOutput
  /** A dialog blocks OBS's window: what is queued for it waits until it is answered. */
  readonly onWindow: (step: () => void) => void
  /** Second StartStream while connecting. */
  readonly crash: () => void
  readonly framesRendered: () => number
}

type Handler = (obs: Obs, data: Data) => Reply

const forceHotkey = 'OBSBasic.ForceStopStreaming'

/** Requests of the app itself and of clients like NOALBS. Anything else is unknown to the stand-in (204). */
export const requests: Readonly<Record<string, Handler>> = {
  GetVersion: ({ version }) =>
    success({
      obsVersion: version.obs,
      obsWebSocketVersion: version.websocket,
      rpcVersion: 1,
      availableRequests: Object.keys(requests),
      supportedImageFormats: [],
      platform: process.platform,
      platformDescription: 'stand-in',
    }),
  GetStats: (obs) => {
    const frames = obs.framesRendered()
    return success({
      cpuUsage: 1,
      memoryUsage: 64,
      availableDiskSpace: 1024,
      activeFps: obs.fps,
      averageFrameRenderTime: 1,
      renderSkippedFrames: 0,
      renderTotalFrames: frames,
      outputSkippedFrames: 0,
      outputTotalFrames: obs.output().status().outputTotalFrames,
      webSocketSessionIncomingMessages: 0,
      webSocketSessionOutgoingMessages: 0,
    })
  },
  GetStreamStatus: (obs) => {
    const status = obs.output().status()
    const durationMs = status.outputActive ? (status.outputTotalFrames * 1000) / obs.fps : 0
    return success({
      ...status,
      outputDuration: Math.round(durationMs),
      outputTimecode: new Date(durationMs).toISOString().slice(11, 23),
    })
  },
  StartStream: (obs) => startStream(obs),
  StopStream: (obs) => stopStream(obs),
  ToggleStream: (obs) => {
    const active = obs.output().streamingActive
    const reply = active ? stopStream(obs) : startStream(obs)
    return reply.code === requestStatus.success ? success({ outputActive: !active }) : reply
  },
  TriggerHotkeyByName: (obs, { hotkeyName }) => {
    if (hotkeyName !== forceHotkey)
      return refusal(requestStatus.resourceNotFound, 'No hotkeys were found by that name.')
    if (obs.output().status().outputActive) {
      obs.onWindow(() => {
        obs.output().stop()
        obs.output().stop()
      })
    }
    return success()
  },
  GetStreamServiceSettings: ({ service }) =>
    success({ streamServiceType: service.type, streamServiceSettings: service.settings }),
  SetStreamServiceSettings: (obs, { streamServiceType, streamServiceSettings }) => {
    if (obs.output().streamingActive)
      return refusal(requestStatus.outputRunning, 'You cannot change the service while streaming.')
    if (typeof streamServiceType !== 'string' || !isData(streamServiceSettings))
      return refusal(requestStatus.missingRequestField, 'The service is missing.')
    // The same type is merged over what is there: old fields survive unless they are named.
    const before = streamServiceType === obs.service.type ? obs.service.settings : {}
    obs.service = { type: streamServiceType, settings: { ...before, ...streamServiceSettings } }
    return success()
  },
  GetProfileParameter: ({ profile }, data) => {
    const name = parameterName(data)
    if (name === null) return refusal(requestStatus.missingRequestField, 'The parameter is missing.')
    return success({
      parameterValue: profile.get(name),
      defaultParameterValue: profile.getDefault(name),
    })
  },
  SetProfileParameter: ({ profile }, data) => {
    const name = parameterName(data)
    const { parameterValue } = data
    if (name === null || (typeof parameterValue !== 'string' && parameterValue !== null))
      return refusal(requestStatus.missingRequestField, 'The parameter is missing.')
    profile.set(name, parameterValue)
    return success()
  },
  GetVideoSettings: ({ fps }) =>
    success({
      fpsNumerator: fps,
      fpsDenominator: 1,
      baseWidth: 640,
      baseHeight: 360,
      outputWidth: 640,
      outputHeight: 360,
    }),
  GetSceneList: () =>
    success({
      currentProgramSceneName: 'Scene',
      currentPreviewSceneName: null,
      scenes: [{ sceneIndex: 0, sceneName: 'Scene' }],
    }),
  GetCurrentProgramScene: () => success({ currentProgramSceneName: 'Scene', sceneName: 'Scene' }),
  GetRecordStatus: () =>
    success({
      outputActive: false,
      outputPaused: false,
      outputTimecode: '00:00:00.000',
      outputDuration: 0,
      outputBytes: 0,
    }),
}

export function answer(obs: Obs, request: string, data: Data): Reply {
  const handler = Object.hasOwn(requests, request) ? requests[request] : undefined
  return (
    handler?.(obs, data) ??
    refusal(requestStatus.unknownRequestType, `The stand-in does not know ${request}.`)
  )
}

/** Answered at once; the work is queued to the window's thread, as in OBS. */
function startStream(obs: Obs): Reply {
  if (obs.output().streamingActive)
    return refusal(requestStatus.outputRunning, 'The stream output is running.')
  obs.onWindow(() => {
    if (obs.output().isConnecting) obs.crash()
    else obs.output().start()
  })
  return success()
}

function stopStream(obs: Obs): Reply {
  if (!obs.output().streamingActive)
    return refusal(requestStatus.outputNotRunning, 'The stream output is not running.')
  obs.onWindow(() => obs.output().stop())
  return success()
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parameterName({ parameterCategory, parameterName }: Data): string | null {
  return typeof parameterCategory === 'string' && typeof parameterName === 'string'
    ? `${parameterCategory}/${parameterName}`
    : null
}
