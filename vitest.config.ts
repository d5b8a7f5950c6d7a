import { defineConfig } from 'vitest/config'

/**
 * Three kinds of tests. `unit` mirrors src and owns time; `integration` starts real peers (OBS, nginx-rtmp,
 * ffmpeg), one file at a time because they share two cores; `architecture` reads the tree.
 */
export default defineConfig({
  test: {
    projects: [
      {
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
          fileParallelism: false,
          globalSetup: ['tests/support/build.ts'],
        },
      },
    ],
  },
})
