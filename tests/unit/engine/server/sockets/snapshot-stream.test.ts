import { beforeEach, describe, expect, it } from 'vitest'
import type { ServerMessage } from '../../../../../src/shared/contract'
import type { Snapshot } from '../../../../../src/shared/snapshot'
import {
  behindBytes,
  coalesceMs,
  SnapshotStream,
} from '../../../../../src/engine/server/sockets/snapshot-stream'
import { diffSnapshots } from '../../../../../src/engine/server/sockets/snapshot-diff'
import { backupFeed, makeProgram, obsFeed, slateFeed } from '../../../../support/story/program-snapshot'
import { makeSnapshot, obsSystem } from '../../../../support/story/snapshots'

let now: number
let waiting: number
let current: Snapshot
let sent: ServerMessage[]
let feed: SnapshotStream

const change = (more: Partial<Snapshot>): void => {
  current = { ...current, wall: current.wall + 1, ...more }
  feed.changed()
}
const calm = (kbps: number): void =>
  change({ systems: [{ ...obsSystem, metrics: { ...obsSystem.metrics, bitrateKbps: kbps } }] })

beforeEach(() => {
  now = 1_000
  waiting = 0
  current = makeSnapshot()
  sent = []
  feed = new SnapshotStream(
    { send: (message) => sent.push(message), waiting: () => waiting },
    () => current,
    () => now,
  )
  feed.pump()
})

describe('SnapshotFeed', () => {
  it('begins with a whole snapshot and goes on with what changed, counting', () => {
    now += coalesceMs
    change({ armed: false })
    expect(sent).toEqual([
      { type: 'snapshot', revision: 1, snapshot: makeSnapshot() },
      { type: 'patch', revision: 2, patch: { wall: current.wall, armed: false } },
    ])
  })

  it('starts again from a whole snapshot where a member is gone, as when the route changes', () => {
    now += coalesceMs
    change({ program: makeProgram() })
    now += coalesceMs
    current = makeSnapshot({ wall: current.wall + 1 })
    feed.changed()
    expect(sent.map(({ type }) => type)).toEqual(['snapshot', 'patch', 'snapshot'])
    expect(sent[2]).toEqual({ type: 'snapshot', revision: 3, snapshot: current })
  })

  it('tells a tray nothing of numbers of the program that merely move', () => {
    change({ program: makeProgram() })
    feed.setDetail('urgent')
    const before = sent.length
    now += coalesceMs
    change({
      program: makeProgram({ feeds: [{ ...obsFeed, mediaAgeMs: 90 }, backupFeed, slateFeed] }),
    })
    expect(sent).toHaveLength(before)
    now += coalesceMs
    change({ program: makeProgram({ onFeed: 'backup' }) })
    expect(sent).toHaveLength(before + 1)
  })

  it('puts calm changes together, at most four times a second', () => {
    for (let ms = 0; ms < 1_000; ms += 10) {
      now += 10
      calm(ms)
    }
    expect(sent.length - 1).toBe(4)
  })

  it('says when the rest is due and then sends it', () => {
    now += 10
    calm(1)
    expect(sent).toHaveLength(1)
    expect(feed.nextDueMs()).toBe(240)
    now += 240
    feed.pump()
    expect(sent).toHaveLength(2)
    expect(feed.nextDueMs()).toBeNull()
  })

  it.each<readonly [string, Partial<Snapshot>]>([
    ['phase', { phase: { kind: 'dark', sinceWall: 1, problem: null } }],
    ['onAir', { onAir: 'backup' }],
    ['hold', { hold: { sinceWall: 1, untilWall: null } }],
    ['armed', { armed: false }],
  ])('sends a change of %s at once, with what waited', (_name, more) => {
    calm(77)
    change(more)
    expect(sent).toHaveLength(2)
    expect(sent[1]).toMatchObject({ type: 'patch', patch: more })
  })

  it('sends nothing when only the time of making moved', () => {
    now += 1_000
    change({})
    expect(sent).toHaveLength(1)
    expect(feed.nextDueMs()).toBeNull()
  })

  it('sends nothing to a hidden page and a whole snapshot when it is shown', () => {
    feed.setVisible(false)
    change({ onAir: 'backup' })
    expect(sent).toHaveLength(1)
    expect(feed.nextDueMs()).toBeNull()
    feed.setVisible(true)
    expect(sent[1]).toMatchObject({ type: 'snapshot', revision: 2, snapshot: { onAir: 'backup' } })
  })

  it('drops a page that is behind to a fresh snapshot once it has caught up', () => {
    waiting = behindBytes + 1
    for (let step = 0; step < 50; step += 1) {
      now += coalesceMs
      change({ onAir: step % 2 === 0 ? 'backup' : 'obs' })
    }
    expect(sent).toHaveLength(1)
    expect(feed.nextDueMs()).not.toBeNull()
    waiting = 0
    feed.pump()
    expect(sent).toHaveLength(2)
    expect(sent[1]).toMatchObject({ type: 'snapshot', revision: 2, snapshot: { onAir: 'obs' } })
  })
})

describe('diffSnapshots', () => {
  it('takes times that differ by a hair for the same moment, and nothing else', () => {
    const live = (sinceWall: number, attempt: number): Snapshot =>
      makeSnapshot({
        phase: {
          kind: 'switching',
          from: null,
          to: 'obs',
          step: 'start',
          sinceWall,
          attempt,
          reason: { code: 'adopt' },
          problem: null,
        },
      })
    expect(diffSnapshots(live(1_000, 1), live(1_001, 1)).patch).toBeNull()
    expect(diffSnapshots(live(1_000, 1), live(2_000, 1)).urgent).toBe(true)
    expect(diffSnapshots(live(1_000, 1), live(1_000, 2)).urgent).toBe(true)
  })

  it('compares by content, member by member', () => {
    const before = makeSnapshot()
    expect(diffSnapshots(before, structuredClone(before)).patch).toBeNull()
    expect(diffSnapshots(before, { ...before, problems: [{ code: 'disk-full' }] })).toEqual({
      patch: { wall: before.wall, problems: [{ code: 'disk-full' }] },
      urgent: false,
    })
  })
})
