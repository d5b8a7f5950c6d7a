import type { ProgramFeed } from '../../../core/program'
import { problem, type Problem } from '../../../core/problem'
import type { CarrierState } from '../../../shared/carrier/control'
import type { ProgramStatus, ProgramTarget } from '../../ports'

/** More than a state tells of at once. */
const maxMoments = 32

export const nothing: ProgramStatus = {
  stale: false,
  live: false,
  generation: null,
  onFeed: null,
  lastCut: null,
  feeds: [],
  destinations: [],
  ingestUrl: null,
  obsPublishing: false,
  media: [],
  visits: [],
  problem: null,
}

/** Reads the states of one carrier after the other as one program: numbers of cuts go on rising, moments stand still. */
export class ProgramReading {
  /** Cuts of carriers before this one. */
  private readonly cuts = { base: 0, last: 0, pid: 0 }
  private readonly moments = new Map<string, number>()

  constructor(private readonly monotonicMs: () => number) {}

  of(
    { pid, program, feeds }: CarrierState,
    targets: readonly ProgramTarget[],
    link: { readonly stale: boolean; readonly problem: Problem | null },
  ): ProgramStatus {
    if (pid !== this.cuts.pid) {
      this.cuts.base = this.cuts.last
      this.cuts.pid = pid
    }
    if (program === null) return { ...nothing, problem: link.problem ?? problem('ingest-not-open') }
    const { lastCut, ingest } = program
    if (lastCut !== null) this.cuts.last = this.cuts.base + lastCut.seq
    return {
      stale: link.stale,
      live: program.live,
      generation: program.generation,
      onFeed: program.onFeed,
      lastCut: lastCut && {
        seq: this.cuts.last,
        from: lastCut.from,
        to: lastCut.to,
        why: lastCut.why,
        gapMs: lastCut.gapMs,
        ...(lastCut.renewed === true ? { renewed: true } : {}),
        at: this.momentOf(`cut ${pid} ${lastCut.seq}`, lastCut.agoMs),
      },
      feeds: feeds.map(({ id, leg, warm, mediaAgeMs, format, leftOut }): ProgramFeed => ({
        system: id,
        leg,
        warm,
        mediaAgeMs,
        ...(format === undefined ? {} : { format }),
        ...(leftOut === undefined || leftOut.video + leftOut.audio === 0
          ? {}
          : { leftOut: { video: leftOut.video, audio: leftOut.audio } }),
      })),
      session: program.session ?? null,
      destinations: program.destinations.map((sample) => ({
        ...sample,
        hasOther: targets.some(({ id, other }) => id === sample.id && other !== null),
      })),
      ingestUrl: ingest.port === null ? null : `rtmp://127.0.0.1:${ingest.port}/live`,
      obsPublishing: ingest.publishing,
      media: feeds.map(({ id, tracks, cpuShare }) => ({ system: id, tracks, cpuShare })),
      visits: ingest.visits.map(({ seq, what, problem: why, agoMs }) => ({
        seq,
        what,
        problem: why,
        at: this.momentOf(`visit ${pid} ${seq}`, agoMs),
      })),
      problem: link.problem ?? ingest.problem,
    }
  }

  /** When something happened, said once: told again with each state, it would seem to move. */
  private momentOf(what: string, agoMs: number): number {
    const known = this.moments.get(what)
    if (known !== undefined) return known
    const at = this.monotonicMs() - agoMs
    this.moments.set(what, at)
    const [oldest] = this.moments.keys()
    if (this.moments.size > maxMoments && oldest !== undefined) this.moments.delete(oldest)
    return at
  }
}
