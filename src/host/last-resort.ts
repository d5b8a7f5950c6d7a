/** What a process does with an exception that nobody caught. */
export interface LastResortOptions {
  /** A line for the log, written before it returns; secrets are the log's to take out. */
  readonly log: (text: string) => void
  /** `carry-on`: what this process does is worth more than a clean state. */
  readonly judge: () => 'carry-on' | 'end'
  /** Saves what must outlive the process. What it may take is bounded by `saveMs`. */
  readonly save: (error: unknown) => void | Promise<void>
  readonly saveMs?: number
  readonly exitCode: number
  readonly monotonicMs: () => number
}

export interface LastResort {
  /** The same for what was caught where it could not be handled. Logs and judges; never throws. */
  readonly caught: (error: unknown, where: string) => void
  /** Logs only: whoever caught it has dealt with it. */
  readonly note: (error: unknown, where: string) => void
  /** Ends the process now, as after an exception: saves, then exits. */
  readonly end: (error: unknown) => void
}

/** The same stack is written once in this time, with the number that came meanwhile: a fault in every frame must not wear the disk. */
const sameAgainMs = 10_000
const maxStack = 8_000
/** Different stacks that are remembered; with more, the oldest is forgotten. */
const maxRemembered = 100

/**
 * Hears every exception and rejection that nobody caught, from now on. Node would end the process with exit code 1 and its
 * words on a standard error that nobody reads.
 */
export function installLastResort(options: LastResortOptions): LastResort {
  const { judge, save, saveMs = 1_000, exitCode, monotonicMs } = options
  const seen = new Map<string, { at: number; missed: number }>()
  let ending = false

  const write = (where: string, error: unknown): void => {
    const stack = stackOf(error)
    const now = monotonicMs()
    const before = seen.get(stack)
    if (before !== undefined && now - before.at < sameAgainMs) {
      before.missed += 1
      return
    }
    const missed = before?.missed ?? 0
    seen.delete(stack)
    seen.set(stack, { at: now, missed: 0 })
    if (seen.size > maxRemembered) seen.delete(seen.keys().next().value ?? '')
    options.log(`${where}${missed === 0 ? '' : ` (${missed} more of it meanwhile)`}: ${stack}`)
  }

  const end = (error: unknown): void => {
    if (ending) return
    ending = true
    // Nothing below may keep it: not a promise that never settles, not a save that throws.
    setTimeout(() => process.exit(exitCode), saveMs)
    const exit = (): void => process.exit(exitCode)
    try {
      const saved = save(error)
      if (saved === undefined) exit()
      else void saved.then(exit, exit)
    } catch {
      exit()
    }
  }

  const guarded = (error: unknown, where: string, follow: boolean): void => {
    try {
      write(where, error)
      if (!ending && follow && judge() === 'end') end(error)
    } catch {
      // The handler itself: an end that is known beats a loop.
      end(error)
    }
  }

  process.on('uncaughtException', (error) => guarded(error, 'uncaught exception', true))
  process.on('unhandledRejection', (error) => guarded(error, 'unhandled rejection', true))
  return {
    caught: (error, where) => guarded(error, where, true),
    note: (error, where) => guarded(error, where, false),
    end,
  }
}

/** Whatever can be thrown, as text. A getter, a proxy or a `toString` may throw as well. */
function stackOf(error: unknown): string {
  try {
    const text = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error)
    return text.slice(0, maxStack)
  } catch {
    return 'something that cannot be described'
  }
}

/** The class of what was thrown, or `typeof`. */
export function kindOf(error: unknown): string {
  try {
    return error instanceof Error ? error.constructor.name : typeof error
  } catch {
    return 'unknown'
  }
}
