import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const SCRIPT = join(ROOT, 'scripts/build.mjs')
/** What engine and carrier are built from. */
const SOURCES = [
  ...['core', 'shared', 'media', 'engine', 'carrier', 'rehearsal'].map((room) => `src/${room}`),
  'package.json',
  'vite.node.config.ts',
  'scripts/build.mjs',
]

/**
 * Vitest's global set-up of the integration tests: they start the built engine and carrier as processes, so the build
 * must not be older than the sources. Does nothing while there is no build script.
 */
export default function setup(): void {
  if (!existsSync(SCRIPT) || !isStale()) return
  execFileSync(process.execPath, [SCRIPT, '--node'], { cwd: ROOT, stdio: 'inherit', timeout: 300_000 })
}

/** True when there is no build yet, or any source is younger than the oldest built program. */
function isStale(): boolean {
  // Only the Node programs, `out/<name>/index.mjs`: shared chunks of earlier builds may lie beside them.
  const built = files(join(ROOT, 'out'))
    .filter((file) => file.endsWith(`${sep}index.mjs`))
    .map((file) => statSync(file).mtimeMs)
  if (built.length === 0) return true
  const newestSource = Math.max(
    ...SOURCES.flatMap((each) => files(join(ROOT, each))).map((file) => statSync(file).mtimeMs),
  )
  return newestSource > Math.min(...built)
}

function files(path: string): readonly string[] {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((entry) => join(path, entry))
    .filter((file) => statSync(file).isFile())
}
