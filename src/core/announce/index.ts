import { assertNever } from '../assert-never'
import type { Notice } from '../failover/commands'

export type Urgency = 'info' | 'warning' | 'alarm'

export type Category = 'stream' | 'switch' | 'health' | 'backup' | 'monitor' | 'command'

export interface Announcement {
  readonly category: Category
  readonly urgency: Urgency
  /** Announcements with the same key within the throttle are one. */
  readonly key: string
}

/** How loud a notice is and what it belongs to. Surfaces decide what they do with a category. */
export function announce(notice: Notice): Announcement {
  switch (notice.code) {
    case 'switching':
      return { category: 'switch', urgency: 'warning', key: `switching:${notice.to}` }
    case 'switched':
      return { category: 'switch', urgency: 'warning', key: `switched:${notice.to}` }
    case 'switch-failing':
      return { category: 'switch', urgency: 'warning', key: `failing:${notice.to}:${notice.problem.code}` }
    case 'switch-failed':
      return { category: 'switch', urgency: 'alarm', key: `failed:${notice.to}` }
    case 'not-switched':
      return { category: 'switch', urgency: 'alarm', key: `not-switched:${notice.because}` }
    case 'stream-started':
      return { category: 'stream', urgency: 'info', key: 'stream-started' }
    case 'stream-ended':
      // Loud where it is not certain: an encoder that broke looks like a user's stop.
      return { category: 'stream', urgency: notice.certain ? 'info' : 'alarm', key: 'stream-ended' }
    case 'on-air-bad':
      return { category: 'health', urgency: 'alarm', key: `bad:${notice.system}` }
    case 'on-air-good':
      return { category: 'health', urgency: 'info', key: `good:${notice.system}` }
    case 'monitor-blind':
      return { category: 'monitor', urgency: 'warning', key: `blind:${notice.system}` }
    case 'backup-not-ready':
      return { category: 'backup', urgency: 'warning', key: 'backup-not-ready' }
    case 'backup-ready':
      return { category: 'backup', urgency: 'info', key: 'backup-ready' }
    case 'unproven':
      return { category: 'switch', urgency: 'warning', key: `unproven:${notice.system}` }
    case 'fence-owed':
      return { category: 'switch', urgency: 'warning', key: `fence:${notice.system}` }
    case 'adopted':
      return { category: 'stream', urgency: 'info', key: `adopted:${notice.system}` }
    case 'refused':
      return { category: 'command', urgency: 'warning', key: `refused:${notice.command}` }
    case 'governor-holds':
      return { category: 'switch', urgency: 'alarm', key: 'governor' }
    case 'crashed':
      return { category: 'monitor', urgency: 'warning', key: `crashed:${notice.process}` }
    case 'redirected':
      return { category: 'switch', urgency: 'warning', key: `redirected:${notice.destination}:${notice.to}` }
    case 'destination-bad':
      return { category: 'health', urgency: 'warning', key: `destination-bad:${notice.destination}` }
    case 'destination-good':
      return { category: 'health', urgency: 'info', key: `destination-good:${notice.destination}` }
    case 'session-renewed':
      return { category: 'switch', urgency: 'warning', key: `session-renewed:${notice.system}` }
    case 'tracks-left-out':
      return { category: 'stream', urgency: 'warning', key: `tracks-left-out:${notice.system}` }
    default:
      return assertNever(notice, 'notice')
  }
}

/** Keys of what was said, with when (ms). */
export type Spoken = Readonly<Record<string, number>>

/** The same thing is loud again only after this. A drop that comes and goes must not ring all evening. */
const quietMs: Readonly<Record<Category, number>> = {
  stream: 0,
  switch: 30_000,
  health: 30_000,
  backup: 60_000,
  monitor: 60_000,
  command: 0,
}

/** A switch under way or done is news each time it happens. */
const always = /^(switching|switched):/

/** Is it to be said out loud (notification, sound), or only shown? And what was said by then. */
export function loudAgain(
  spoken: Spoken,
  announcement: Announcement,
  at: number,
): { readonly loud: boolean; readonly spoken: Spoken } {
  const { key, category } = announcement
  const last = spoken[key]
  const waitMs = always.test(key) ? 0 : quietMs[category]
  // A clock that was put back must not keep it quiet for hours.
  if (last !== undefined && at >= last && at - last < waitMs) return { loud: false, spoken }
  const recent = Object.entries(spoken).filter(([, since]) => at - since < longestQuietMs)
  return { loud: true, spoken: { ...Object.fromEntries(recent), [key]: at } }
}

const longestQuietMs = Math.max(...Object.values(quietMs))
