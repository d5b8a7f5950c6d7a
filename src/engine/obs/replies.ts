import { z } from 'zod'
import type { ObsOutputState, ObsStats, ObsStreamStatus } from '../../core/events'

/** Only the fields that are relied on; what OBS adds is passed over, what it garbles is told as `garbage`. */

const count = z.number().nonnegative()
const maybe = z.number().nullable().catch(null)

/** GetStreamStatus. Congestion is NaN, and so null, on a young stream before obs-websocket 5.4. */
export const streamStatusSchema = z
  .object({
    outputActive: z.boolean(),
    outputReconnecting: z.boolean(),
    outputDuration: count,
    outputBytes: count,
    outputSkippedFrames: count,
    outputTotalFrames: count,
    outputCongestion: maybe,
  })
  .transform((reply): ObsStreamStatus => ({
    active: reply.outputActive,
    reconnecting: reply.outputReconnecting,
    bytes: reply.outputBytes,
    skippedFrames: reply.outputSkippedFrames,
    totalFrames: reply.outputTotalFrames,
    congestion: Math.min(1, Math.max(0, reply.outputCongestion ?? 0)),
    durationMs: reply.outputDuration,
  }))

/** GetStats. Its `outputSkippedFrames` is the encoder's lag, not the network's drops (docs/facts/obs.md 1.3). */
export const statsSchema = z
  .object({
    cpuUsage: maybe,
    memoryUsage: maybe,
    activeFps: maybe,
    renderSkippedFrames: count,
    renderTotalFrames: count,
    outputSkippedFrames: count,
    outputTotalFrames: count,
  })
  .transform((reply): ObsStats => ({
    cpuPercent: reply.cpuUsage,
    memoryMiB: reply.memoryUsage,
    activeFps: reply.activeFps,
    renderSkippedFrames: reply.renderSkippedFrames,
    renderTotalFrames: reply.renderTotalFrames,
    encoderSkippedFrames: reply.outputSkippedFrames,
    encoderTotalFrames: reply.outputTotalFrames,
  }))

export const versionSchema = z.object({ obsVersion: z.string().min(1), obsWebSocketVersion: z.string() })

export const videoSettingsSchema = z.object({
  fpsNumerator: z.number().positive(),
  fpsDenominator: z.number().positive(),
})

export const profileParameterSchema = z.object({
  parameterValue: z.string().nullable().catch(null),
  defaultParameterValue: z.string().nullable().catch(null),
})

/** Replies that carry nothing of use. */
export const anything = z.unknown()

const streamStates: Readonly<Record<string, ObsOutputState>> = {
  OBS_WEBSOCKET_OUTPUT_STARTING: 'starting',
  OBS_WEBSOCKET_OUTPUT_STARTED: 'started',
  OBS_WEBSOCKET_OUTPUT_STOPPING: 'stopping',
  OBS_WEBSOCKET_OUTPUT_STOPPED: 'stopped',
  OBS_WEBSOCKET_OUTPUT_RECONNECTING: 'reconnecting',
  OBS_WEBSOCKET_OUTPUT_RECONNECTED: 'reconnected',
}

const stateChangedSchema = z.object({ outputState: z.string() })

/** Data of a StreamStateChanged event. */
export function outputState(data: unknown): ObsOutputState {
  const parsed = stateChangedSchema.safeParse(data)
  return parsed.success ? (streamStates[parsed.data.outputState] ?? 'unknown') : 'unknown'
}
