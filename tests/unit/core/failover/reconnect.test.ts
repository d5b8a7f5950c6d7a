import { describe, expect, it } from 'vitest'
import { onAir, Story } from '../../../support/story/story'

describe('an OBS that comes back by itself', () => {
  it('is stopped when only its end was wrongly seen', () => {
    const story = new Story().live()
    story.tell({ kind: 'obs-process', running: null })
    story.obs.processVisible = false
    story.obs.socket = false
    story.destination.publishers.delete('obs')
    story.tell({ kind: 'obs-connection', state: 'closed', code: 1006 })
    story.until(onAir('backup'))
    story.obs.open()
    story.run(4_000)
    expect(story.deeds()).toEqual(['start backup', 'stop obs'])
    expect(story.obs.output).toBe('off')
    expect(onAir('backup')(story.state)).toBe(true)
    expect(story.state.owedFence).toBe(false)
  })

  it('is put on air by a Start in OBS after it was quit and launched anew', () => {
    const story = new Story().live()
    story.obs.kill()
    story.until(onAir('backup')).run(5_000)
    story.obs.launch()
    story.run(5_000)
    expect(onAir('backup')(story.state)).toBe(true)
    story.obs.pressStart()
    story.until(onAir('obs'))
    expect([...story.destination.publishers]).toEqual(['obs'])
  })

  it('is stopped when a start that was given up comes late', () => {
    const story = new Story().backupLive()
    story.intercept = (command) => command.kind === 'start' && command.system === 'obs'
    story.say({ kind: 'switch', to: 'obs' }).until(onAir('backup'))
    story.intercept = () => false
    story.commands.length = 0
    // The modal box in OBS was clicked away: StartStream takes effect only now, and the ingest lets it in.
    story.destination.publishers.clear()
    story.obs.pressStart()
    story.run(5_000)
    expect(story.deeds()).toEqual(['stop obs'])
    expect(story.obs.output).toBe('off')
    expect(onAir('backup')(story.state)).toBe(true)
  })
})
