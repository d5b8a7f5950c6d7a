import type { CoreEvent } from '../../core/events'
import type { Clock, Logger, ProgramPort, ProgramStatus } from '../ports'

/** A door that cannot be opened (its port is another program's) is tried again. */
const prepareRetryMs = 5_000

interface OpenProgramOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly post: (event: CoreEvent) => void
  /** What only the page shows has changed. */
  readonly changed: () => void
}

/** Opens the program path and listens to it: at each change, and five times a second while it is live. Returns a function that closes it again. */
export function openProgram(
  port: Pick<ProgramPort, 'prepare' | 'status' | 'onStatus'>,
  options: OpenProgramOptions,
): () => void {
  const { clock, logger, post, changed } = options
  let closed = false
  let timer: NodeJS.Timeout | undefined
  const tell = (status: ProgramStatus): void => {
    post({
      kind: 'program-status',
      at: clock.monotonicMs(),
      stale: status.stale,
      live: status.live,
      generation: status.generation,
      onFeed: status.onFeed,
      lastCut: status.lastCut && {
        seq: status.lastCut.seq,
        from: status.lastCut.from,
        to: status.lastCut.to,
        why: status.lastCut.why,
        gapMs: status.lastCut.gapMs,
        ...(status.lastCut.renewed === true ? { renewed: true } : {}),
      },
      feeds: status.feeds,
      destinations: status.destinations,
      ...(status.session === undefined ? {} : { session: status.session }),
    })
    changed()
    // A new carrier found the door's port taken: OBS could not come back.
    if (!status.stale && status.ingestUrl === null) again()
  }
  const again = (): void => {
    if (closed || timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      void prepare()
    }, prepareRetryMs)
  }
  const prepare = async (): Promise<void> => {
    const prepared = await port.prepare({ deadlineMs: 10_000 })
    if (closed || prepared.ok) return
    logger.warn('the program path could not be opened', { problem: prepared.problem.code })
    again()
  }
  const unsubscribe = port.onStatus(tell)
  tell(port.status())
  void prepare()
  return () => {
    closed = true
    clearTimeout(timer)
    unsubscribe()
  }
}
