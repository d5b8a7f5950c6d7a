import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A running engine, found or started. */
export interface EngineAddress {
  /** The page, without the token. */
  readonly url: string
  /** Given once to the page's first request; the engine then sets a cookie. */
  readonly token: string
}

export type EngineStart =
  | { readonly ok: true; readonly engine: EngineAddress }
  /** The sentence the engine said on its standard error. */
  | { readonly ok: false; readonly message: string }

export interface EngineProgram {
  /** Node that runs it; without one Electron's own binary is it (fuse runAsNode). */
  readonly node: string | null
  readonly entry: string
  readonly args: readonly string[]
}

/** The engine says where its page is within this time, or it does not start. */
const startMs = 60_000
const pageLine = /Its page: (?<url>https?:\/\/\S+?\/)\?token=(?<token>\S+)/

/**
 * Starts the engine detached, so that it outlives this shell; one that runs already on the same data directory says
 * where it is, and is attached to.
 */
export function startEngine(program: EngineProgram): Promise<EngineStart> {
  return new Promise((resolve) => {
    const child = spawn(program.node ?? process.execPath, [program.entry, ...program.args], {
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(program.node === null ? { ELECTRON_RUN_AS_NODE: '1' } : {}) },
    })
    let said = ''
    const finish = (start: EngineStart): void => {
      clearTimeout(timer)
      // The engine goes on without us: its pipes must not keep this process.
      child.stdout.destroy()
      child.stderr.destroy()
      child.unref()
      resolve(start)
    }
    const timer = setTimeout(() => {
      finish({ ok: false, message: 'The engine of Understudy did not start within a minute.' })
    }, startMs)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { url, token } = pageLine.exec(line)?.groups ?? {}
      if (url !== undefined && token !== undefined) finish({ ok: true, engine: { url, token } })
    })
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-2_000)
    })
    child.once('error', (error) => {
      finish({ ok: false, message: error.message })
    })
    child.once('close', () => {
      finish({
        ok: false,
        message: said.trim() === '' ? 'The engine of Understudy ended at once.' : said.trim(),
      })
    })
  })
}

/** Ends an engine that carries nothing; one that is live goes on without the window. */
export async function endIdleEngine(engine: EngineAddress): Promise<void> {
  try {
    const health = await fetch(`${engine.url}healthz`, { signal: AbortSignal.timeout(2_000) })
    const body: unknown = await health.json()
    if (typeof body === 'object' && body !== null && 'live' in body && body.live === true) return
    await fetch(`${engine.url}api/command`, {
      method: 'POST',
      headers: { authorization: `Bearer ${engine.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'shutdown' }),
      signal: AbortSignal.timeout(2_000),
    })
  } catch {
    // Gone already, or busy: then it is left alone.
  }
}
