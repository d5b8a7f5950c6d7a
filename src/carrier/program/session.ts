import { compareFormats, formatOf, type SessionFormat } from '../../core/compare-tracks'
import type { ProgramSession } from '../../core/program'
import type { FlvTag } from '../../media/flv'
import type { GopCache } from '../../media/gop-cache'
import { classify, describeTracks } from '../../media/tags/tags'

type Kept = Pick<GopCache, 'headers' | 'latest'>

const nothing: SessionFormat = { video: null, audio: null, sampleRateHz: null }

/** What a feed sends: from its decoder headers, or from a first frame where its codec has none. */
export function feedFormat(cache: Kept): SessionFormat {
  const headers = cache.headers()
  const of = (type: FlvTag['type']): Uint8Array | null => {
    const header = headers.find((tag) => tag.type === type)
    return (header ?? cache.latest().find((tag) => tag.type === type))?.payload ?? null
  }
  return formatOf(describeTracks(null, of(9), of(8)))
}

/** What the program's present publish sessions carry, so that nothing else is put into them. */
export class Session {
  private format = nothing
  private seq = 0
  /** What was read last, and from which headers. */
  private seen: { readonly headers: readonly FlvTag[]; readonly format: SessionFormat } | null = null

  /** Nothing that has been sent in it speaks against this feed. `tag`: what it brings now. */
  fits(cache: Kept, tag: FlvTag | null = null): boolean {
    return compareFormats(this.format, this.read(cache, tag)).length === 0
  }

  /** This feed is on it. What is known of the session stays, what was not gets known. */
  carries(cache: Kept): void {
    const { video, audio, sampleRateHz } = this.read(cache, null)
    const sameSound = this.format.audio === null || this.format.audio === audio
    this.format = {
      video: this.format.video ?? video,
      audio: this.format.audio ?? audio,
      sampleRateHz: this.format.sampleRateHz ?? (sameSound ? sampleRateHz : null),
    }
  }

  /** Headers are read once. A codec without any shows in its frames, which may come later. */
  private read(cache: Kept, tag: FlvTag | null): SessionFormat {
    const headers = cache.headers().filter(({ type }) => type !== 18)
    const before = this.seen
    const same =
      before?.headers.length === headers.length && headers.every((each, i) => each === before.headers[i])
    const known = before !== null && same ? before.format : feedFormat(cache)
    const format = tag === null ? known : { ...known, ...formatOfFrame(tag, known) }
    this.seen = { headers, format }
    return format
  }

  /** Another one begins in its place. */
  renew(): void {
    this.format = nothing
    this.seq += 1
  }

  state(): ProgramSession {
    return { seq: this.seq, format: this.format }
  }
}

/** What a frame says of its codec that is not known already. */
function formatOfFrame(tag: FlvTag, known: SessionFormat): Partial<SessionFormat> {
  const info = classify(tag)
  if (info.kind === 'video' && (info.part === 'keyframe' || info.part === 'inter'))
    return info.codec === known.video ? {} : { video: info.codec }
  if (info.kind === 'audio' && info.part === 'frame')
    return info.codec === known.audio ? {} : { audio: info.codec, sampleRateHz: null }
  return {}
}
