import { readFileSync, rmSync } from 'node:fs'
import { z } from 'zod'
import type { RememberedDestination, Remembers } from '../ports'
import type { Vault } from './vault'

const schema = z.object({
  url: z.string(),
  key: z.string(),
  auth: z.object({ username: z.string(), password: z.string() }).nullable(),
})

const name = 'destination.remembered'

/**
 * Server and key as OBS had them last, among the secrets: an engine that starts while OBS is dead must know where the
 * stream goes. `failed` is told when it could not be kept; the stream goes on without it.
 */
export function rememberDestination(vault: Vault, failed: (reason: string) => void): Remembers {
  const keep = (value: string | null): void => {
    const problem = vault.change({ [name]: value })
    if (problem !== null) failed(problem.code)
  }
  return {
    load: () => parse(vault.get(name)),
    save: (destination: RememberedDestination) => keep(JSON.stringify(destination)),
    forget: () => {
      if (vault.get(name) !== null || vault.lacks(name)) keep(null)
    },
  }
}

/** Remembers nothing: a rehearsal's destination is new each time. */
export const forgetful: Remembers = { load: () => null, save: () => undefined, forget: () => undefined }

function parse(text: string | null): RememberedDestination | null {
  try {
    const parsed = schema.safeParse(JSON.parse(text ?? ''))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** Earlier versions kept it in a file of its own: moved among the secrets, once. */
export function adoptOldFile(path: string, vault: Vault): void {
  try {
    const text = readFileSync(path, 'utf8')
    const found = parse(text)
    if (found !== null && vault.get(name) === null) {
      if (vault.change({ [name]: JSON.stringify(found) }) !== null) return
    }
    rmSync(path, { force: true })
  } catch {
    // There is none, which is how it should be.
  }
}
