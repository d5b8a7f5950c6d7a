import { compareTracks } from '../../../core/compare-tracks'
import { fail, ok, problem } from '../../../core/problem'
import type { Problem, Result } from '../../../core/problem'
import type { Track } from '../../../core/words'
import type { ProbeReport } from '../../ports'
import type { MediaMtxApi } from './api'
import type { Deadline } from './deadline'
import type { WarmPath } from './paths'
import type { PathSample } from './status'

export interface ProbeOptions {
  readonly api: MediaMtxApi
  readonly name: string
  readonly target: WarmPath
  /** The warm path's last look, where it pulls the same source: no second pull then. */
  readonly warmTracks: PathSample | null | undefined
  readonly primary: readonly Track[] | null
  readonly deadline: Deadline
}

/** Looks at a source from where MediaMTX runs: by the warm path where it pulls it, else by a path that goes away again. */
export async function probePath(options: ProbeOptions): Promise<Result<ProbeReport>> {
  const { warmTracks, primary } = options
  const seen =
    warmTracks?.available === true && warmTracks.tracks.length > 0
      ? ok(warmTracks.tracks)
      : await pullOnce(options)
  if (!seen.ok) return seen
  const tracks = seen.value
  return ok({
    tracks,
    warnings: warningsOf(tracks),
    differences: primary === null ? [] : compareTracks(primary, tracks),
  })
}

async function pullOnce({ api, name, target, deadline }: ProbeOptions): Promise<Result<readonly Track[]>> {
  const probeName = `${name}-probe`
  const made = await api.replacePath(probeName, { ...target, forward: [] }, deadline.callMs())
  if (!made.ok) return made
  try {
    let answered = false
    for (;;) {
      const seen = await api.path(probeName, deadline.callMs())
      if (seen.ok && seen.value?.available === true && seen.value.tracks.length > 0)
        return ok(seen.value.tracks)
      answered ||= seen.ok
      // MediaMTX keeps the reason in its log: unreachable, refused and silent look the same from here.
      if (deadline.passed()) return answered || seen.ok ? fail('source-no-media') : seen
      await deadline.pause(200)
    }
  } finally {
    await api.deletePath(probeName, 3_000)
  }
}

/** What every RTMP platform takes is H.264 and AAC; MediaMTX would send others as Enhanced RTMP. */
function warningsOf(tracks: readonly Track[]): readonly Problem[] {
  const strange = tracks.filter((track) =>
    track.type === 'video' ? track.codec !== 'h264' : track.codec !== 'aac' && track.codec !== 'mp3',
  )
  const missing = tracks.some((track) => track.type === 'video') ? [] : [problem('source-no-media')]
  return [...strange.map((track) => problem('source-codec-unsupported', { codec: track.codec })), ...missing]
}
