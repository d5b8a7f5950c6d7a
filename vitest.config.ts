import { defineConfig } from 'vitest/config'

/**
 * Three kinds of tests. `unit` mirrors src and owns time; `integration` starts real peers (OBS, nginx-rtmp,
 * ffmpeg), a few files at a time; `architecture` reads the tree.
 */
export default defineConfig({
  test: {
    projects: [
      {
        // Merely importing the real one from Node would have it fetch its binary.
        resolve: { alias: { electron: new URL('tests/fakes/electron.ts', import.meta.url).pathname } },
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.{ts,tsx}', 'tests/architecture/**/*.test.ts'],
          environment: 'node',
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // They mostly wait for their peers: three at once take 6 min where one after the other took 17 (two cores).
          maxWorkers: 3,
          globalSetup: ['tests/support/build.ts'],
        },
      },
    ],
  },
})
