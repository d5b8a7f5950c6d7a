import { expect, it } from 'vitest'
import { isLivePhase } from '../../../../src/core/failover/live'
import { inPhase, onAir, Story } from '../../../support/story/story'

const live = ({ state }: Story): boolean => isLivePhase(state.phase)

it('is live from the start of a stream to its end, whoever carries it and whether or not anybody does', () => {
  const story = new Story()
  story.obs.open()
  story.run(5_000)
  expect(live(story)).toBe(false)
  story.say({ kind: 'go-live' }).until(onAir('obs'))
  expect(live(story)).toBe(true)
  story.say({ kind: 'switch', to: 'backup' }).until(inPhase('switching'))
  expect(live(story)).toBe(true)
  story.until(onAir('backup')).say({ kind: 'end-stream' }).until(inPhase('offline'))
  expect(live(story)).toBe(false)
})

it('is live after a restart in the middle of a stream, before anybody was heard; not where there was none', () => {
  const story = new Story().live()
  story.restart()
  expect(inPhase('adopting')(story.state)).toBe(true)
  expect(live(story)).toBe(true)
  const idle = new Story()
  idle.restart((point) => ({ ...point, onAir: null, handover: false }))
  expect(inPhase('adopting')(idle.state)).toBe(true)
  expect(live(idle)).toBe(false)
})
