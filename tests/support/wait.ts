import { connect, createServer } from 'node:net'

/** What {@link until} waits for and how long. `what` names the condition in the error, so write it as a clause. */
export interface WaitOptions {
  readonly timeoutMs: number
  readonly what: string
  /** Pause between two tries; 50 ms unless told. */
  readonly everyMs?: number
}

/** A value that is not one of JavaScript's falsy ones. */
export type Truthy<T> = Exclude<T, false | 0 | '' | null | undefined>

/**
 * Resolves with the first truthy value of `fn`, tried every `everyMs`. A throw or a rejection counts as "not yet".
 * @throws Error naming `what` (and the last thing `fn` threw) once `timeoutMs` have passed, even while `fn` hangs.
 */
export async function until<T>(fn: () => T | Promise<T>, options: WaitOptions): Promise<Truthy<T>> {
  const { timeoutMs, what, everyMs = 50 } = options
  let lastError = ''
  let over = false
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      over = true
      reject(
        new Error(
          `waited ${timeoutMs} ms for ${what}${lastError === '' ? '' : ` (last error: ${lastError})`}`,
        ),
      )
    }, timeoutMs)
  })
  const tries = async (): Promise<Truthy<T>> => {
    for (;;) {
      try {
        const value = await fn()
        if (value) return value as Truthy<T>
        lastError = ''
      } catch (error) {
        lastError = error instanceof Error ? error.message : String(error)
      }
      if (over) return deadline
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  }
  try {
    return await Promise.race([tries(), deadline])
  } finally {
    over = true
    clearTimeout(timer)
  }
}

/** Rejects naming `what` if `promise` has not settled within `timeoutMs`. */
export async function within<T>(
  promise: Promise<T>,
  options: Pick<WaitOptions, 'timeoutMs' | 'what'>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`waited ${options.timeoutMs} ms for ${options.what}`)),
      options.timeoutMs,
    )
  })
  try {
    return await Promise.race([promise, deadline])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * A TCP port that nobody listens on, on any address. Taken from below the range that the kernel gives to outgoing
 * connections (32768 and up on Linux), so that no client can take it between this call and its use.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 15_000 + Math.floor(Math.random() * 17_000)
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer()
      server.once('error', () => resolve(false))
      server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)))
    })
    if (free) return port
  }
  throw new Error('no free TCP port found in 100 tries')
}

/** Whether somebody takes TCP connections there now. */
export function listening(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 1000 })
    const settle = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => settle(true))
    socket.once('timeout', () => settle(false))
    socket.once('error', () => settle(false))
  })
}
