import { describe, expect, it } from 'vitest'
import { targetOf } from '../../../../../src/engine/ingest/carrier/target'
import type { Destination } from '../../../../../src/engine/ports'

const base: Destination = {
  id: 'platform',
  url: 'rtmps://host/app',
  key: 'KEY',
  auth: null,
  takeover: { kind: 'none' },
  graceMs: null,
}

describe('targetOf', () => {
  it('leaves a destination without takeover as it is', () => {
    expect(targetOf(base, 3)).toEqual({ url: 'rtmps://host/app', key: 'KEY', auth: null })
  })

  it('lets the lease be the takeover number, so that it rises with each start', () => {
    const takeover = { kind: 'query', param: 'priority' } as const
    expect(targetOf({ ...base, takeover }, 3).key).toBe('KEY?priority=3')
    expect(targetOf({ ...base, takeover, key: 'KEY?a=1' }, 4).key).toBe('KEY?a=1&priority=4')
    // The streamer's own number would win, or be refused with ours.
    expect(targetOf({ ...base, takeover, key: 'KEY?priority=9&a=1' }, 4).key).toBe('KEY?a=1&priority=4')
    expect(targetOf({ ...base, takeover, key: '' }, 5)).toMatchObject({
      url: 'rtmps://host/app?priority=5',
      key: '',
    })
  })

  it('publishes to the second URL where there is one', () => {
    const takeover = { kind: 'backup-url' } as const
    expect(targetOf({ ...base, takeover, backupUrl: 'rtmps://b.host/app' }, 1).url).toBe('rtmps://b.host/app')
    expect(targetOf({ ...base, takeover }, 1).url).toBe('rtmps://host/app')
  })
})
