import { describe, expect, it } from 'vitest'
import { landing } from '../../../src/renderer/screens'
import type { Snapshot } from '../../../src/shared/snapshot'
import { makeSnapshot } from '../../support/story/snapshots'

const bare = (more: Partial<Snapshot>): Snapshot => {
  const made = makeSnapshot({})
  return { ...made, systems: made.systems.filter(({ kind }) => kind === 'push'), ...more }
}
const adopting: Snapshot['phase'] = { kind: 'adopting' }
const offline: Snapshot['phase'] = { kind: 'offline', lastEnd: null }

describe('the screen where no address names one', () => {
  it('is the first run while there is nothing to switch to, from the first look of a new engine on', () => {
    expect(landing(bare({ phase: offline }), false)).toEqual({ screen: 'welcome' })
    expect(landing(bare({ phase: adopting, live: false }), false)).toEqual({ screen: 'welcome' })
  })

  it('is what is on air once somebody put the first run aside, is live, or has a backup', () => {
    expect(landing(bare({ phase: offline }), true)).toEqual({ screen: 'live' })
    const onAir: Snapshot['phase'] = { kind: 'on-air', system: 'obs', sinceWall: 0, proof: 'server' }
    expect(landing(bare({ phase: onAir }), false)).toEqual({ screen: 'live' })
    expect(landing(makeSnapshot({ phase: offline }), false)).toEqual({ screen: 'live' })
  })

  it('is the rehearsal where the engine only rehearses', () => {
    expect(landing(bare({ phase: offline, mode: 'rehearsal' }), false)).toEqual({ screen: 'rehearsal' })
  })
})
