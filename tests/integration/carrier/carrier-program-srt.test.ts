import { afterEach, beforeEach, expect, it } from 'vitest'
import { carrierHost, carrierLock, childrenOf, killCarrier } from '../../support/app/carrier'
import { startMediaMtx, type MediaMtx } from '../../support/peers/mediamtx'
import { startSource, type Source } from '../../support/peers/source'
import { suite } from '../../support/suite'
import { freePort, until } from '../../support/wait'

suite('program path of the carrier over SRT', ['mediamtx', 'nginx', 'ffmpeg'], () => {
  let mediamtx: MediaMtx
  let camera: Source
  let srtPort: number
  let other: Source

  beforeEach(async () => {
    srtPort = await freePort()
    mediamtx = await startMediaMtx({ config: { srt: true, srtAddress: `127.0.0.1:${srtPort}` } })
    camera = await startSource({ keyintSec: 1 })
    other = await startSource({ keyintSec: 1 })
  })
  afterEach(async () => {
    await other.stop()
    await camera.stop()
    await mediamtx.stop()
  })

  const bytesAt = async (name: string): Promise<number> => {
    const answer = await fetch(`${mediamtx.apiUrl}/v3/paths/get/${name}`)
    return ((await answer.json()) as { readonly bytesReceived?: number }).bytesReceived ?? 0
  }

  it('goes through cuts in one connection, and leaves no ffmpeg behind', async () => {
    const { host, dataDir } = await carrierHost()
    try {
      const program = host.program({ port: 0, key: 'door-k3y-of-this-machine' })
      expect(await program.prepare({ deadlineMs: 10_000 })).toMatchObject({ ok: true })
      for (const [id, { url }] of [['one', camera] as const, ['two', other] as const])
        expect(await host.port(id).prepare({ url }, { deadlineMs: 20_000 })).toMatchObject({ ok: true })
      const destination = {
        id: 'main',
        url: `srt://127.0.0.1:${srtPort}`,
        key: 'publish:live/srt',
        auth: null,
        takeover: { kind: 'none' },
        graceMs: null,
      } as const
      const targets = [{ id: 'main', destination, other: null }]
      for (const [i, system] of ['one', 'two', 'one', 'two'].entries()) {
        const started = await program.start({ system, generation: i + 1, targets, deadlineMs: 15_000 })
        expect(started).toMatchObject({ ok: true, value: { kind: 'accepted' } })
        const before = await bytesAt('live/srt')
        await until(async () => (await bytesAt('live/srt')) > before + 100_000, {
          timeoutMs: 20_000,
          what: 'media of the new feed',
        })
      }
      expect(program.status().destinations).toMatchObject([{ sessions: 1, leg: 'up', acknowledges: 'no' }])
      expect(await program.stop({ generation: 5, mode: 'clean', deadlineMs: 5_000 })).toMatchObject({
        ok: true,
      })
      const pid = carrierLock(dataDir)?.pid ?? 0
      expect(childrenOf(pid).filter(({ command }) => command.includes('mpegts srt://'))).toEqual([])
    } finally {
      host.close()
      await killCarrier(dataDir)
    }
  })
})
