import { expect, it } from 'vitest'
import { suite } from '../../support/suite'
import { expectCommands, onAir, system, told, untilBackup, useStage } from './stage'

const { open } = useStage()

suite('the operator, on a real OBS', ['obs', 'nginx', 'ffmpeg', 'netns'], () => {
  it('Start pressed in OBS while the backup is on air is an OBS now', async () => {
    const stage = await open({ reconnect: false })
    expect(await stage.understudy.command({ kind: 'backup-now' })).toEqual({ ok: true })
    await untilBackup(stage)
    await stage.understudy.until('OBS idle', (now) =>
      system(now, 'obs').causes.some((cause) => cause.code === 'not-streaming'),
    )
    await stage.obs.startStream()
    const now = await stage.understudy.until('OBS on air', (each) => onAir(each, 'obs'), 60_000)
    expect(now.phase).toMatchObject({ proof: 'server' })
    await stage.viewer.untilFrames(30)
  })

  it('a hold cannot be fought; released, the switch comes', async () => {
    const stage = await open({ reconnect: false })
    await stage.understudy.command({ kind: 'hold', forMs: null })
    await stage.platform.dropPublisher('live', 'program')
    const held = await stage.understudy.until('the refusal to switch', (now) =>
      told(now).includes('not-switched'),
    )
    expect(held.timeline[0]?.notice).toMatchObject({ code: 'not-switched', because: 'hold' })
    await expectCommands(stage, [])
    await stage.understudy.command({ kind: 'release' })
    await untilBackup(stage)
  })

  it('a backup that fails on air goes back to an OBS that can start', async () => {
    const stage = await open({ reconnect: false })
    await stage.platform.dropPublisher('live', 'program')
    await untilBackup(stage)
    await stage.camera.kill()
    const now = await stage.understudy.until('OBS on air', (each) => onAir(each, 'obs'), 60_000)
    expect(told(now).filter((code) => code === 'on-air-bad')).toHaveLength(2)
    await stage.viewer.untilFrames(30)
  })

  it('ends the stream and goes live again on command', async () => {
    const stage = await open()
    expect(await stage.understudy.command({ kind: 'end-stream' })).toEqual({ ok: true })
    await stage.understudy.until('the end', (now) => now.phase.kind === 'offline', 60_000)
    expect(await stage.understudy.command({ kind: 'backup-now' })).toMatchObject({
      ok: false,
      problem: { code: 'refused-no-stream' },
    })
    await stage.understudy.until('OBS idle', (now) => system(now, 'obs').readiness === 'ready')
    expect(await stage.understudy.command({ kind: 'go-live' })).toEqual({ ok: true })
    const now = await stage.understudy.until('OBS on air', (each) => onAir(each, 'obs'), 60_000)
    expect(now.phase).toMatchObject({ proof: 'server' })
  })
})
