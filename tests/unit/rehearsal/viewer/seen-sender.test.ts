import { expect, it } from 'vitest'
import type { FarEnd } from '../../../../src/rehearsal/destination'
import { programSeen, publisherSeen } from '../../../../src/rehearsal/viewer/seen-sender'

const farEnd = (publisherId: number | null, from: string | null = null): FarEnd => ({
  publisherId,
  from,
  bytesIn: 0,
  kbps: 0,
})

it('goes by the publisher on route direct, whatever is told', () => {
  const seen = publisherSeen('obs')
  expect(seen.now(farEnd(3, 'obs'))).toEqual({ id: 3, obs: true })
  seen.heard({ code: 'switched', from: 'obs', to: 'backup', proof: 'server', tookMs: 1 })
  expect(seen.now(farEnd(3, 'obs'))).toEqual({ id: 3, obs: true })
  expect(seen.now(farEnd(4))).toEqual({ id: 4, obs: false })
  expect(seen.now(farEnd(null))).toBeNull()
})

it('goes by the engine’s word on route program, where one publisher sends whatever is on', () => {
  const seen = programSeen()
  expect(seen.now(farEnd(3))).toBeNull()
  seen.heard({ code: 'stream-started', system: 'obs' })
  const first = seen.now(farEnd(3))
  expect(first?.obs).toBe(true)
  seen.heard({ code: 'switched', from: 'obs', to: 'backup', proof: 'server', tookMs: 1 })
  const second = seen.now(farEnd(3))
  expect(second?.obs).toBe(false)
  expect(second?.id).not.toBe(first?.id)
  // From one backup to another nothing comes back to OBS, and a new session is another sender.
  seen.heard({ code: 'switched', from: 'backup', to: 'slate', proof: 'server', tookMs: 1 })
  expect(seen.now(farEnd(3))).toEqual(second)
  expect(seen.now(farEnd(4))?.id).not.toBe(second?.id)
})
