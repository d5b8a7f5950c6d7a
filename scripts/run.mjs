/**
 * Runs a TypeScript entry with the local tsx: `node scripts/run.mjs ENTRY.ts [ARGS...]`. In this same process, so that
 * exit code, signals and stdio need no passing on.
 */
import './node-version.mjs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const [entry, ...args] = process.argv.slice(2)
if (entry === undefined) {
  console.error('usage: node scripts/run.mjs ENTRY.ts [ARGS...]')
  process.exit(2)
}
const root = fileURLToPath(new URL('..', import.meta.url))
const path = resolve(root, entry)

try {
  const { register } = await import('tsx/esm/api')
  register()
} catch {
  console.error('tsx is missing: run `npm install` first')
  process.exit(2)
}
process.argv = [process.argv[0], path, ...args]
await import(pathToFileURL(path).href)
