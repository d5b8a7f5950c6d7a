import { expect, it } from 'vitest'
import { Crashes } from '../../../../src/engine/runtime/crashes'
import type { CrashNote } from '../../../../src/engine/ports'
import { problemText } from '../../../../src/shared/messages'

const wall = new Date(2026, 4, 3, 14, 5).getTime()

it('tells each once, shows it with its time for a while, and then it is over', () => {
  let now = 0
  const crashes = new Crashes({ monotonicMs: () => now, wallMs: () => wall }, '/data')
  crashes.add({ process: 'engine', wall })
  const told: CrashNote[] = []
  const leave = crashes.tell((note) => told.push(note))
  crashes.add({ process: 'carrier', wall })
  expect(told.map(({ process }) => process)).toEqual(['engine', 'carrier'])
  leave()
  // The set-up changed: the next app hears what came between, and nothing twice.
  crashes.add({ process: 'carrier', wall: wall + 60_000 })
  crashes.tell((note) => told.push(note))
  expect(told).toHaveLength(3)
  expect(crashes.problems().map(problemText)).toEqual([
    'Understudy crashed at 14:05. It was restarted.',
    'Understudy’s media process crashed at 14:06. It was restarted.',
  ])
  expect(crashes.problems()[1]?.params?.['log']).toMatch(/carrier\.log$/)
  now = 10 * 60_000
  expect(crashes.problems()).toEqual([])
})
