import { builtinModules } from 'node:module'
import { defineConfig } from 'vite'
import { existsSync, readFileSync } from 'node:fs'

const pkg = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as {
  dependencies: Record<string, string>
}
const external = [
  ...builtinModules,
  /^node:/,
  ...Object.keys(pkg.dependencies).map((name) => new RegExp(`^${name}(/|$)`)),
]

const entries: Readonly<Record<string, string>> = {
  engine: 'src/engine/index.ts',
  carrier: 'src/carrier/index.ts',
  replay: 'src/engine/replay/index.ts',
}
const input = Object.fromEntries(Object.entries(entries).filter(([, path]) => existsSync(path)))

/** The Node processes: each entry becomes out/<name>/index.mjs, run by plain Node or by Electron as Node. */
export default defineConfig({
  build: {
    ssr: true,
    outDir: 'out',
    emptyOutDir: false,
    target: 'node20',
    minify: false,
    sourcemap: true,
    rollupOptions: {
      external,
      input,
      output: {
        format: 'es',
        entryFileNames: '[name]/index.mjs',
        chunkFileNames: 'chunks/[name]-[hash].mjs',
      },
    },
  },
})
