import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pause } from '../../host/within'
import { startChild } from '../../host/child'
import { shellText } from '../../shared/messages'
import { engineExit } from '../../shared/engine-lock'
import { callEngine } from './loopback'
import { findEngine, type EngineAddress } from './find'

export type EngineStart =
  | { readonly ok: true; readonly engine: EngineAddress }
  | {
      readonly ok: false
      /** `refused`: it said why it will not run. `died`: it ended without a word. `late`: it never answered. */
      readonly how: 'refused' | 'died' | 'late'
      readonly text: string
      readonly exitCode: number
    }

export interface EngineProgram {
  /** Node that runs it; without one Electron's own binary is it (fuse runAsNode). */
  readonly node: string | null
  readonly entry: string
  readonly args: readonly string[]
  readonly dataDir: string
}

/** The engine answers within this time, or it does not start. */
const startMs = 60_000
const lookEveryMs = 40

/** The engine's program. Packed, it lies beside the archive: Node that is not Electron's cannot read inside one. */
export function engineEntry(appPath: string): string {
  const unpacked = appPath.replace(/\.asar$/, '.asar.unpacked')
  const path = join(unpacked, 'out', 'engine', 'index.mjs')
  return existsSync(path) ? path : join(appPath, 'out', 'engine', 'index.mjs')
}

/**
 * Starts the engine detached, so that it outlives this shell. `secrets`: one line of JSON for its standard input
 * (shared/key-store), never on its command line, where every user of the PC could read it.
 */
export async function startEngine(program: EngineProgram, secrets: string | null): Promise<EngineStart> {
  // From an AppImage the engine gets a mount of its own: ours goes when the window does.
  const ownBinary = process.env.APPIMAGE ?? process.execPath
  const args = [program.entry, ...program.args, ...(secrets === null ? [] : ['--secrets-stdin'])]
  let said = ''
  let ended: { readonly code: number | null } | null = null
  const child = startChild(
    program.node ?? ownBinary,
    (path) =>
      spawn(path, args, {
        detached: true,
        windowsHide: true,
        stdio: ['pipe', 'ignore', 'pipe'],
        env: { ...process.env, ...(program.node === null ? { ELECTRON_RUN_AS_NODE: '1' } : {}) },
      }),
    (fault) => {
      said = shellText.engineNotStarted(fault)
      ended = { code: 1 }
    },
  )
  child?.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-2_000)
  })
  child?.stdin.end(secrets === null ? '' : `${secrets}\n`)
  child?.once('close', (code) => {
    ended ??= { code }
  })
  const isEnded = (): { readonly code: number | null } | null => ended
  const letGo = (): void => {
    // The engine goes on without us: its pipe must not keep this process.
    child?.stderr.destroy()
    child?.unref()
  }
  const deadline = Date.now() + startMs
  for (;;) {
    const end = isEnded()
    const look = await findEngine(program.dataDir)
    if (look.kind === 'found') {
      letGo()
      return { ok: true, engine: look.engine }
    }
    if (end !== null) {
      letGo()
      const text = said.trim()
      const exitCode = end.code ?? 1
      // One that a mistake of its own ended has said no word to a person: it is started again.
      return text === '' || exitCode === engineExit.crashed
        ? { ok: false, how: 'died', text: shellText.engineDied, exitCode }
        : { ok: false, how: 'refused', text, exitCode }
    }
    if (Date.now() > deadline) {
      letGo()
      return { ok: false, how: 'late', text: shellText.engineLate, exitCode: 1 }
    }
    await pause(lookEveryMs)
  }
}

/** Each of the three calls at the end; the window is closed already, so nobody should wait long for the rest. */
const askMs = 2_000

/**
 * Ends an engine that carries nothing. One that is live goes on without the window, and so does one that does not
 * answer; a rehearsal is no stream, and ends with its window. `evenLive`: the operator asked for guarding to stop; what
 * is on air stays there.
 */
export async function endEngine(
  engine: Pick<EngineAddress, 'url' | 'token'>,
  evenLive = false,
): Promise<void> {
  const { url, token } = engine
  if (!evenLive) {
    const health = await callEngine({ url: `${url}healthz`, method: 'GET', token: null, deadlineMs: askMs })
    if (!isObject(health?.body)) return
    if (health.body.live !== false) {
      const picture = await callEngine({ url: `${url}api/snapshot`, method: 'GET', token, deadlineMs: askMs })
      if (!isObject(picture?.body) || picture.body.mode !== 'rehearsal') return
    }
  }
  const body = { kind: 'shutdown' }
  await callEngine({ url: `${url}api/command`, method: 'POST', token, body, deadlineMs: askMs })
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
