#!/usr/bin/env node
// npm run build: builds what is stale. The Node processes (engine, carrier, replay, rehearsal), the page and, where its
// sources are, the shell. `--node`: only the Node processes. `--force`: whether stale or not. Prints one line.
import './node-version.mjs'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

process.chdir(resolve(import.meta.dirname, '..'))
const words = process.argv.slice(2)
const common = ['src/core', 'src/shared', 'package.json', 'tsconfig.json']

/** Everything below the given paths that is a file, with its size and time of change. */
function* inputs(paths) {
  for (const path of paths) {
    if (!existsSync(path)) continue
    if (!statSync(path).isDirectory()) yield describe(path)
    else {
      for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) yield describe(join(entry.parentPath, entry.name))
      }
    }
  }
}

function describe(path) {
  const { size, mtimeMs } = statSync(path)
  return `${path} ${size} ${mtimeMs}`
}

const digest = (paths) =>
  createHash('sha256')
    .update([...inputs(paths)].sort().join('\n'))
    .digest('hex')

const readStamp = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null)

async function viteBuild(configFile) {
  const { build } = await import('vite')
  await build({ configFile, logLevel: 'warn' })
}

/** Entry points of the shell; while one is missing there is no shell to build. */
const shellEntries = ['src/main/index.ts', 'src/preload/index.ts']

const parts = [
  {
    name: 'node',
    from: [
      ...common,
      'src/host',
      'src/media',
      'src/engine',
      'src/carrier',
      'src/rehearsal',
      'vite.node.config.ts',
    ],
    made: 'out/engine/index.mjs',
    needs: ['src/engine/index.ts'],
    run: () => viteBuild('vite.node.config.ts'),
  },
  {
    name: 'page',
    from: [...common, 'src/renderer', 'vite.renderer.config.ts'],
    made: 'out/renderer/index.html',
    needs: [],
    run: () => viteBuild('vite.renderer.config.ts'),
  },
  {
    name: 'shell',
    from: [...common, 'src/host', 'src/main', 'src/preload', 'assets', 'electron.vite.config.ts'],
    made: 'out/main/index.cjs',
    needs: shellEntries,
    // electron-vite builds the page anew beside it, which does no harm.
    run: async () => {
      const { build } = await import('electron-vite')
      await build({ configFile: resolve('electron.vite.config.ts'), logLevel: 'warn' })
    },
  },
]

const built = []
const started = process.hrtime.bigint()
for (const part of parts) {
  if (words.includes('--node') && part.name !== 'node') continue
  if (!part.needs.every((path) => existsSync(path))) continue
  const stamp = `out/.stamp-${part.name}`
  const now = digest(part.from)
  if (!words.includes('--force') && existsSync(part.made) && readStamp(stamp) === now) continue
  try {
    await part.run()
  } catch (error) {
    console.error(`build of ${part.name} failed: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(1)
  }
  mkdirSync('out', { recursive: true })
  writeFileSync(stamp, now)
  built.push(part.name)
}
const seconds = (Number(process.hrtime.bigint() - started) / 1e9).toFixed(1)
console.log(built.length === 0 ? 'build: all is fresh' : `build: ${built.join(', ')} in ${seconds} s`)
