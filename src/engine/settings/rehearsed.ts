import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomic } from '../../host/atomic-file'

const schema = z.object({ wall: z.number(), worstGapMs: z.number(), handOvers: z.number().int().positive() })

/** The last rehearsal that came to something. */
export type Rehearsed = z.infer<typeof schema>

const fileOf = (dataDir: string): string => join(dataDir, 'rehearsed.json')

/** Null: none was ever gone through. `dataDir`: the engine's own, not the rehearsal's. */
export function readRehearsed(dataDir: string): Rehearsed | null {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(fileOf(dataDir), 'utf8')))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** Remembers what the hand-overs of a rehearsal cost, ms each. Nothing measured: nothing to remember. */
export function noteRehearsed(dataDir: string, gapsMs: readonly number[], wall: number): void {
  if (gapsMs.length === 0) return
  const found: Rehearsed = { wall, worstGapMs: Math.max(...gapsMs), handOvers: gapsMs.length }
  try {
    writeFileAtomic(fileOf(dataDir), `${JSON.stringify(found)}\n`)
  } catch {
    // The check-list asks for another rehearsal then; nothing else hangs on it.
  }
}
