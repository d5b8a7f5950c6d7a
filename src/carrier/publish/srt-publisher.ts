import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { problem, type Problem } from '../../core/problem'
import { startChild } from '../../host/child'
import { BacklogClock, type DropLimits } from '../../media/drop-policy'
import { flvHeader, muxTag, type FlvTag } from '../../media/flv'
import { ffmpegFault } from '../../shared/ffmpeg/start-fault'
import { Outgoing } from './outgoing'
import type { Publisher, PublisherStatus, PublishTarget } from './publisher'
import { parseSrtTarget, srtConnectTimeoutMs, type SrtAddress } from './srt-url'

export interface SrtPublisherOptions {
  readonly ffmpeg?: string
  /** From the first media to the server's yes; counts from the start while there is none. */
  readonly acceptTimeoutMs?: number
  readonly goodbyeTimeoutMs?: number
  readonly dropLimits?: DropLimits
  /** Where the preset file lives for a moment. */
  readonly tempDir?: string
  readonly now?: () => number
}

/**
 * Publishes over SRT through ffmpeg, fed FLV on its standard input: when this process dies, the input ends and ffmpeg with
 * it. Stream id and passphrase stand in a preset file of mode 0600 that lives until ffmpeg has read it: the command line
 * shows host and port alone (tried with ffmpeg 5.1 and MediaMTX). SRT acknowledges nothing here: proof comes from elsewhere.
 *
 * ffmpeg connects once it has seen media, so `accepted` waits for the owner's first tags.
 */
export class SrtPublisher implements Publisher {
  readonly accepted: Promise<Problem | null>
  private settleAccepted: (problem: Problem | null) => void = () => undefined
  private readonly listeners: (() => void)[] = []
  private readonly now: () => number
  private readonly outgoing: Outgoing
  private readonly backlog = new BacklogClock()
  private state: PublisherStatus['state'] = 'connecting'
  private problem: Problem | null = null
  private child: ChildProcess | null = null
  private input: Writable | null = null
  private presetDir: string | null = null
  private timer: NodeJS.Timeout | null = null
  private bytes = 0
  private fedSince: number | null = null
  private complaint = ''

  constructor(
    target: PublishTarget,
    private readonly options: SrtPublisherOptions = {},
  ) {
    this.now = options.now ?? (() => performance.now())
    this.outgoing = new Outgoing(options.dropLimits)
    this.accepted = new Promise((resolve) => (this.settleAccepted = resolve))
    const address = parseSrtTarget(target)
    if (address.ok) this.start(address.value)
    else this.fail(address.problem)
  }

  private start(address: SrtAddress): void {
    const preset = this.writePreset(address.preset)
    if (preset === null) return this.fail(problem('disk-full'))
    const input = ['-probesize', '32', '-analyzeduration', '0', '-f', 'flv', '-i', 'pipe:0']
    const output = ['-c', 'copy', '-fpre', preset, '-f', 'mpegts', address.publicUrl]
    const args = ['-hide_banner', '-nostats', '-loglevel', 'level+info', ...input, ...output]
    const child = startChild(
      this.options.ffmpeg ?? 'ffmpeg',
      (path) => spawn(path, args, { stdio: ['pipe', 'ignore', 'pipe'], windowsHide: true }),
      (fault) => this.fail(ffmpegFault(fault, this.options.ffmpeg ?? null)),
    )
    if (child === null) return
    this.child = child
    this.input = child.stdin
    child.on('exit', () => this.fail(this.meaningOfExit(address)))
    child.stderr.setEncoding('utf8')
    child.stderr.on('data', (text: string) => this.listen(text))
    this.put(flvHeader())
    this.deadline(address)
  }

  private writePreset(text: string): string | null {
    try {
      this.presetDir = mkdtempSync(join(this.options.tempDir ?? tmpdir(), 'understudy-srt-'))
      const file = join(this.presetDir, 'output.ffpreset')
      writeFileSync(file, text, { mode: 0o600 })
      return file
    } catch {
      return null
    }
  }

  /** ffmpeg says `Output #0` once it is connected. Its complaints are kept short and never shown. */
  private listen(text: string): void {
    this.complaint = (this.complaint + text).slice(-4000)
    if (this.state !== 'connecting' || !this.complaint.includes('Output #0, mpegts')) return
    this.clearTimer()
    this.removePreset()
    this.state = 'publishing'
    this.complaint = ''
    this.settleAccepted(null)
    this.tell()
  }

  /** libsrt tells ffmpeg `Input/output error` for everything; only the time tells a no from silence. */
  private meaningOfExit({ host }: SrtAddress): Problem {
    if (this.state === 'publishing') return problem('destination-closed', { host, reason: 'closed' })
    if (!/Connection to .* failed/.test(this.complaint)) return problem('ffmpeg-failed', { host })
    const waitedMs = this.now() - (this.fedSince ?? this.now())
    return waitedMs < srtConnectTimeoutMs * 0.7
      ? problem('destination-refused', { host, reason: 'srt' })
      : problem('destination-unreachable', { host, reason: 'ETIMEDOUT' })
  }

  write(tag: FlvTag): void {
    const { input, state } = this
    if (input === null || (state !== 'connecting' && state !== 'publishing')) return
    const nowMs = this.now()
    this.fedSince ??= nowMs
    this.backlog.settled(this.bytes - input.writableLength)
    const lateMs = state === 'connecting' ? 0 : this.backlog.ageMs(nowMs)
    const admitted = this.outgoing.admit(tag, lateMs, input.writableLength)
    if (admitted === null) return
    this.put(muxTag(admitted))
    this.backlog.wrote(this.bytes, nowMs)
  }

  private put(bytes: Uint8Array): void {
    if (this.input?.writable !== true) return
    this.input.write(bytes)
    this.bytes += bytes.length
  }

  close(mode: 'clean' | 'abrupt'): Promise<void> {
    const { child, state } = this
    if (state === 'failed' || state === 'closed') return Promise.resolve()
    this.clearTimer()
    this.state = 'closed'
    this.settleAccepted(problem('destination-closed', { reason: 'closed by us' }))
    const done = new Promise<void>((resolve) => {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return resolve()
      const late = setTimeout(() => child.kill('SIGKILL'), this.options.goodbyeTimeoutMs ?? 1000)
      child.once('exit', () => {
        clearTimeout(late)
        this.removePreset()
        resolve()
      })
      if (mode === 'clean' && state === 'publishing') this.input?.end()
      else child.kill('SIGKILL')
    })
    this.tell()
    return done
  }

  status(): PublisherStatus {
    return {
      state: this.state,
      problem: this.problem,
      bytesSent: this.bytes,
      bytesAcknowledged: null,
      acknowledgedAgeMs: null,
      backlogBytes: this.input?.writableLength ?? 0,
      usualBacklogBytes: 0,
      queuedBytes: this.input?.writableLength ?? 0,
      droppedFrames: this.outgoing.droppedFrames,
    }
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener)
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }

  private fail(why: Problem): void {
    if (this.state === 'failed' || this.state === 'closed') return
    this.clearTimer()
    this.removePreset()
    this.state = 'failed'
    this.problem = why
    this.child?.kill('SIGKILL')
    this.settleAccepted(why)
    this.tell()
  }

  private deadline({ host }: SrtAddress): void {
    this.timer = setTimeout(
      () => this.fail(problem('timeout', { host, what: 'srt' })),
      this.options.acceptTimeoutMs ?? srtConnectTimeoutMs + 2000,
    )
  }

  private clearTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
  }

  private removePreset(): void {
    if (this.presetDir !== null) rmSync(this.presetDir, { recursive: true, force: true })
    this.presetDir = null
  }
}
