import { z } from 'zod'
import type { Track } from '../../core/words'
import type { Still } from '../ports'
import { profileText, readMoreTracks, type MoreTracks } from './installed/more-tracks'
import { streamStatusSchema, videoSettingsSchema } from './replies'
import type { Session } from './session'

/** What OBS will send, and what it does now. Null: it did not say. */
export interface ExpectedOutput {
  readonly streaming: boolean
  readonly recording: boolean | null
  readonly tracks: readonly Track[]
  readonly more: MoreTracks | null
}

const recordStatusSchema = z.object({ outputActive: z.boolean() })
const outputSizeSchema = videoSettingsSchema.extend({
  outputWidth: z.number().int().positive(),
  outputHeight: z.number().int().positive(),
})
const sceneSchema = z.object({
  /** Since obs-websocket 5.4; the other name is older and still sent. */
  sceneName: z.string().optional(),
  currentProgramSceneName: z.string().optional(),
})
const screenshotSchema = z.object({ imageData: z.string().max(2_000_000) })

export const unknownOutput: ExpectedOutput = { streaming: false, recording: null, tracks: [], more: null }

/** `unseen` where OBS takes longer. */
export function expectedOutputWithin(session: Session, deadlineMs: number): Promise<ExpectedOutput> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(unknownOutput), deadlineMs)
    void readOutlook(session).then((outlook) => {
      clearTimeout(timer)
      resolve(outlook)
    })
  })
}

/** One question after the other: they share OBS's few worker threads with its events. */
async function readOutlook(session: Session): Promise<ExpectedOutput> {
  const stream = await session.call('GetStreamStatus', streamStatusSchema)
  // An OBS that does not answer this is not asked more.
  if (!stream.ok) return unknownOutput
  const record = await session.call('GetRecordStatus', recordStatusSchema)
  return {
    streaming: stream.value.active,
    recording: record.ok ? record.value.outputActive : null,
    ...(await knownTracks(session)),
  }
}

/** Settings seldom change, and a check-list is asked for every two seconds. */
const tracksKeptMs = 10_000
type Settings = Pick<ExpectedOutput, 'tracks' | 'more'>
const kept = new WeakMap<Session, { readonly at: number; readonly settings: Settings }>()

async function knownTracks(session: Session): Promise<Settings> {
  const last = kept.get(session)
  if (last !== undefined && performance.now() - last.at < tracksKeptMs) return last.settings
  const settings = { tracks: await readTracks(session), more: await readMoreTracks(session) }
  kept.set(session, { at: performance.now(), settings })
  return settings
}

/** Picture and sound as OBS's settings have them: what the stream has is known only while it runs, and only outside. */
async function readTracks(session: Session): Promise<readonly Track[]> {
  const video = await session.call('GetVideoSettings', outputSizeSchema)
  const advanced = (await profileText(session, 'Output', 'Mode')) === 'Advanced'
  const encoder = advanced
    ? await profileText(session, 'AdvOut', 'Encoder')
    : await profileText(session, 'SimpleOutput', 'StreamEncoder')
  const scaled = advanced ? await rescaled(session) : null
  const rate = Number(await profileText(session, 'Audio', 'SampleRate'))
  const channels = channelCounts[(await profileText(session, 'Audio', 'ChannelSetup')) ?? '']
  const sound = advanced ? null : await profileText(session, 'SimpleOutput', 'StreamAudioEncoder')
  const picture: Track[] = video.ok
    ? [
        {
          type: 'video',
          codec: codecOf(encoder ?? ''),
          width: scaled?.width ?? video.value.outputWidth,
          height: scaled?.height ?? video.value.outputHeight,
          fps: video.value.fpsNumerator / video.value.fpsDenominator,
        },
      ]
    : []
  return [
    ...picture,
    {
      type: 'audio',
      codec: /opus/i.test(sound ?? '') ? 'opus' : 'aac',
      ...(rate > 0 ? { sampleRateHz: rate } : {}),
      ...(channels === undefined ? {} : { channels }),
    },
  ]
}

/** OBS's names of its speaker layouts (Settings, Audio). */
const channelCounts: Readonly<Record<string, number>> = {
  Mono: 1,
  Stereo: 2,
  '2.1': 3,
  '4.0': 4,
  '4.1': 5,
  '5.1': 6,
  '7.1': 8,
}

/** By the encoder's name: obs_x264, ffmpeg_hevc_nvenc, obs_nvenc_av1_tex, apple_hevc, ... Most make H.264 and do not say so. */
export function codecOf(encoder: string): string {
  if (/hevc|h265/i.test(encoder)) return 'hevc'
  return /av1/i.test(encoder) ? 'av1' : 'h264'
}

async function rescaled(
  session: Session,
): Promise<{ readonly width: number; readonly height: number } | null> {
  if ((await profileText(session, 'AdvOut', 'Rescale')) !== 'true') return null
  const size = /^(\d+)x(\d+)$/.exec((await profileText(session, 'AdvOut', 'RescaleRes')) ?? '')
  return size === null ? null : { width: Number(size[1]), height: Number(size[2]) }
}

/** OBS renders the scene once more for it, in the size that is asked for (docs/facts/obs.md 7.4): small and seldom. */
export const screenshotWidth = 320
const screenshotQuality = 50

/** The program scene as a small JPEG. Not quite what viewers see: no transition, no encoder. */
export async function takeScreenshot(session: Session, deadlineMs: number): Promise<Still | null> {
  // A second one beside one that hangs would take OBS's worker threads.
  if (session.unanswered('GetSourceScreenshot') > 0) return null
  const scene = await session.call('GetCurrentProgramScene', sceneSchema, { deadlineMs })
  const sourceName = scene.ok ? (scene.value.sceneName ?? scene.value.currentProgramSceneName) : undefined
  if (sourceName === undefined) return null
  const shot = await session.call('GetSourceScreenshot', screenshotSchema, {
    deadlineMs,
    data: {
      sourceName,
      imageFormat: 'jpg',
      imageWidth: screenshotWidth,
      imageCompressionQuality: screenshotQuality,
    },
  })
  if (!shot.ok) return null
  const bytes = Buffer.from(shot.value.imageData.replace(/^data:[^,]*,/, ''), 'base64')
  // JPEG begins so; what else it may be is not handed on as a picture.
  return bytes[0] === 0xff && bytes[1] === 0xd8 ? { kind: 'jpeg', bytes } : null
}
