import type { Cause, CauseCode } from '../../../core/health'
import { formatName } from '../page/tracks'

type Params = NonNullable<Cause['params']>

/** `3.6 s`, from a parameter in ms; empty text where it is missing. */
const seconds = (params: Params, key: string): string => {
  const ms = params[key]
  return typeof ms === 'number' ? `${(ms / 1_000).toFixed(1)} s` : 'some time'
}

const value = (params: Params, key: string, unit: string): string => {
  const number = params[key]
  return number === undefined ? `many ${unit}`.trim() : `${number}${unit}`
}

/** One plain sentence for each cause, for a streamer. No full stop, so that it can stand inside another sentence. */
export const causeSentences: Readonly<Record<CauseCode, (params: Params) => string>> = {
  'output-disconnected': () => 'OBS lost its connection to the destination and is not reconnecting',
  'output-lost': () => "OBS's stream stopped unexpectedly",
  reconnecting: (params) =>
    Number(params['times'] ?? 1) > 1
      ? `OBS has been reconnecting for ${seconds(params, 'sinceMs')} in ${params['times'] ?? ''} outages`
      : `OBS has been reconnecting for ${seconds(params, 'sinceMs')}`,
  'output-stalled': (params) => `OBS has sent nothing for ${seconds(params, 'flatMs')}`,
  'network-drops': (params) =>
    `OBS is dropping ${value(params, 'dropPercent', '%')} of its frames because the connection is too slow`,
  'bitrate-collapsed': (params) =>
    `OBS sends only ${value(params, 'bitrateKbps', ' kbit/s')} instead of ${value(params, 'usualKbps', ' kbit/s')} because the connection is too slow`,
  'encoder-failed': () => "OBS's encoder failed",
  'encoder-stalled': (params) => `OBS has encoded no picture for ${seconds(params, 'flatMs')}`,
  'obs-gone': () => 'OBS has crashed or was killed',
  'obs-hung': (params) => `OBS has been frozen for ${seconds(params, 'sinceMs')}`,
  'far-end-silent': (params) =>
    `No media has arrived at the destination for ${seconds(params, 'sinceMs')}, though OBS says all is well`,
  'source-lost': (params) =>
    `The backup has had no picture from its source for ${seconds(params, 'sinceMs')}`,
  'publish-failed': (params) =>
    `The backup has been without a connection to the destination for ${seconds(params, 'sinceMs')}`,
  'publish-stalled': (params) =>
    `The destination has accepted nothing from the backup for ${seconds(params, 'sinceMs')}`,
  'feed-frozen': (params) => `No picture has come in for ${seconds(params, 'sinceMs')}`,
  'feed-ended': () => 'Its connection to Understudy ended',
  'destination-frozen': (params) =>
    `The destination has accepted nothing for ${seconds(params, 'sinceMs')}: it froze, or the connection is dead`,
  'uplink-narrow': (params) =>
    `Only ${value(params, 'sentKbps', ' kbit/s')} of ${value(params, 'offeredKbps', ' kbit/s')} get through: the upload is too slow`,
  'destination-disconnected': (params) =>
    `The connection to the destination has been down for ${seconds(params, 'sinceMs')}`,
  'destination-refused': () => 'The destination refuses the stream',
  'program-stale': () => "Understudy's own media process doesn't answer",
  'destination-settling': () => 'Too early to tell whether the connection to the destination holds',
  'not-streaming': () => 'Not streaming',
  'stream-starting': () => 'The stream is starting',
  'stream-ended': () => 'The stream was stopped in OBS',
  'obs-quit': () => 'OBS was closed',
  'obs-unreachable': () => "OBS can't be reached",
  'no-sample': () => 'Nothing has been heard yet',
  'monitor-blind': () => 'Nothing has been heard for too long to tell',
  'ingest-stale': () => "The backup's server doesn't answer, so nothing is known about it",
  congested: (params) => `The connection is busy (${value(params, 'congestionPercent', '%')} congested)`,
  'drops-healed': (params) =>
    `OBS dropped ${value(params, 'dropPercent', '%')} of its frames for a moment, and has recovered`,
  'render-lag': (params) =>
    `This PC is too busy to draw every frame (${value(params, 'lagPercent', '%')} late)`,
  'encoder-lag': (params) =>
    `This PC is too busy to encode every frame (${value(params, 'lagPercent', '%')} late)`,
  'within-allowance': (params) =>
    `OBS has been reconnecting for ${seconds(params, 'sinceMs')}; it has ${seconds(params, 'allowanceMs')}`,
  'not-warm': () => 'The backup has no picture ready yet',
  'other-format': ({ track, primary, backup }) =>
    primary === undefined || backup === undefined || track === undefined
      ? 'It sends a different picture or sound format from the stream: a switch to it needs a new connection, and viewers see a break'
      : `It sends ${track === 'audio' ? 'sound' : 'a picture'} in ${formatName(backup)}, the stream has ${formatName(primary)}: a switch to it needs a new connection, and viewers see a break`,
}

export const causeSentence = (cause: Cause): string => causeSentences[cause.code](cause.params ?? {})
