import type { ServerMessage } from '../../../shared/contract'
import type { Snapshot } from '../../../shared/snapshot'
import { diffSnapshots } from './snapshot-diff'
import { urgentOnly } from './urgent-only'

/** What a feed needs of the socket behind it. */
export interface StreamSocket {
  send(message: ServerMessage): void
  /** Bytes that wait to be taken by the other side. */
  waiting(): number
}

/** How often a page hears of numbers that merely moved, ms. */
export const coalesceMs = 250
/** With more than this waiting, a page is behind: it gets nothing until it has caught up, then a whole snapshot. */
export const behindBytes = 256 * 1024

/**
 * What one page is told. Calm changes come together at most four times a second, urgent ones at once; nothing while
 * the page is hidden; one that is behind starts again from a whole snapshot. Knows no timers: `nextDueMs` says when
 * to call `pump` again.
 */
export class SnapshotStream {
  private sent: Snapshot | null = null
  private sentAtMs = -Infinity
  private revision = 0
  private visible = true
  private urgent = false
  private dirty = true

  constructor(
    private readonly socket: StreamSocket,
    private readonly current: () => Snapshot,
    private readonly monotonicMs: () => number,
  ) {}

  /** The page was shown or hidden. Shown again, it gets a whole snapshot. */
  setVisible(visible: boolean): void {
    this.visible = visible
    this.sent = null
    this.dirty = true
    this.pump()
  }

  /** 'urgent': no numbers that merely move. */
  setDetail(detail: 'full' | 'urgent'): void {
    this.urgent = detail === 'urgent'
    this.sent = null
    this.dirty = true
    this.pump()
  }

  /** Somebody looks at it: visible, in full detail. */
  get isWatched(): boolean {
    return this.visible && !this.urgent
  }

  /** A new snapshot can be had. */
  changed(): void {
    this.dirty = true
    this.pump()
  }

  /** Sends what is due now. */
  pump(): void {
    if (!this.visible || !this.dirty) return
    if (this.socket.waiting() > behindBytes) {
      this.sent = null
      return
    }
    const now = this.urgent ? urgentOnly(this.current()) : this.current()
    // A patch cannot take a member away, as when the route changes.
    if (this.sent === null || vanished(this.sent, now)) {
      this.deliver({ type: 'snapshot', revision: this.revision + 1, snapshot: now }, now)
      return
    }
    const diff = diffSnapshots(this.sent, now)
    if (diff.patch === null) {
      this.dirty = false
      return
    }
    if (!diff.urgent && this.monotonicMs() - this.sentAtMs < coalesceMs) return
    this.deliver({ type: 'patch', revision: this.revision + 1, patch: diff.patch }, now)
  }

  /** ms until `pump` should be called; null: nothing waits. */
  nextDueMs(): number | null {
    if (!this.visible || !this.dirty) return null
    return Math.max(20, this.sentAtMs + coalesceMs - this.monotonicMs())
  }

  private deliver(message: ServerMessage, now: Snapshot): void {
    this.revision += 1
    this.sent = now
    this.sentAtMs = this.monotonicMs()
    this.dirty = false
    this.socket.send(message)
  }
}

const vanished = (before: Snapshot, now: Snapshot): boolean =>
  Object.entries(before).some(
    ([key, value]) => value !== undefined && now[key as keyof Snapshot] === undefined,
  )
