import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { secretsHandOverSchema, type SecretsHandOver } from '../../shared/key-store'
import { within } from '../../host/within'

/** Who starts the engine with `--secrets-stdin` writes at once. */
const handOverMs = 10_000

/** The first line of what comes in; null: none in time, or not what was agreed (then the engine says what it lacks). */
export async function readHandOver(input: Readable): Promise<SecretsHandOver | null> {
  const lines = createInterface({ input })
  const first = new Promise<string | null>((resolve) => {
    lines.once('line', resolve)
    lines.once('close', () => resolve(null))
  })
  const line = await within(first, handOverMs, null)
  lines.close()
  input.destroy()
  try {
    const parsed = secretsHandOverSchema.safeParse(JSON.parse(line ?? ''))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
