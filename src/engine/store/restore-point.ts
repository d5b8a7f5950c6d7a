import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { RestorePoint } from '../../core/events'
import { causeCodes } from '../../core/health'
import { problem, type Problem } from '../../core/problem'
import { writeFileAtomic, type AtomicDisk } from '../../host/atomic-file'
import { errnoOf, errnoWords, isDiskFull } from '../../host/errno'

const schema: z.ZodType<RestorePoint> = z.object({
  armed: z.boolean(),
  hold: z.object({ untilWall: z.number().nullable() }).nullable(),
  onAir: z.string().nullable(),
  generation: z.number().int().nonnegative(),
  owedFence: z.boolean(),
  handover: z.boolean().optional(),
  // Written by this version: what another one wrote there is not worth losing the rest for.
  offAir: z
    .object({
      sinceWall: z.number().nullable(),
      noticedWall: z.number().nullable(),
      of: z.object({ system: z.string(), cause: z.enum(causeCodes) }).nullable(),
    })
    .optional()
    .catch(undefined),
})

export interface RestoreStore {
  /** The last point; null: none, or one that could not be used (then `problem` says why and a copy is kept). */
  load(): { readonly point: RestorePoint | null; readonly problem: Problem | null }
  /** Writes the point if it differs from the last one written. A failed write is tried again at the next call. */
  save(point: RestorePoint): Problem | null
}

/** The few facts that outlive the engine, in one small file. `aside`: where a file that is rubbish is kept. */
export function createRestoreStore(path: string, options: { readonly disk?: AtomicDisk } = {}): RestoreStore {
  let written: string | null = null
  return {
    load() {
      let text: string
      try {
        text = readFileSync(path, 'utf8')
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return { point: null, problem: null }
        return { point: null, problem: unusable(path, errnoWords(error)) }
      }
      const point = parse(text)
      if (point !== null) {
        written = JSON.stringify(point)
        return { point, problem: null }
      }
      const aside = `${path}.broken`
      try {
        writeFileAtomic(aside, text)
      } catch {
        // A copy is a courtesy; the start must not fail for it.
      }
      return { point: null, problem: unusable(path, 'it is not what Understudy writes') }
    },
    save(point) {
      const text = JSON.stringify(schema.parse(point))
      if (text === written) return null
      try {
        writeFileAtomic(path, `${text}\n`, options)
        written = text
        return null
      } catch (error) {
        return isDiskFull(error)
          ? problem('disk-full', { path })
          : problem('data-dir-unwritable', { path, reason: errnoWords(error) })
      }
    },
  }
}

const unusable = (file: string, reason: string): Problem => problem('restore-unreadable', { file, reason })

function parse(text: string): RestorePoint | null {
  try {
    const parsed = schema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
