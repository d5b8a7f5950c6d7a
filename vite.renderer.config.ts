import react from '@vitejs/plugin-react'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'

/**
 * The page, built to out/renderer. It has a config of its own, which electron-vite's config includes, because the page
 * is served by the engine and must be built where there is no Electron and no shell: `electron-vite build` always
 * builds all three.
 */
export default defineConfig({
  root: resolve(import.meta.dirname, 'src/renderer'),
  base: './',
  plugins: [react()],
  build: {
    outDir: resolve(import.meta.dirname, 'out/renderer'),
    emptyOutDir: true,
    // Browsers of about two years: a phone beside the PC is one of the places where the page is looked at.
    // One word, because electron-vite merges a list with itself.
    target: 'es2022',
    // Files, never data: URLs in style or script, so that the content security policy can stay strict.
    assetsInlineLimit: 0,
    // Said, because electron-vite's own default is not to.
    minify: true,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
})
