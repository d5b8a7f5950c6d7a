import type { PublisherStatus } from '../publish/publisher'

/** Media has to stay acknowledged for this long: a session that lives 30 ms has acknowledged a first 50 kB too. */
const confirmMs = 2_000
/** A destination that took media for this long and acknowledged nothing is silent. A healthy one answers within 100 ms. */
export const silentAfterMs = 5_000
/** In our own memory, bytes: with more waiting than a large keyframe a silent one is behind. */
const behindBytes = 64_000

/** Has one session shown that it stays? Looked at on each sample and each acknowledgement; once it has, it has. */
export class Steadiness {
  private since: number | null = null
  private shown = false

  /** `silent`: this destination is known to acknowledge nothing, so that what it takes has to do. */
  constructor(
    private readonly upAt: number,
    private readonly silent: boolean,
  ) {}

  /** Media stayed acknowledged, or by a silent one taken, for 2 s. `stalled`: what should have been acknowledged is overdue. */
  look(seen: PublisherStatus, stalled: boolean, now: number): boolean {
    if (this.shown) return true
    const since = this.flowingSince(seen, stalled, now)
    if (since !== null && now - since >= confirmMs) this.shown = true
    return this.shown
  }

  private flowingSince(seen: PublisherStatus, stalled: boolean, now: number): number | null {
    if (stalled) return (this.since = null)
    if ((seen.bytesAcknowledged ?? 0) > 0) return (this.since ??= now - (seen.acknowledgedAgeMs ?? 0))
    const taken = seen.bytesSent - seen.queuedBytes
    if (taken <= 0 || seen.queuedBytes >= behindBytes) return (this.since = null)
    // Not known to be silent: the time in which a witness would have spoken comes first.
    return this.upAt + (this.silent ? 0 : silentAfterMs - confirmMs)
  }
}
