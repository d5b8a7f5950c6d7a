import type { Clock, Logger } from '../../../src/engine/ports'

/** The machine's clocks. */
export const testClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
}

/** A logger that keeps what it was told, to look for secrets in it. */
export function memoryLogger(): Logger & { readonly text: () => string } {
  const lines: string[] = []
  const add = (message: string, data?: Readonly<Record<string, unknown>>): void => {
    lines.push(`${message} ${JSON.stringify(data ?? {})}`)
  }
  return { debug: add, info: add, warn: add, error: add, text: () => lines.join('\n') }
}
