import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { createCarrierHost, type CarrierHost } from '../../../src/engine/ingest/carrier'
import { carrierLockName, carrierLockSchema, type CarrierLock } from '../../../src/shared/carrier/control'
import { peerDir } from '../cleanup'
import { memoryLogger, testClock } from './port-deps'
import { until } from '../wait'

const ROOT = resolve(import.meta.dirname, '../../..')
let entry: Promise<string> | undefined

/** The carrier as one file, built from the sources once a test process: it runs whatever else cannot be built. */
export function carrierEntry(): Promise<string> {
  entry ??= (async () => {
    const outDir = peerDir('carrier-build')
    await build({
      configFile: false,
      root: ROOT,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: {
        ssr: true,
        outDir,
        target: 'node20',
        minify: false,
        rollupOptions: {
          input: { carrier: join(ROOT, 'src/carrier/index.ts') },
          output: { format: 'es', entryFileNames: '[name].mjs' },
        },
      },
    })
    return join(outDir, 'carrier.mjs')
  })()
  return entry
}

/** A carrier host of its own, on a data directory of its own unless told. */
export async function carrierHost(
  dataDir: string = peerDir('carrier-data'),
  ffmpeg: string | null = null,
): Promise<{ readonly host: CarrierHost; readonly dataDir: string; readonly log: () => string }> {
  const logger = memoryLogger()
  const host = createCarrierHost({
    dataDir,
    nodePath: process.execPath,
    entry: await carrierEntry(),
    ffmpeg,
    logger,
    clock: testClock,
  })
  return { host, dataDir, log: logger.text }
}

/** The lock file of a data directory; null when there is none. */
export function carrierLock(dataDir: string): CarrierLock | null {
  try {
    return carrierLockSchema.parse(JSON.parse(readFileSync(join(dataDir, carrierLockName), 'utf8')))
  } catch {
    return null
  }
}

/** Whether a process runs; one that has ended and is not yet reaped does not. */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** Processes started by a process, with their command lines. */
export function childrenOf(pid: number): readonly { readonly pid: number; readonly command: string }[] {
  const ids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  return ids.map((id) => ({
    pid: Number(id),
    command: readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' '),
  }))
}

/** Ends a carrier by its lock file, whatever its state. */
export async function killCarrier(dataDir: string): Promise<void> {
  const lock = carrierLock(dataDir)
  if (lock === null || !runs(lock.pid)) return
  process.kill(lock.pid, 'SIGKILL')
  await until(() => !runs(lock.pid), { timeoutMs: 5_000, what: 'the carrier to end' })
}
