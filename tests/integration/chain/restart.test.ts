import { expect, it } from 'vitest'
import { suite } from '../../support/suite'
import { commandsOf, onAir, returnToObs, told, untilBackup, useStage, type Stage } from './stage'

const { open } = useStage()

/** The publisher nginx has now: a new session has a new number. */
async function session(stage: Stage): Promise<string> {
  const publisher = (await stage.platform.stream('program'))?.publisher
  if (publisher === undefined) throw new Error('nobody publishes')
  return publisher.id
}

suite('kill -9 of the parts', ['obs', 'nginx', 'ffmpeg', 'netns'], () => {
  it('engine killed with the backup on air: media runs on, the next engine adopts it and starts nothing', async () => {
    const stage = await open({ reconnect: false })
    await stage.platform.dropPublisher('live', 'program')
    await untilBackup(stage)
    const before = await session(stage)
    await stage.understudy.kill()
    await stage.viewer.untilFrames(60)
    const commands = commandsOf(stage).length
    await stage.understudy.start()
    const now = await stage.understudy.until('the backup adopted', (each) => onAir(each, 'backup'))
    expect(told(now)).toContain('adopted')
    expect(commandsOf(stage).slice(commands)).toEqual([])
    expect(await session(stage)).toBe(before)
    await returnToObs(stage)
  })

  it('engine killed with OBS on air: the next engine finds it there, still armed', async () => {
    const stage = await open({ reconnect: false })
    const before = await session(stage)
    await stage.understudy.kill()
    await stage.understudy.start()
    const now = await stage.understudy.until('OBS adopted', (each) => onAir(each, 'obs'))
    expect(now.armed).toBe(true)
    expect(commandsOf(stage)).toEqual([])
    expect(await session(stage)).toBe(before)
    await stage.understudy.until('the backup warm', (each) =>
      each.systems.some((system) => system.id === 'backup' && system.readiness === 'ready'),
    )
    await stage.platform.dropPublisher('live', 'program')
    await untilBackup(stage)
  })

  it('engine killed in the middle of a switch: the next engine carries it on', async () => {
    const stage = await open()
    // The fence of a black-holed OBS takes its time: the engine dies while it waits.
    stage.lab.ownLink.blackhole()
    await stage.understudy.until('the switch to begin', (now) => now.phase.kind === 'switching', 60_000)
    await stage.understudy.kill()
    await stage.understudy.start()
    await untilBackup(stage)
    stage.lab.ownLink.restore()
    await returnToObs(stage)
  })

  it('carrier killed with the backup on air: the engine starts another, and the backup is back', async () => {
    const stage = await open({ reconnect: false })
    await stage.platform.dropPublisher('live', 'program')
    await untilBackup(stage)
    const before = stage.understudy.carrierPid()
    expect(before).not.toBeNull()
    process.kill(before ?? 0, 'SIGKILL')
    await stage.understudy.until('another carrier', () => {
      const pid = stage.understudy.carrierPid()
      return pid !== null && pid !== before
    })
    await stage.understudy.until(
      'somebody on air again',
      (now) => now.phase.kind === 'on-air' && now.timeline.length > 0,
      60_000,
    )
    await stage.viewer.untilFrames(60, 60_000)
  })

  it('a second engine on the same data directory finds the first and says so', async () => {
    const stage = await open()
    const { code, said } = await stage.understudy.second()
    expect(code).toBe(1)
    expect(said).toContain(stage.understudy.url())
    expect(onAir(await stage.understudy.snapshot(), 'obs')).toBe(true)
  })
})
