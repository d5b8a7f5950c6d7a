import type { CoreEvent } from '../../core/events'
import type { Problem } from '../../core/problem'
import type { SystemId } from '../../core/words'
import type { PullSystem } from '../app-ports'
import type { Clock, IngestStatus, Logger, SourceSpec } from '../ports'

/** Preparing a source that is not there is tried again. The carrier pulls by itself once it knows the source. */
const prepareRetryMs = 5_000

interface OpenPullOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Why a source could not even be handed to its ingest, which then knows nothing of it. */
  readonly unprepared: Map<SystemId, Problem>
  readonly post: (event: CoreEvent) => void
  /** What OBS sends, as far as it was seen: what a converted one is made to match. */
  readonly primary: () => SourceSpec['convert'] | null
}

/** Hands a pull system its source and listens to it. Returns a function that closes it again. */
export function openPull(pull: PullSystem, options: OpenPullOptions): () => void {
  const { clock, logger, unprepared, post, primary } = options
  let closed = false
  let timer: NodeJS.Timeout | undefined
  const tell = (status: IngestStatus): void => {
    post({
      kind: 'ingest-status',
      at: clock.monotonicMs(),
      system: pull.id,
      stale: status.stale,
      pull: status.pull,
      publish: status.publish,
      generation: status.generation,
      warm: status.warm,
      tracks: status.tracks,
      bytesOut: status.bytesOut,
      bytesAcknowledged: status.bytesAcknowledged,
      acknowledgedAgeMs: status.acknowledgedAgeMs,
      bitrateKbps: status.bitrateKbps,
      droppedFrames: status.droppedFrames,
      problem: status.problem,
    })
  }
  let matched = ''
  /** OBS's picture has changed, or was seen for the first time: the converted one follows, unless it is on air. */
  const follow = (): void => {
    if (!pull.convert || pull.source === null || closed) return
    const wanted = JSON.stringify(primary())
    if (wanted === 'null' || wanted === matched) return
    clearTimeout(timer)
    void prepare(pull.source)
  }
  const unsubscribe = pull.ingest.onStatus((status) => {
    tell(status)
    follow()
  })
  // A carrier that stayed attached over a change of the set-up knows at once what is on air.
  tell(pull.ingest.status())
  const prepare = async (source: SourceSpec): Promise<void> => {
    const convert = pull.convert ? primary() : null
    matched = JSON.stringify(convert)
    const asked = convert === null || convert === undefined ? source : { ...source, convert }
    const prepared = await pull.ingest.prepare(asked, { deadlineMs: 10_000 })
    if (closed) return
    if (prepared.ok) {
      unprepared.delete(pull.id)
      return
    }
    unprepared.set(pull.id, prepared.problem)
    logger.warn('a backup could not be prepared', { system: pull.id, problem: prepared.problem.code })
    timer = setTimeout(() => void prepare(source), prepareRetryMs)
  }
  if (pull.source === null) unprepared.set(pull.id, { code: 'secrets-locked' })
  else void prepare(pull.source)
  return () => {
    closed = true
    clearTimeout(timer)
    unsubscribe()
  }
}
