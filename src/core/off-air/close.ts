import {
  addParts,
  noParts,
  partsOf,
  weaker,
  wholeOf,
  type OffAir,
  type OffAirBound,
  type OffAirParts,
} from './account'
import { silentEnoughMs, type Sign } from './evidence'
import type { OffAirMemory } from './state'

/** Of a time without samples so much may be missing in what was sent, 0..1: a bitrate is never quite level. */
const unevenShare = 0.5

/** How a time without media ends. */
export interface End {
  readonly how: OffAir['how']
  readonly at: number
  /** Something has been missing until now. False: media flows, only what is past counts. */
  readonly now: boolean
  /** Media was only found to flow again, by an engine that was not there. */
  readonly found?: boolean
  /** Nobody confirmed that it arrives. */
  readonly accepted?: boolean
  /** The splicer's own measure of the stretch that ends now, ms. */
  readonly measuredMs?: number | null
}

/** The account of all that was missing. */
export function close(memory: OffAirMemory, end: End): OffAir {
  const { how } = end
  const last = end.now ? stretch(memory, end) : null
  const parts = addParts(memory.past?.parts ?? noParts, last?.parts ?? noParts)
  const wholeMs = wholeOf(parts)
  const bound = [memory.past?.bound, last?.bound]
    .filter((each) => each !== undefined)
    .reduce(weaker, memory.past === null && last === null ? 'about' : 'measured')
  // "At least nothing" is no figure, and must not read as if it had stayed on air.
  const known = wholeMs === 0 && bound === 'at-least' ? 'not-known' : bound
  return {
    wholeMs,
    bound: known,
    parts,
    how,
    waitedFor: memory.waitedFor,
    of: memory.of,
  }
}

interface Counted {
  readonly parts: OffAirParts
  readonly bound: OffAirBound
}

function stretch(memory: OffAirMemory, end: End): Counted {
  const { noticedAt, begun } = memory
  const measuredMs = end.measuredMs ?? null
  const start = measuredMs === null ? memory.sentAt : end.at - measuredMs
  const parts = partsOf({
    start,
    noticedAt,
    begunAt: begun?.first ?? null,
    lastBegunAt: begun?.last ?? null,
    end: end.at,
  })
  return { parts, bound: measuredMs === null ? boundOf(memory, end) : 'measured' }
}

function boundOf({ sentAt, slept, broken }: OffAirMemory, { found, accepted }: End): OffAirBound {
  if (sentAt === null) return 'not-known'
  if (slept || accepted === true || broken?.sure === false) return 'at-least'
  return found === true ? 'at-most' : 'about'
}

/** Media goes out. What was missing since the sample before is over. `free`: nobody is switching. */
export function media(
  memory: OffAirMemory,
  { at, seenAt, carriedMs, renewed }: Extract<Sign, { readonly kind: 'media' }>,
  free: boolean,
): OffAirMemory {
  const missingMs = memory.sentAt === null ? 0 : missing(memory, at, carriedMs, renewed)
  const past = missingMs <= 0 ? memory.past : added(memory, at, missingMs)
  const calm = free && memory.noticedAt === null && past === null
  return {
    ...memory,
    sentAt: Math.max(memory.sentAt ?? at, at),
    seenAt: seenAt === null ? memory.seenAt : Math.max(memory.seenAt ?? seenAt, seenAt),
    broken: null,
    slept: past === null ? false : memory.slept,
    restored: false,
    past,
    // A switch that came to nothing while all was well.
    ...(calm ? { begun: null, waitedFor: [] } : {}),
  }
}

/** How much of the time since the last media nothing went out, ms. */
function missing(
  { sentAt, broken, noticedAt }: OffAirMemory,
  at: number,
  carriedMs: number | null,
  renewed: boolean,
): number {
  const holeMs = at - (sentAt ?? at)
  if (renewed) return holeMs
  if (broken !== null) return holeMs < broken.enoughMs ? 0 : holeMs
  if (holeMs < silentEnoughMs) return 0
  // Nobody looked for a while: what was sent meanwhile tells how much is missing.
  if (carriedMs === null) return noticedAt === null ? 0 : holeMs
  return carriedMs >= holeMs * unevenShare ? 0 : holeMs - carriedMs
}

function added(memory: OffAirMemory, at: number, missingMs: number): OffAirMemory['past'] {
  const { parts, bound } = stretch({ ...memory, sentAt: at - missingMs }, { how: 'healed', at, now: true })
  const before = memory.past
  return before === null
    ? { parts, bound }
    : { parts: addParts(before.parts, parts), bound: weaker(before.bound, bound) }
}
