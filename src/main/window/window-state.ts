import type { Display, Rectangle } from 'electron'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { writeFileAtomic } from '../../host/atomic-file'

const rectangle = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
})

const place = rectangle.extend({ maximized: z.boolean() })

const contentSchema = z.object({
  /** By arrangement of displays, newest last: a laptop at its desk and on the road has two places for its window. */
  places: z.record(z.string(), place),
  /** That closing leaves the app in the tray is said once. */
  saidTray: z.boolean(),
})

/** Where the window stood. */
export type WindowPlace = z.infer<typeof place>
export type WindowMemory = z.infer<typeof contentSchema>

type Screen = Pick<Display, 'bounds' | 'workArea' | 'scaleFactor'>

const maxPlaces = 8
/** So much of the window's top must be on a display for it to be caught with the mouse, DIP. */
const graspWidth = 120
const graspHeight = 30

/** Names an arrangement of displays. */
export const arrangementOf = (displays: readonly Screen[]): string =>
  displays
    .map(
      ({ bounds, scaleFactor }) =>
        `${bounds.width}x${bounds.height}${bounds.x < 0 ? '' : '+'}${bounds.x}${bounds.y < 0 ? '' : '+'}${bounds.y}@${scaleFactor}`,
    )
    .sort()
    .join(' ')

/** The remembered place if a person could still find and grasp the window there; null: let the system choose. */
export function placeFor(memory: WindowMemory, displays: readonly Screen[]): WindowPlace | null {
  const saved = memory.places[arrangementOf(displays)]
  if (saved === undefined) return null
  const reachable = displays.some(({ workArea }) => {
    const width = overlap(saved.x, saved.width, workArea.x, workArea.width)
    const top = overlap(saved.y, graspHeight, workArea.y, workArea.height)
    return width >= Math.min(graspWidth, saved.width) && top >= graspHeight
  })
  return reachable ? saved : null
}

const overlap = (from: number, length: number, otherFrom: number, otherLength: number): number =>
  Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom)

/** The memory with the window's place for this arrangement. */
export function remember(
  memory: WindowMemory,
  displays: readonly Screen[],
  bounds: Rectangle,
  maximized: boolean,
): WindowMemory {
  const key = arrangementOf(displays)
  const others = Object.entries(memory.places).filter(([name]) => name !== key)
  const { x, y, width, height } = bounds
  const places = Object.fromEntries([
    ...others.slice(1 - maxPlaces),
    [key, { x, y, width, height, maximized }],
  ])
  return { ...memory, places }
}

export const emptyMemory: WindowMemory = { places: {}, saidTray: false }

/** What was remembered; a file that cannot be read is as good as none. */
export function loadMemory(path: string): WindowMemory {
  try {
    const parsed = contentSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
    return parsed.success ? parsed.data : emptyMemory
  } catch {
    return emptyMemory
  }
}

/** A window that forgets its place is no reason to fall: false when it could not be written. */
export function saveMemory(path: string, memory: WindowMemory): boolean {
  try {
    writeFileAtomic(path, `${JSON.stringify(memory)}\n`)
    return true
  } catch {
    return false
  }
}
