import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { askEngine } from './loopback'

/** A running engine, found or started. */
export interface EngineAddress {
  /** The page, without the token. */
  readonly url: string
  /** Given once to the page's first request; the engine then sets a cookie. */
  readonly token: string
}

export type EngineStart =
  | { readonly ok: true; readonly engine: EngineAddress }
  /** The sentence the engine said on its standard error, and the code it ended with. */
  | { readonly ok: false; readonly message: string; readonly exitCode: number }

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
    // From an AppImage the engine gets a mount of its own: ours goes when the window does.
    const ownBinary = process.env.APPIMAGE ?? process.execPath
    const child = spawn(program.node ?? ownBinary, [program.entry, ...program.args], {
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
      finish({
        ok: false,
        message: 'The engine of Understudy did not start within a minute.',
        exitCode: 1,
      })
    }, startMs)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { url, token } = pageLine.exec(line)?.groups ?? {}
      if (url !== undefined && token !== undefined) finish({ ok: true, engine: { url, token } })
    })
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-2_000)
    })
    child.once('error', (error) => {
      finish({ ok: false, message: error.message, exitCode: 1 })
    })
    child.once('close', (code) => {
      finish({
        ok: false,
        message: said.trim() === '' ? 'The engine of Understudy ended at once.' : said.trim(),
        exitCode: code ?? 1,
      })
    })
  })
}

/** Each of the three calls at the end; the window is closed already, so nobody should wait long for the rest. */
const askMs = 2_000

/**
 * Ends an engine that carries nothing. One that is live goes on without the window, and so does one that does not
 * answer; a rehearsal is no stream, and ends with its window.
 */
export async function endIdleEngine(engine: EngineAddress): Promise<void> {
  const { url, token } = engine
  const health = await askEngine({ url: `${url}healthz`, method: 'GET', token: null, deadlineMs: askMs })
  if (!isObject(health)) return
  if (health.live !== false) {
    const picture = await askEngine({ url: `${url}api/snapshot`, method: 'GET', token, deadlineMs: askMs })
    if (!isObject(picture) || picture.mode !== 'rehearsal') return
  }
  const body = { kind: 'shutdown' }
  await askEngine({ url: `${url}api/command`, method: 'POST', token, body, deadlineMs: askMs })
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
