import type { ProblemCode } from '../../core/problem'
import type { PullPlan } from './args'
import type { SourceShape } from './source'

export interface ProblemHint {
  readonly kind: 'problem'
  readonly code: ProblemCode
  readonly codec?: string
  /** How particular the words were: they stand against later, more general ones. */
  readonly weight: number
}

/** What ffmpeg's own words say. */
export type Hint =
  | ProblemHint
  /** All tracks of the source are known. */
  | {
      readonly kind: 'tracks'
      readonly video: string | null
      readonly audio: string | null
      /** How many there are beside these; absent: none. */
      readonly more?: { readonly video: number; readonly audio: number }
    }

interface Rule {
  readonly pattern: RegExp
  readonly code: ProblemCode
  readonly weight: number
}

/** First match wins; the particular before the general. Texts of ffmpeg 5.1 to 7, all seen or read in its sources. */
const rules: readonly Rule[] = [
  {
    pattern:
      /\b40[13] (Unauthorized|Forbidden)|authenticat\w+ failed|Unauthorized|ERROR:(BADSECRET|UNW|PEER)|bad secret/i,
    code: 'source-auth',
    weight: 5,
  },
  {
    // What the lists of shared/ffmpeg-input.ts shut out (libavformat/avio.c, demux.c).
    pattern: /\b(Protocol '[^']*'|Format) not on whitelist|Unsafe file name/,
    code: 'source-leads-elsewhere',
    weight: 4,
  },
  {
    pattern:
      /not compatible with flv|Tag .* incompatible with output codec|codec not currently supported in container/i,
    code: 'source-codec-unsupported',
    weight: 4,
  },
  {
    pattern:
      /matches no streams|does not contain any stream|Could not find codec parameters|no streams? (available|found)/i,
    code: 'source-no-media',
    weight: 2,
  },
  {
    pattern:
      /Connection refused|Connection timed out|timed out|No route to host|unreachable|Failed to resolve|Name or service not known|Temporary failure in name|40[0-9] |5\d\d Server Error|Server returned 5|StreamNotFound|No such file or directory|Permission denied|Connection reset|Connection to .* failed/i,
    code: 'source-unreachable',
    weight: 3,
  },
  {
    pattern: /Invalid data found|moov atom not found|Unknown input format|Invalid argument/i,
    code: 'source-garbage',
    weight: 1,
  },
  {
    pattern: /Input\/output error|Impossible to open|Operation not permitted|End of file/i,
    code: 'source-unreachable',
    weight: 0,
  },
]

/** Reads ffmpeg's standard error line by line (`-loglevel level+info`). Keeps nothing of it: lines hold secrets. */
export class StderrReader {
  private section: 'none' | 'input' | 'output' = 'none'
  private inputs = 0
  private video: string | null = null
  private audio: string | null = null
  private readonly count = { video: 0, audio: 0 }
  private told = false

  read(line: string): Hint | null {
    if (/\bInput #\d/.test(line)) {
      this.section = 'input'
      this.inputs += 1
    } else if (/\bOutput #\d|Stream mapping:/.test(line)) {
      const first = !this.told && this.inputs > 0
      this.section = 'output'
      this.told = true
      if (first) return { kind: 'tracks', video: this.video, audio: this.audio, ...this.more() }
    }
    const stream = /Stream #0:\d+.*?: (Video|Audio): (\w+)/.exec(line)
    if (stream !== null && this.section === 'input' && this.inputs === 1) {
      if (stream[1] === 'Video') {
        this.video ??= stream[2] ?? null
        // A cover picture is no second camera.
        if (!line.includes('(attached pic)')) this.count.video += 1
      } else {
        this.audio ??= stream[2] ?? null
        this.count.audio += 1
      }
      return null
    }
    if (!/\[(error|fatal|warning|panic)\]/.test(line)) return null
    return this.problem(line)
  }

  private more(): Pick<Hint & { readonly kind: 'tracks' }, 'more'> {
    const video = Math.max(0, this.count.video - 1)
    const audio = Math.max(0, this.count.audio - 1)
    return video + audio === 0 ? {} : { more: { video, audio } }
  }

  private problem(line: string): Hint | null {
    // Warnings only tell on refusals that ffmpeg lives through; its general ones say nothing about the end.
    const rule = rules.find(({ pattern }) => pattern.test(line))
    if (rule === undefined) return null
    if (/\[warning\]/.test(line) && rule.code !== 'source-auth') return null
    const codec = rule.code === 'source-codec-unsupported' ? this.video : null
    return { kind: 'problem', code: rule.code, weight: rule.weight, ...(codec === null ? {} : { codec }) }
  }
}

/** The hint that says more; the earlier of two that say as much. */
export const stronger = (a: ProblemHint | null, b: ProblemHint): ProblemHint =>
  a === null || b.weight > a.weight ? b : a

/** The plan that these tracks need; the same plan when it fits already; null: this source cannot be carried. */
export function planFor(
  tracks: { readonly video: string | null; readonly audio: string | null },
  shape: SourceShape,
  converted = false,
): PullPlan | null {
  const file = shape.file !== null
  if (shape.kind === 'picture') return { video: 'encode', audio: 'silence' }
  if (tracks.video === null) return null
  // HEVC and others pass plain FLV only from ffmpeg 6.1 on, and few destinations take them.
  if (tracks.video !== 'h264' && !file && !converted) return null
  const audio = tracks.audio === null ? 'silence' : tracks.audio === 'aac' ? 'copy' : 'encode'
  return { video: tracks.video === 'h264' ? 'copy' : 'encode', audio }
}

export const samePlan = (a: PullPlan, b: PullPlan): boolean => a.video === b.video && a.audio === b.audio
