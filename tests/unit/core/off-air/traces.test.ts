import { describe, expect, it } from 'vitest'
import type { CoreEvent } from '../../../../src/core/events'
import { decide, initialState, type Notice } from '../../../../src/core/failover'
import { defaultPolicy } from '../../../../src/core/policy'
import { parsed, traceText } from '../replay/support'

/** What is told of a recording of a real OBS that has no backup, with when (ms on its clock). */
function told(name: string): readonly (readonly [number, Notice])[] {
  const { items } = parsed(traceText(name))
  const events = items.flatMap((item) => (item.kind === 'event' ? [item.event] : []))
  let state = initialState()
  let at = events[0]?.at ?? 0
  const notices: (readonly [number, Notice])[] = []
  const feed = (event: CoreEvent): void => {
    const decision = decide(state, event, defaultPolicy)
    state = decision.state
    for (const command of decision.commands)
      if (command.kind === 'notice') notices.push([event.at, command.notice])
  }
  feed({
    kind: 'configured',
    at,
    lineup: [{ id: 'obs', kind: 'push' }],
    destination: { id: 'main', takeover: { kind: 'none' }, graceMs: null },
  })
  for (const event of events) {
    for (; at + 250 < event.at; at += 250) feed({ kind: 'tick', at: at + 250 })
    at = Math.max(at, event.at)
    feed(event)
  }
  return notices
}

const accounts = (name: string) =>
  told(name).flatMap(([, notice]) =>
    'offAir' in notice && notice.offAir !== undefined ? [notice.offAir] : [],
  )

/** Its status comes twice a second in the recordings. */
const sampleMs = 500

describe('what viewers missed, in recordings of a real OBS', () => {
  it.each(['ingest-crash-reconnect', 'ingest-drops-publisher', 'obs30-ingest-crash-reconnect'])(
    'is the reconnect that OBS did by itself: %s',
    (name) => {
      expect(accounts(name)).toMatchObject([{ how: 'healed', bound: 'about' }])
      // Its first retry brings it back after 2.2 s.
      expect(accounts(name)[0]?.wholeMs).toBeGreaterThanOrEqual(2_200)
      expect(accounts(name)[0]?.wholeMs).toBeLessThanOrEqual(2_200 + 2 * sampleMs)
    },
  )

  it('is the time in which OBS hung, though only its answers were missing at first', () => {
    const [account] = accounts('obs-hang-8s')
    expect(account).toMatchObject({ how: 'healed', of: { cause: 'obs-hung' } })
    expect(account?.wholeMs).toBeGreaterThanOrEqual(8_000)
    expect(account?.wholeMs).toBeLessThanOrEqual(8_000 + 2 * sampleMs)
  })

  it('is at least what its counters show of an ingest that froze for 20 s', () => {
    const [account] = accounts('obs32-ingest-frozen-20s')
    expect(account).toMatchObject({ bound: 'at-least' })
    expect(account?.wholeMs).toBeGreaterThanOrEqual(14_000)
    expect(account?.wholeMs).toBeLessThanOrEqual(21_000)
  })

  it('is nothing of a line that was narrow for 3 s: frames were dropped, the stream stayed on air', () => {
    expect(accounts('uplink-30pct-3s')).toMatchObject([{ wholeMs: 0, how: 'healed' }])
  })

  it.each(['healthy', 'obs32-healthy', 'cpu-starved-20s', 'user-stop'])('is not told of %s', (name) => {
    expect(accounts(name)).toEqual([])
  })
})
