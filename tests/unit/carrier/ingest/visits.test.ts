import { expect, it } from 'vitest'
import { ConnectionLog } from '../../../../src/carrier/ingest/connection-log'
import { problem } from '../../../../src/core/problem'

const shown = (visits: ConnectionLog): readonly string[] =>
  visits.list().map(({ what, problem: why }) => (why === null ? what : `${what} ${why.code}`))

it('strangers of every kind, in turn, push out no publisher', () => {
  let now = 0
  const visits = new ConnectionLog(() => now)
  visits.note('published', null)
  visits.note('left', problem('ingest-publisher-lost'))
  for (let i = 0; i < 1_000; i += 1) {
    now += 7
    visits.note('refused', problem('ingest-key-wrong'))
    visits.note('refused', problem('ingest-malformed', { reason: 'silent' }))
    visits.note('refused', problem('ingest-crowded'))
    visits.note('refused', problem('ingest-app-wrong'))
    visits.note('refused', problem('ingest-not-publisher'))
  }
  expect(shown(visits).slice(0, 2)).toEqual(['published', 'left ingest-publisher-lost'])
  expect(shown(visits).filter((each) => each.startsWith('refused')).length).toBe(4)
})

it('a stranger that knocks all the time is news once a second, a publisher always', () => {
  let now = 0
  const visits = new ConnectionLog(() => now)
  let news = 0
  for (let i = 0; i < 5_000; i += 1, now += 2)
    if (visits.note('refused', problem('ingest-crowded'))) news += 1
  expect(news).toBe(10)
  expect(visits.note('published', null)).toBe(true)
  expect(visits.note('took-over', problem('ingest-taken-over'))).toBe(true)
  expect(visits.note('took-over', problem('ingest-taken-over'))).toBe(true)
  expect(shown(visits).at(-1)).toBe('took-over ingest-taken-over')
  const seqs = visits.list().map(({ seq }) => seq)
  expect([...seqs].sort((a, b) => a - b)).toEqual(seqs)
})
