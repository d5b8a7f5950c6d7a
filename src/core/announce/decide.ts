import type { Notice } from '../failover/commands'
import { isQuiet, type QuietHours } from './quiet-hours'
import { announce, loudAgain, type Announcement, type Spoken } from './index'

/** An entry of the timeline, as far as it matters here. */
export interface TimelineItem {
  /** Rises by one with each, as long as one engine runs. */
  readonly id: number
  /** ms since epoch. */
  readonly wall: number
  readonly notice: Notice
}

/** Which kinds a person wants to be told. */
export interface AnnouncePrefs {
  readonly on: boolean
  readonly switch: boolean
  readonly health: boolean
  readonly backup: boolean
  readonly monitor: boolean
  readonly stream: boolean
  readonly sound: boolean
  /** In these hours only alarms, without sound; null: none. */
  readonly quietHours: QuietHours | null
}

/**
 * What one notification is about. A newer one takes the place of an older one of the same slot, because it tells how the
 * same thing stands now.
 */
export type Slot = 'on-air' | 'backup' | 'monitor'

/** One notification to show. */
export interface Shown<Item extends TimelineItem> {
  readonly slot: Slot
  /** Oldest first, never empty: what happened within a moment is one notification. The last one gives it its title. */
  readonly items: readonly Item[]
  readonly urgency: Announcement['urgency']
  readonly silent: boolean
}

/** What was told by now. */
export interface Told<Item extends TimelineItem> {
  readonly lastId: number
  readonly lastWall: number
  readonly spoken: Spoken
  readonly showing: Partial<Readonly<Record<Slot, Showing<Item>>>>
}

interface Showing<Item extends TimelineItem> {
  /** All that happened in it, oldest first. */
  readonly story: readonly Item[]
  readonly wall: number
  /** Key of its newest item. */
  readonly key: string
  /** When it last made a sound; null: it has not. */
  readonly soundWall: number | null
}

export const nothingTold = { lastId: 0, lastWall: 0, spoken: {}, showing: {} } as const

/** What happened longer ago than this is no news: the app was just started, or was away from the engine. */
const newsMs = 15_000
/** What follows within this time belongs to the same story: a failure, its switch, its proof. */
const storyMs = 20_000
/** A notification that takes another's place this soon makes no second sound, unless it is more urgent. */
const soundAgainMs = 3_000
/** Attempts that fail one after the other must not grow a story without end. */
const longestStory = 12

/** The moment of asking. */
export interface AnnounceTime {
  readonly wall: number
  /** Minutes since midnight on the person's clock. */
  readonly minuteOfDay: number
}

/** Entries of the timeline (in any order) that are new since `told`: which notifications to show, and what was told then. */
export function decideAnnouncements<Item extends TimelineItem>(
  timeline: readonly Item[],
  told: Told<Item>,
  prefs: AnnouncePrefs,
  time: AnnounceTime,
): { readonly show: readonly Shown<Item>[]; readonly told: Told<Item> } {
  // A new engine counts from one again, and what it says is younger than all that was told.
  const fresh = timeline
    .filter((item) => item.id > told.lastId || item.wall > told.lastWall)
    .sort((one, other) => one.id - other.id)
  let next: Told<Item> = {
    ...told,
    lastId: timeline.length === 0 ? told.lastId : Math.max(...timeline.map((item) => item.id)),
    lastWall: Math.max(told.lastWall, ...timeline.map((item) => item.wall)),
  }
  const changed = new Map<Slot, Shown<Item>>()
  for (const item of fresh) {
    if (time.wall - item.wall > newsMs) continue
    const result = tell(item, next, prefs, time)
    if (result === null) continue
    next = result.told
    const before = changed.get(result.shown.slot)
    const silent = result.shown.silent && (before?.silent ?? true)
    changed.set(result.shown.slot, { ...result.shown, silent })
  }
  return { show: [...changed.values()], told: next }
}

function tell<Item extends TimelineItem>(
  item: Item,
  told: Told<Item>,
  prefs: AnnouncePrefs,
  time: AnnounceTime,
): { readonly shown: Shown<Item>; readonly told: Told<Item> } | null {
  const announcement = announce(item.notice)
  const slot = slotOf(announcement)
  const quiet = isQuiet(prefs.quietHours, time.minuteOfDay)
  if (slot === null || !wanted(announcement, prefs, quiet)) return null
  const before = told.showing[slot]
  const { loud, spoken } = loudAgain(told.spoken, announcement, item.wall)
  // Said a moment ago: no sound. Shown only where something else stands there by now, which would be wrong.
  if (!loud && (before === undefined || before.key === announcement.key)) return null
  const story = before !== undefined && continues(before, item) ? before.story : []
  const { urgency } = announcement
  const rang = before?.soundWall ?? null
  const sinceRangMs = item.wall - (rang ?? Number.NEGATIVE_INFINITY)
  const justRang = sinceRangMs >= 0 && sinceRangMs < soundAgainMs && !moreUrgent(urgency, before)
  const silent = !prefs.sound || quiet || !loud || urgency === 'info' || justRang
  const showing = {
    story: [...story, item].slice(-longestStory),
    wall: item.wall,
    key: announcement.key,
    soundWall: silent ? rang : item.wall,
  }
  return {
    shown: { slot, items: inShort([...story, item]), urgency, silent },
    told: { ...told, spoken, showing: { ...told.showing, [slot]: showing } },
  }
}

/** With these a story is over; what comes next is another one. */
const endings: ReadonlySet<Notice['code']> = new Set([
  'switched',
  'on-air-good',
  'stream-started',
  'stream-ended',
  'adopted',
  'backup-ready',
])

/** They begin a story, whatever was before. */
const beginnings: ReadonlySet<Notice['code']> = new Set(['on-air-bad', 'stream-started', 'stream-ended'])

/** Part of the switch though told after it: its media was not seen to arrive, or it broke the session. */
const ofTheSwitch: ReadonlySet<Notice['code']> = new Set(['unproven', 'session-renewed'])

function continues<Item extends TimelineItem>(
  { story, wall }: Showing<Item>,
  { notice, ...item }: Item,
): boolean {
  if (item.wall - wall > storyMs || beginnings.has(notice.code)) return false
  const last = story.at(-1)?.notice.code
  return last !== undefined && (!endings.has(last) || ofTheSwitch.has(notice.code))
}

/** A command that was refused is answered where it was asked. */
function slotOf({ category }: Announcement): Slot | null {
  switch (category) {
    case 'stream':
    case 'switch':
    case 'health':
      return 'on-air'
    case 'backup':
    case 'monitor':
      return category
    case 'command':
      return null
  }
}

/** Alarms about the stream on air always; the rest as wished, and in quiet hours alarms alone. */
function wanted({ category, urgency }: Announcement, prefs: AnnouncePrefs, quiet: boolean): boolean {
  if (category === 'command') return false
  if (urgency === 'alarm') return true
  return prefs.on && !quiet && prefs[category]
}

const rank = { info: 0, warning: 1, alarm: 2 } as const

function moreUrgent<Item extends TimelineItem>(
  urgency: Announcement['urgency'],
  showing: Showing<Item> | undefined,
): boolean {
  const before = (showing?.story ?? []).map((item) => rank[announce(item.notice).urgency])
  return rank[urgency] > Math.max(0, ...before)
}

/** Codes that say how a thing stands: each is over once the next of them comes. */
const standing: ReadonlySet<Notice['code']> = new Set([
  'switching',
  'switch-failing',
  'switch-failed',
  'switched',
  'on-air-good',
  'not-switched',
  'stream-started',
  'stream-ended',
  'adopted',
  'backup-not-ready',
  'backup-ready',
])

/**
 * A story told in as few sentences as it takes: why, and how it stands. A switch under way names its reason, so that the
 * failure need not stand before it; once it is done, the failure alone says why.
 */
function inShort<Item extends TimelineItem>(items: readonly Item[]): readonly Item[] {
  const last = items.at(-1)
  return items.filter(
    (item) =>
      item === last ||
      (!standing.has(item.notice.code) &&
        !(last !== undefined && sayItself.has(last.notice.code) && item.notice.code === 'on-air-bad')),
  )
}

/** They hold the cause in their own sentence, or it does not matter any more. */
const sayItself: ReadonlySet<Notice['code']> = new Set(['switching', 'not-switched', 'on-air-good'])
