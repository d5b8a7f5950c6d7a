import { expect, it } from 'vitest'
import { suite } from '../../support/suite'
import { until } from '../../support/wait'
import { expectCommands, onAir, returnToObs, system, told, untilBackup, useStage, type Stage } from './stage'

const { open } = useStage()

/** Once the backup is on air, OBS is left alone for a while: it may not come back by itself. */
async function staysOnBackup(stage: Stage, looks: number): Promise<void> {
  for (let look = 0; look < looks; look++) {
    const before = stage.viewer.arrivals().length
    await until(() => stage.viewer.arrivals().length > before + 20, {
      timeoutMs: 10_000,
      what: 'the backup to go on',
    })
    expect(onAir(await stage.understudy.snapshot(), 'backup')).toBe(true)
  }
}

suite('faults of a real OBS, embedded backup', ['obs', 'nginx', 'ffmpeg', 'netns'], () => {
  it('the ingest drops OBS, which does not reconnect', async () => {
    const stage = await open({ reconnect: false })
    await stage.platform.dropPublisher('live', 'program')
    await untilBackup(stage)
    const now = await stage.understudy.snapshot()
    expect(told(now)).toEqual(expect.arrayContaining(['on-air-bad', 'switching', 'switched']))
    await expectCommands(stage, ['start backup'])
    await returnToObs(stage)
    await expectCommands(stage, ['start backup', 'stop backup', 'start obs', 'prove obs'])
  })

  it('OBS is killed, and started again later', async () => {
    const stage = await open()
    await stage.obs.kill()
    await untilBackup(stage)
    await stage.obs.restart()
    await staysOnBackup(stage, 2)
    await returnToObs(stage)
  })

  it('OBS freezes; thawed, it does not take the stream back', async () => {
    const stage = await open()
    stage.obs.freeze()
    await untilBackup(stage)
    stage.obs.thaw()
    await stage.understudy.until(
      'OBS fenced',
      (now) => system(now, 'obs').causes.some((cause) => cause.code === 'not-streaming'),
      60_000,
    )
    await staysOnBackup(stage, 3)
    await returnToObs(stage)
  })

  it("OBS's own link goes black; back again, it does not take the stream back", async () => {
    const stage = await open()
    stage.lab.ownLink.blackhole()
    await untilBackup(stage)
    stage.lab.ownLink.restore()
    await staysOnBackup(stage, 3)
    await returnToObs(stage)
  })

  it("OBS's own link is narrowed to 30 %", async () => {
    const stage = await open()
    stage.lab.ownLink.narrow(250)
    await untilBackup(stage)
    stage.lab.ownLink.restore()
    await staysOnBackup(stage, 2)
    await returnToObs(stage)
  })

  it('the user stops the stream: over, not failed', async () => {
    const stage = await open()
    await stage.obs.stopStream()
    const now = await stage.understudy.until('the end', (each) => each.phase.kind === 'offline')
    expect(told(now)).toContain('stream-ended')
    expect(told(now)).not.toContain('switching')
    await expectCommands(stage, [])
  })

  it('the user quits OBS: over, not failed', async () => {
    const stage = await open()
    await stage.obs.quit()
    const now = await stage.understudy.until('the end', (each) => each.phase.kind === 'offline')
    expect(told(now)).toContain('stream-ended')
    await expectCommands(stage, [])
  })

  it('the link that all share is dead: the switch fails with that cause, and recovers', async () => {
    const stage = await open()
    stage.lab.sharedLink.blackhole()
    const failed = await stage.understudy.until(
      'the switch to fail',
      (now) => told(now).includes('switch-failed'),
      90_000,
    )
    const notice = failed.timeline.find((each) => each.notice.code === 'switch-failed')?.notice
    expect(notice).toMatchObject({
      code: 'switch-failed',
      to: 'backup',
      problem: { code: 'destination-unreachable' },
    })
    stage.lab.sharedLink.restore()
    await stage.understudy.until('somebody on air', (now) => now.phase.kind === 'on-air', 120_000)
    await stage.viewer.untilFrames(30)
  })
})
