import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'
import renderer from './vite.renderer.config'

/**
 * The shell. Main and preload are CommonJS: a preload in the sandbox can be nothing else, must be one file and may
 * require nothing but Electron; main gains nothing from being a module. Targets are given because electron-vite does
 * not know every Electron yet.
 */
export default defineConfig({
  main: {
    publicDir: false,
    build: {
      outDir: 'out/main',
      target: 'node24',
      // Read from one file instead of a hundred: the window is up a tenth of a second earlier.
      externalizeDeps: { exclude: ['zod', 'ws'] },
      sourcemap: true,
      rolldownOptions: {
        input: resolve(import.meta.dirname, 'src/main/index.ts'),
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // electron-vite takes only Node targets here, though a sandboxed preload runs in Chromium's V8.
      target: 'node24',
      externalizeDeps: false,
      rolldownOptions: {
        input: resolve(import.meta.dirname, 'src/preload/index.ts'),
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    ...renderer,
    build: {
      ...renderer.build,
      rolldownOptions: { input: resolve(import.meta.dirname, 'src/renderer/index.html') },
    },
  },
})
