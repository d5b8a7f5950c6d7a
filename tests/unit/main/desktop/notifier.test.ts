import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createNotifier, type Notifier } from '../../../../src/main/desktop/notifier'
import { announce } from '../../../../src/core/announce'
import type { Notice } from '../../../../src/core/failover'
import { notificationsSchema } from '../../../../src/shared/settings/config'
import { noticeText } from '../../../../src/shared/messages'
import type { TimelineEntry } from '../../../../src/shared/snapshot'
import { FakeNotification, Notification, resetFakes } from '../../../fakes/electron'

const prefs = notificationsSchema.parse({})
const wall = 1_000_000

const entry = (id: number, notice: Notice, at = wall): TimelineEntry => ({
  id,
  wall: at,
  notice,
  text: noticeText(notice),
  ...announce(notice),
})
const bad: Notice = { code: 'on-air-bad', system: 'obs', cause: 'obs-gone' }
const switched: Notice = {
  code: 'switched',
  from: 'obs',
  to: 'backup',
  proof: 'acknowledged',
  tookMs: 69,
  offAir: {
    wholeMs: 14_069,
    bound: 'about',
    parts: { noticeMs: 3_000, waitMs: 10_900, failedMs: 0, switchMs: 169 },
    how: 'switched',
    waitedFor: ['backup-not-ready'],
    of: { system: 'obs', cause: 'obs-gone' },
  },
}
const noBackup: Notice = { code: 'backup-not-ready', system: 'backup', cause: 'source-lost' }

let clicks = 0
let changes = 0
const make = (more: { readonly testMs?: number } = {}): Notifier =>
  createNotifier({
    Notification,
    minuteOfDay: () => 12 * 60,
    onClick: () => {
      clicks += 1
    },
    onChanged: () => {
      changes += 1
    },
    ...more,
  })
const ready = (): Notifier => {
  const notifier = make()
  notifier.prefer(prefs)
  return notifier
}

beforeEach(() => {
  resetFakes()
  clicks = 0
  changes = 0
})

describe('notifications', () => {
  it('show what happened and why', () => {
    ready().tell({ timeline: [entry(2, switched), entry(1, bad)], wall, mode: 'normal' })
    expect(FakeNotification.all).toHaveLength(1)
    expect(FakeNotification.all[0]?.options).toMatchObject({
      title: 'The backup is on air',
      body:
        'OBS crashed or was killed. Viewers saw nothing for about 14.1 s: 3.0 s until it was noticed, ' +
        '10.9 s until a backup was ready, 0.2 s to switch. The server confirmed the media.',
      silent: false,
      urgency: 'normal',
    })
  })

  it('stay until they are seen where the stream is in danger', () => {
    ready().tell({ timeline: [entry(1, bad)], wall, mode: 'normal' })
    expect(FakeNotification.all[0]?.options).toMatchObject({ urgency: 'critical', timeoutType: 'never' })
  })

  it('take the place of the earlier one about the same thing, and of no other', () => {
    const notifier = ready()
    notifier.tell({ timeline: [entry(1, noBackup)], wall, mode: 'normal' })
    notifier.tell({ timeline: [entry(2, bad, wall + 1_000)], wall: wall + 1_000, mode: 'normal' })
    notifier.tell({ timeline: [entry(3, switched, wall + 2_000)], wall: wall + 2_000, mode: 'normal' })
    expect(FakeNotification.all.map((each) => each.closed)).toEqual([false, true, false])
  })

  it('say when it is only a rehearsal', () => {
    ready().tell({ timeline: [entry(1, switched)], wall, mode: 'rehearsal' })
    expect(FakeNotification.all[0]?.options.title).toBe('Rehearsal: The backup is on air')
  })

  it('wait for what the person wants, and then tell what is still news', () => {
    const notifier = make()
    notifier.tell({ timeline: [entry(1, bad)], wall, mode: 'normal' })
    expect(FakeNotification.all).toEqual([])
    notifier.prefer(prefs)
    notifier.tell({ timeline: [entry(1, bad)], wall: wall + 1_000, mode: 'normal' })
    expect(FakeNotification.all).toHaveLength(1)
  })

  it('open the window at a click', () => {
    ready().tell({ timeline: [entry(1, bad)], wall, mode: 'normal' })
    FakeNotification.all[0]?.emit('click', {})
    expect(clicks).toBe(1)
  })

  it('are taken away with the app', () => {
    const notifier = ready()
    notifier.tell({ timeline: [entry(1, bad), entry(2, noBackup)], wall, mode: 'normal' })
    notifier.close()
    expect(FakeNotification.all.map((each) => each.closed)).toEqual([true, true])
  })

  it('of the shell itself replace their own kind', () => {
    const notifier = ready()
    const message = { title: 'a', body: 'b', urgency: 'info', silent: true } as const
    notifier.say('tray', message)
    notifier.say('tray', message)
    notifier.say('refused', message)
    expect(FakeNotification.all.map((each) => each.closed)).toEqual([true, false, false])
  })
})

describe('a system that shows none', () => {
  it('is said, and nothing is tried', () => {
    FakeNotification.supported = false
    const notifier = ready()
    notifier.tell({ timeline: [entry(1, bad)], wall, mode: 'normal' })
    expect(FakeNotification.all).toEqual([])
    expect(notifier.part()).toMatchObject({ state: 'missing', text: 'This system shows no notifications.' })
  })

  it('is said when it refuses one, until it shows one again', () => {
    const notifier = ready()
    FakeNotification.mode = 'fails'
    notifier.tell({ timeline: [entry(1, bad)], wall, mode: 'normal' })
    expect(notifier.part()).toMatchObject({ state: 'missing', text: 'The system refused a notification.' })
    FakeNotification.mode = 'shows'
    notifier.tell({ timeline: [entry(2, switched)], wall, mode: 'normal' })
    expect(notifier.part()).toEqual({ state: 'ok' })
    expect(changes).toBe(2)
  })
})

describe('the test notification', () => {
  it.each([
    ['shows', { state: 'ok' }],
    ['fails', { state: 'missing', text: 'The system refused a notification.' }],
  ] as const)('answers what the system did: %s', async (mode, part) => {
    FakeNotification.mode = mode
    expect(await ready().test()).toMatchObject(part)
  })

  it('does not wait for ever', async () => {
    vi.useFakeTimers()
    try {
      FakeNotification.mode = 'is silent'
      const answer = make({ testMs: 5_000 }).test()
      await vi.advanceTimersByTimeAsync(5_000)
      expect(await answer).toMatchObject({
        state: 'missing',
        text: 'The system did not say that it showed the notification.',
      })
    } finally {
      vi.useRealTimers()
    }
  })

  it('says at once where there are none', async () => {
    FakeNotification.supported = false
    expect(await make().test()).toMatchObject({ text: 'This system shows no notifications.' })
  })
})
