import type { NotSwitched } from '../../core/failover/not-switched'
import type { OffAir, OffAirBound, OffAirParts } from '../../core/off-air/account'
import { durationText, minutesText } from './fill'

/** How long viewers had nothing, with its parts: every sentence of it, for timeline, tally, tray and notifications. */

/** Before the figure. */
const bounds: Readonly<Record<Exclude<OffAirBound, 'not-known'>, string>> = {
  measured: '',
  about: 'about ',
  'at-least': 'at least ',
  'at-most': 'at most ',
}

const waits: Readonly<Record<NotSwitched, string>> = {
  hold: 'because of the hold',
  'not-armed': 'because Understudy was not armed',
  'no-candidate': 'because there was nothing to switch to',
  'backup-not-ready': 'until a backup was ready',
  governor: 'because there had been too many switches',
  settling: 'because the last switch was only a moment ago',
  'cannot-cure': 'because switching did not help',
}

/** What is said of a part that took so long: one figure each, the same unit throughout, so that they can be added up. */
interface Part {
  readonly ms: number
  readonly words: string
}

/** 'Viewers saw nothing for about 14.1 s: 3.0 s until it was noticed, 10.9 s until a backup was ready, 0.2 s to switch.' */
export function offAirText(offAir: OffAir): string {
  const { wholeMs, bound } = offAir
  if (bound === 'not-known') {
    const least = wholeMs > 0 ? `, at least ${figure(wholeMs, wholeMs)}` : ''
    return `How long viewers saw nothing is not known${least}.`
  }
  if (wholeMs === 0) return 'The stream stayed on air.'
  const parts = partsText(offAir)
  return `${offAirShort(offAir)}${parts === '' ? '' : `: ${parts}`}.`
}

/** The same without its parts and without a stop: 'Viewers saw nothing for about 14.1 s'. */
export function offAirShort({ wholeMs, bound }: OffAir): string {
  if (bound === 'not-known') return 'How long viewers saw nothing is not known'
  return wholeMs === 0
    ? 'The stream stayed on air'
    : `Viewers saw nothing for ${bounds[bound]}${figure(wholeMs, wholeMs)}`
}

/** Null: a single part says no more than the whole. */
function partsText(offAir: OffAir): string {
  const { wholeMs, parts } = offAir
  let passed = 0
  // Moments are rounded, not parts: what is left of them adds up to what is said of the whole.
  const shown = partList(offAir, parts).flatMap(({ ms, words }) => {
    const from = rounded(passed, wholeMs)
    passed += ms
    const rest = rounded(passed, wholeMs) - from
    return rest === 0 ? [] : [`${figure(rest, wholeMs)} ${words}`]
  })
  return shown.length < 2 ? '' : shown.join(', ')
}

function partList(offAir: OffAir, { noticeMs, waitMs, failedMs, switchMs }: OffAirParts): readonly Part[] {
  return [
    { ms: noticeMs, words: 'until it was noticed' },
    { ms: waitMs, words: waitWords(offAir) },
    { ms: failedMs, words: 'on a switch that failed' },
    { ms: switchMs, words: 'to switch' },
  ]
}

function waitWords({ how, waitedFor }: OffAir): string {
  if (how === 'healed') return 'until it was back'
  if (how === 'ended') return 'until the stream ended'
  const [only, ...others] = waitedFor
  return only === undefined || others.length > 0 ? 'until something could be put on air' : waits[only]
}

/** The grain of a sentence whose longest figure is `wholeMs`, ms. */
function grainMs(wholeMs: number): number {
  if (wholeMs < 1_000) return 1
  if (wholeMs < 59_950) return 100
  return wholeMs < 3_599_500 ? 1_000 : 60_000
}

const rounded = (ms: number, wholeMs: number): number => Math.round(ms / grainMs(wholeMs)) * grainMs(wholeMs)

/** '69 ms', '14.1 s', '2 min 5 s', '1 h 5 min': in the grain of the whole. */
function figure(ms: number, wholeMs: number): string {
  const grain = grainMs(wholeMs)
  const value = rounded(ms, wholeMs)
  if (grain === 1) return `${value} ms`
  if (grain === 100) return `${(value / 1_000).toFixed(1)} s`
  return value < 3_600_000 ? minutesText(value / 1_000) : durationText(value)
}

/** While it lasts. */
export const offAirWords = {
  /** Beside a running clock. */
  now: 'Viewers see nothing',
  since: (timeOfDay: string): string => `viewers have seen nothing since ${timeOfDay}`,
  sinceUnknown: 'Viewers see nothing; it is not known since when.',
} as const
