import type { Socket } from 'node:net'
import { problem, type Problem } from '../../core/problem'
import type { FlvTag } from '../../media/flv'
import {
  RtmpServerSession,
  type Question,
  type ServerEvent,
  type ServerStage,
  type ServerStep,
} from '../../media/rtmp/server-session'
import type { Waiting } from './waiting-room'

/** What the door does with a connection's question: yes, or a code for the connection and a problem for the streamer. */
export type Answer =
  { readonly yes: true } | { readonly yes: false; readonly code: string; readonly problem: Problem }

export interface IngestConnectionEvents {
  readonly now: () => number
  readonly ask: (question: Question) => Answer
  /** It has come a stage further, and does not publish yet. */
  readonly further: () => void
  /** The publish was answered with yes. */
  readonly publishing: () => void
  readonly tag: (tag: FlvTag) => void
  /** A fault of our own: the connection is over, nothing else is. */
  readonly mishap: (error: unknown, where: string) => void
  /** Once. Null: it said goodbye, or went before it published. */
  readonly over: (why: Problem | null, published: boolean) => void
  /** Once, after `over`: its socket is closed. */
  readonly closed: () => void
}

/** From the connection on, by what it has come to. Real encoders need some 100 ms in all; who takes longer holds a socket for nothing. */
const deadlinesMs: Readonly<Record<Exclude<ServerStage, 'admitted'>, number>> = {
  silent: 2_000,
  greeted: 3_000,
  shaken: 4_000,
  connected: 5_000,
  created: 5_000,
}
/** After a goodbye or a refusal the peer closes; else we do. */
const lingerMs = 500
/** What it may still send meanwhile: an OBS that was thrown out sends on until it has read why, some 600 kB at 10 Mbit/s. */
const lingerBytes = 1024 * 1024

/**
 * One connection at the local ingest. It is always read, whatever becomes of its media: a paused socket would not slow OBS
 * down, it would only make its media late (measured: 3.7 MB of send buffer on loopback).
 */
export class IngestConnection implements Waiting {
  private readonly session = new RtmpServerSession()
  private readonly arrivedAt: number
  private timer: NodeJS.Timeout | null = null
  private seen: ServerStage = 'silent'
  private waitingSince: number
  private advancedAt: number
  private published = false
  private done = false
  private discardedBytes = 0

  constructor(
    private readonly socket: Socket,
    private readonly events: IngestConnectionEvents,
  ) {
    this.arrivedAt = events.now()
    this.waitingSince = this.arrivedAt
    this.advancedAt = this.arrivedAt
    socket.setNoDelay(true)
    // A peer that was cut off without a word (its process frozen and killed) is found out by the system.
    socket.setKeepAlive(true, 5_000)
    this.await('silent')
    socket.on('data', (bytes) => this.receive(bytes))
    socket.on('error', () => undefined)
    socket.on('end', () => this.gone())
    socket.on('close', () => {
      this.gone()
      events.closed()
    })
  }

  get stage(): ServerStage {
    return this.seen
  }

  /** Its connection is gone; else it may still read last words. */
  get isCut(): boolean {
    return this.socket.destroyed
  }

  get since(): number {
    return this.waitingSince
  }

  get movedAt(): number {
    return this.advancedAt
  }

  private await(stage: keyof typeof deadlinesMs): void {
    this.clear()
    const leftMs = Math.max(0, this.arrivedAt + deadlinesMs[stage] - this.events.now())
    this.timer = setTimeout(() => this.turnAway(problem('ingest-malformed', { reason: 'silent' })), leftMs)
  }

  private take(bytes: Uint8Array): void {
    if (this.done) {
      this.discardedBytes += bytes.length
      if (this.discardedBytes > lingerBytes) this.socket.destroy()
      return
    }
    this.follow(this.session.receive(bytes, this.socket.writableLength))
    this.advance()
  }

  private advance(): void {
    const { stage } = this.session
    if (this.done || stage === this.seen) return
    const wasBefore = this.seen !== 'connected' && this.seen !== 'created'
    this.seen = stage
    if (stage === 'admitted') return
    this.advancedAt = this.events.now()
    if (wasBefore && (stage === 'connected' || stage === 'created')) this.waitingSince = this.advancedAt
    this.await(stage)
    this.events.further()
  }

  private gone(): void {
    this.end(this.published ? problem('ingest-publisher-lost') : null, 'words')
  }

  /** OBS comes again by itself after a connection that was ended; the other feeds and what is on air go on. */
  private receive(bytes: Uint8Array): void {
    try {
      this.take(bytes)
    } catch (error) {
      this.events.mishap(error, 'ingest')
      this.turnAway(problem('internal', { what: 'ingest' }))
    }
  }

  /** One step after the other, not one inside the other: a peer may ask as often as it likes. */
  private follow(first: ServerStep): void {
    let step: ServerStep | null = first
    while (step !== null && !this.done) {
      this.send(step.send)
      let next: ServerStep | null = null
      for (const event of step.events) {
        if (this.isOver()) return
        next = this.hear(event) ?? next
      }
      step = next
    }
  }

  private hear(event: ServerEvent): ServerStep | null {
    switch (event.type) {
      case 'question':
        return this.answer(event.question)
      case 'tag':
        if (this.published) this.events.tag(event.tag)
        return null
      case 'goodbye':
        if (this.published) this.end(null, 'words')
        return null
      case 'fault':
        this.turnAway(problem('ingest-malformed', { reason: `${event.fault.code} in ${event.fault.where}` }))
        return null
    }
  }

  private isOver(): boolean {
    return this.done
  }

  private answer(question: Question): ServerStep | null {
    if (this.published) {
      this.turnAway(problem('ingest-malformed', { reason: `${question.kind} after publish` }))
      return null
    }
    const answer = this.events.ask(question)
    if (!answer.yes) {
      this.send(this.session.reject(answer.code).send)
      this.end(answer.problem, 'words')
      return null
    }
    if (question.kind === 'publish') {
      this.published = true
      this.clear()
      this.events.publishing()
    }
    return this.session.accept()
  }

  /** Thrown out: it is told why, as far as it listens. */
  dismiss(why: Problem): void {
    if (this.done) return
    this.send(this.session.notify('NetStream.Unpublish.Success'))
    this.end(why, 'words')
  }

  /** Nothing is said to it, and nothing of it stays: not its socket, nor the system's memory of it. */
  turnAway(why: Problem): void {
    this.end(why, 'cut')
  }

  /** `words`: its last words (a refusal) have to leave, so what it still sends is read and thrown away meanwhile. */
  private end(why: Problem | null, how: 'words' | 'cut'): void {
    if (this.done) return
    this.done = true
    this.clear()
    if (how === 'cut') this.socket.resetAndDestroy()
    else {
      this.socket.end()
      const late = setTimeout(() => this.socket.destroy(), lingerMs)
      this.socket.once('close', () => clearTimeout(late))
    }
    this.events.over(why, this.published)
  }

  private clear(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
  }

  private send(bytes: Uint8Array): void {
    if (bytes.length > 0 && this.socket.writable) this.socket.write(bytes)
  }

  destroy(): void {
    this.done = true
    this.clear()
    this.socket.destroy()
  }
}
