import { describe, expect, it } from 'vitest'
import { parseRoute, routeHash, setupSections, type Route } from '../../../src/renderer/router'
import { sameKeys } from '../../../src/renderer/engine/same-keys'
import { landing } from '../../../src/renderer/screens'
import { makeSnapshot, obsSystem } from '../../support/story/snapshots'

describe('router', () => {
  it('reads back every address it writes', () => {
    const routes: readonly Route[] = [
      { screen: 'live' },
      { screen: 'compact' },
      { screen: 'rehearsal' },
      { screen: 'welcome' },
      ...setupSections.map((section) => ({ screen: 'setup', section }) as const),
    ]
    for (const route of routes) expect(parseRoute(routeHash(route))).toEqual(route)
  })

  it('leaves the choice to the page without an address, and never shows nothing', () => {
    expect(parseRoute('')).toBeNull()
    expect(parseRoute('#')).toBeNull()
    expect(parseRoute('#/nowhere')).toEqual({ screen: 'live' })
    expect(parseRoute('#/setup/nothing')).toEqual({ screen: 'setup', section: 'obs' })
    expect(parseRoute('#/setup')).toEqual({ screen: 'setup', section: 'obs' })
  })
})

describe('landing', () => {
  const bare = makeSnapshot({ systems: [obsSystem] })

  it('greets whoever has nothing set up, once', () => {
    expect(landing(bare, false)).toEqual({ screen: 'welcome' })
    expect(landing(bare, true)).toEqual({ screen: 'live' })
    expect(landing(makeSnapshot(), false)).toEqual({ screen: 'live' })
  })

  it('greets as well while a new engine still looks for a stream', () => {
    const phase = { kind: 'adopting', sinceWall: 1 } as const
    expect(landing({ ...bare, phase, live: false }, false)).toEqual({ screen: 'welcome' })
    expect(landing({ ...bare, phase, live: true }, false)).toEqual({ screen: 'live' })
  })

  it('never covers what is on air', () => {
    const phase = { kind: 'on-air', system: 'obs', sinceWall: 1, proof: null } as const
    expect(landing({ ...bare, phase }, false)).toEqual({ screen: 'live' })
  })

  it('opens a rehearsal where the whole engine rehearses', () => {
    expect(landing(makeSnapshot({ mode: 'rehearsal' }), false)).toEqual({ screen: 'rehearsal' })
  })
})

describe('keys', () => {
  it('are the same in any order and under any name', () => {
    expect(sameKeys('Control+Shift+F7', 'Shift+Control+F7', false)).toBe(true)
    expect(sameKeys('CommandOrControl+F7', 'Control+F7', false)).toBe(true)
    expect(sameKeys('CommandOrControl+F7', 'Control+F7', true)).toBe(false)
    expect(sameKeys('CommandOrControl+F7', 'Command+F7', true)).toBe(true)
    expect(sameKeys('Control+F7', 'Control+F8', false)).toBe(false)
  })
})
