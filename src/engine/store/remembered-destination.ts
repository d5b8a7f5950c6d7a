import { readFileSync, rmSync } from 'node:fs'
import { z } from 'zod'
import type { RememberedDestination, Remembers } from '../ports'
import { writeFileAtomic } from './atomic-file'

const schema = z.object({
  url: z.string(),
  key: z.string(),
  auth: z.object({ username: z.string(), password: z.string() }).nullable(),
})

/**
 * Server and key as OBS had them last, in a file of mode 0600: an engine that starts while OBS is dead must know where
 * the stream goes. `failed` is told when it could not be written; the stream goes on without it.
 */
export function rememberDestination(path: string, failed: (reason: string) => void): Remembers {
  return {
    load() {
      try {
        const parsed = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
        return parsed.success ? parsed.data : null
      } catch {
        return null
      }
    },
    save(destination: RememberedDestination) {
      try {
        writeFileAtomic(path, `${JSON.stringify(destination)}\n`, { mode: 0o600 })
      } catch (error) {
        failed(error instanceof Error ? error.name : 'unknown')
      }
    },
    forget() {
      try {
        rmSync(path, { force: true })
      } catch (error) {
        failed(error instanceof Error ? error.name : 'unknown')
      }
    },
  }
}
