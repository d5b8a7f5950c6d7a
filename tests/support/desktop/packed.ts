import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { installedElectron, plainCopy } from '../../../scripts/electron.mjs'
import { peerDir } from '../cleanup'

const run = promisify(execFile)
const ROOT = resolve(import.meta.dirname, '../../..')
const packMs = 300_000

/** Fuses in the order of Electron's fuse wire (version 1), under the builder's names. */
export const FUSES = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
] as const
export type Fuse = (typeof FUSES)[number]

/** Stands before the wire in every Electron binary: @electron/fuses, src/constants.ts. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

/** Reads a binary's fuses; those that its Electron does not have yet are left out. */
export function fusesOf(binary: string): Readonly<Partial<Record<Fuse, boolean>>> {
  const bytes = readFileSync(binary)
  const at = bytes.indexOf(SENTINEL)
  if (at < 0) throw new Error(`${binary} has no fuses`)
  // A byte of version, one of length, then a character a fuse: '0' off, '1' on, 'r' removed.
  const wire = at + SENTINEL.length
  const states = bytes.subarray(wire + 2, wire + 2 + bytes[wire + 1]!).toString('latin1')
  return Object.fromEntries(
    FUSES.slice(0, states.length).flatMap((name, index) =>
      states[index] === 'r' ? [] : [[name, states[index] === '1'] as const],
    ),
  )
}

interface AsarEntry {
  readonly files?: Readonly<Record<string, AsarEntry>>
}

/** Every file and folder that an asar's table names, those beside the archive too, as `/path/in/it`. */
export function filesInAsar(path: string): readonly string[] {
  const bytes = readFileSync(path)
  // Two Chromium pickles: the size of the header, then the header, a string behind two lengths.
  const header = bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12))
  const walk = (entry: AsarEntry, at: string): readonly string[] =>
    Object.entries(entry.files ?? {}).flatMap(([name, each]) => [
      `${at}/${name}`,
      ...walk(each, `${at}/${name}`),
    ])
  return walk(JSON.parse(header) as AsarEntry, '')
}

/** electron-builder.yml, parsed. */
export function builderConfig(): Readonly<Record<string, unknown>> & {
  readonly electronFuses: Readonly<Partial<Record<Fuse, boolean>>>
} {
  return parse(readFileSync(join(ROOT, 'electron-builder.yml'), 'utf8')) as ReturnType<typeof builderConfig>
}

export interface Packed {
  /** The folder that a user would get. */
  readonly dir: string
  readonly binary: string
  /** The one it was made from. */
  readonly from: string
}

/**
 * Packs the built app with the Electron of this machine, by the project's own configuration: `electron-builder --linux
 * dir`, uncompressed. Fuses that this Electron does not have are left out; the builder refuses them.
 */
export async function pack(): Promise<Packed> {
  const found = installedElectron()
  if (found === null) throw new Error('no Electron binary')
  const known = fusesOf(found.binary)
  const config = builderConfig()
  const work = peerDir('packed')
  const configPath = join(work, 'electron-builder.json')
  const output = join(work, 'release')
  writeFileSync(
    configPath,
    JSON.stringify({
      ...config,
      electronFuses: Object.fromEntries(
        Object.entries(config.electronFuses).filter(([name]) => name in known),
      ),
      electronDist: plainCopy(found.binary, join(work, 'dist')).replace(/\/[^/]+$/, ''),
      electronVersion: found.version,
      compression: 'store',
      directories: { ...(config['directories'] as object), output },
    }),
  )
  await run(
    process.execPath,
    [
      join(ROOT, 'node_modules/electron-builder/cli.js'),
      ...['--linux', 'dir', '--publish', 'never', '--projectDir', ROOT, '--config', configPath],
    ],
    // Hard links would let the fuses be turned in the Electron that everybody uses.
    { cwd: ROOT, timeout: packMs, env: { ...process.env, USE_HARD_LINKS: 'false' } },
  )
  const dir = join(output, 'linux-unpacked')
  return { dir, binary: join(dir, 'understudy'), from: found.binary }
}
