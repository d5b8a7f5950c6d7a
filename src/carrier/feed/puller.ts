import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Problem } from '../../core/problem'
import { startChild } from '../../host/child'
import { FlvDemuxer, type FlvTag } from '../../media/flv'
import { ffmpegFault } from '../../shared/ffmpeg/start-fault'
import type { PullCommand } from './args'
import { StderrReader, type Hint } from './stderr'

export interface PullerListener {
  readonly tag: (tag: FlvTag) => void
  readonly hint: (hint: Hint) => void
  /** `tag` or `hint` threw. The run is ended, and `end` follows. */
  readonly mishap: (error: unknown) => void
  /** Once, and not after `kill`. `garbage`: what it wrote was no FLV. `unstarted`: why ffmpeg could not be started. */
  readonly end: (end: { readonly garbage: boolean; readonly unstarted: Problem | null }) => void
}

/** Every ffmpeg that runs, so that none outlives an orderly end of the carrier. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** One run of ffmpeg: its standard output as tags, its standard error as hints. */
export class Puller {
  private readonly child: ChildProcess | null
  private readonly demuxer = new FlvDemuxer()
  private readonly reader = new StderrReader()
  /**
   * What it wrote first, until this round of the event loop is over; null: it is. ffmpeg names the source's tracks on
   * standard error before it writes media, but both pipes are read in any order: on a busy PC media came first, and a
   * source whose sound has to be converted was taken for ready.
   */
  private early: Uint8Array[] | null = []
  private garbage = false
  private silent = false

  constructor(
    ffmpeg: string,
    command: PullCommand,
    private readonly listener: PullerListener,
  ) {
    const child = startChild<ChildProcess>(
      ffmpeg,
      (path) =>
        spawn(path, command.args, {
          stdio: [command.stdin === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
          windowsHide: true,
          env: quietEnvironment(),
        }),
      (fault) => this.over(ffmpegFault(fault, ffmpeg === 'ffmpeg' ? null : ffmpeg)),
    )
    this.child = child
    if (child === null) return
    running.add(child)
    child.once('close', () => {
      running.delete(child)
      this.over(null)
    })
    child.stdin?.end(command.stdin ?? '')
    child.stdout?.on('data', (bytes: Uint8Array) => this.arrived(bytes))
    if (child.stderr !== null) {
      createInterface({ input: child.stderr }).on('line', (line) => {
        this.guard(() => {
          const hint = this.silent ? null : this.reader.read(line.slice(0, 2_000))
          if (hint !== null) listener.hint(hint)
        })
      })
    }
  }

  get pid(): number | undefined {
    return this.child?.pid
  }

  private guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (this.silent) return
      this.listener.mishap(error)
      this.child?.kill('SIGKILL')
      this.over(null)
    }
  }

  private arrived(bytes: Uint8Array): void {
    if (this.early === null) this.guard(() => this.media(bytes))
    else if (this.early.push(bytes) === 1) setImmediate(() => this.begin())
  }

  private begin(): void {
    const early = this.early ?? []
    this.early = null
    for (const bytes of early) this.guard(() => this.media(bytes))
  }

  private media(bytes: Uint8Array): void {
    if (this.silent) return
    const { tags, fault } = this.demuxer.push(bytes)
    for (const tag of tags) {
      // A listener may have ended this run.
      if (this.isSilent()) return
      this.listener.tag(tag)
    }
    if (fault === null) return
    this.garbage = true
    this.child?.kill('SIGKILL')
  }

  private isSilent(): boolean {
    return this.silent
  }

  private over(unstarted: Problem | null): void {
    if (this.silent) return
    this.silent = true
    this.listener.end({ garbage: this.garbage, unstarted })
  }

  /** SIGKILL: a puller has nothing to say goodbye to. Nothing is heard of it afterwards. */
  kill(): void {
    this.silent = true
    this.child?.kill('SIGKILL')
  }
}

/** ffmpeg's own variables would change what it prints (AV_LOG_FORCE_COLOR) or write reports with URLs in them (FFREPORT). */
function quietEnvironment(): NodeJS.ProcessEnv {
  const unwanted = new Set(['FFREPORT', 'AV_LOG_FORCE_COLOR', 'AV_LOG_FORCE_256COLOR'])
  const kept = Object.entries(process.env).filter(([name]) => !unwanted.has(name))
  return { ...Object.fromEntries(kept), AV_LOG_FORCE_NOCOLOR: '1' }
}
