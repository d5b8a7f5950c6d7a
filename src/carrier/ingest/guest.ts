import type { Socket } from 'node:net'
import { problem, type Problem } from '../../core/problem'
import type { FlvTag } from '../../media/flv'
import { RtmpServerSession, type Question, type ServerStep } from '../../media/rtmp/server-session'

/** What the door does with a guest's question: yes, or a code for the guest and a problem for the streamer. */
export type Answer =
  { readonly yes: true } | { readonly yes: false; readonly code: string; readonly problem: Problem }

export interface GuestEvents {
  readonly ask: (question: Question) => Answer
  /** The publish was answered with yes. */
  readonly publishing: () => void
  readonly tag: (tag: FlvTag) => void
  /** A fault of our own: the connection is over, nothing else is. */
  readonly mishap: (error: unknown, where: string) => void
  /** Once. Null: it said goodbye, or went before it published. */
  readonly over: (why: Problem | null, published: boolean) => void
}

/** From the connection to its publish. OBS needs some 20 ms; who takes longer holds a socket for nothing. */
const introductionMs = 5_000
/** After a goodbye or a refusal the peer closes; else we do. */
const lingerMs = 500

/**
 * One connection at the local ingest. It is always read, whatever becomes of its media: a paused socket would not slow OBS
 * down, it would only make its media late (measured: 3.7 MB of send buffer on loopback).
 */
export class Guest {
  private readonly session = new RtmpServerSession()
  private timer: NodeJS.Timeout | null
  private published = false
  private done = false

  constructor(
    private readonly socket: Socket,
    private readonly events: GuestEvents,
  ) {
    socket.setNoDelay(true)
    // A peer that was cut off without a word (its process frozen and killed) is found out by the system.
    socket.setKeepAlive(true, 5_000)
    this.timer = setTimeout(() => this.end(problem('ingest-malformed', { reason: 'silent' })), introductionMs)
    socket.on('data', (bytes) => this.receive(bytes))
    socket.on('error', () => undefined)
    socket.on('end', () => this.gone())
    socket.on('close', () => this.gone())
  }

  private gone(): void {
    this.end(this.published ? problem('ingest-publisher-lost') : null)
  }

  /** OBS comes again by itself after a connection that was ended; the other feeds and what is on air go on. */
  private receive(bytes: Uint8Array): void {
    try {
      this.follow(this.session.receive(bytes))
    } catch (error) {
      this.events.mishap(error, 'ingest')
      this.end(problem('internal', { what: 'ingest' }))
    }
  }

  private follow(step: ServerStep): void {
    if (this.done) return
    this.send(step.send)
    for (const event of step.events) {
      if (this.isOver()) return
      switch (event.type) {
        case 'question':
          this.answer(event.question)
          break
        case 'tag':
          if (this.published) this.events.tag(event.tag)
          break
        case 'goodbye':
          if (this.published) this.end(null)
          break
        case 'fault':
          this.end(problem('ingest-malformed', { reason: `${event.fault.code} in ${event.fault.where}` }))
      }
    }
  }

  private isOver(): boolean {
    return this.done
  }

  private answer(question: Question): void {
    const answer = this.events.ask(question)
    if (!answer.yes) {
      this.send(this.session.reject(answer.code).send)
      this.end(answer.problem)
      return
    }
    const publish = question.kind === 'publish'
    if (publish) {
      this.published = true
      this.clear()
      this.events.publishing()
    }
    this.follow(this.session.accept())
  }

  /** Thrown out: it is told why, as far as it listens. */
  dismiss(why: Problem): void {
    if (this.done) return
    this.send(this.session.notify('NetStream.Unpublish.Success'))
    this.end(why)
  }

  private end(why: Problem | null): void {
    if (this.done) return
    this.done = true
    this.clear()
    // Its last words (a refusal) have to leave: what it still sends is read and thrown away.
    this.socket.end()
    const late = setTimeout(() => this.socket.destroy(), lingerMs)
    this.socket.once('close', () => clearTimeout(late))
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
