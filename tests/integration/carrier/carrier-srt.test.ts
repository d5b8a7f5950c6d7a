import { afterAll, beforeAll, expect, it } from 'vitest'
import { carrierHost, childrenOf, carrierLock, killCarrier } from '../../support/app/carrier'
import { startMediaMtx, type MediaMtx } from '../../support/peers/mediamtx'
import { startSource, type Source } from '../../support/peers/source'
import { suite } from '../../support/suite'
import { freePort, until } from '../../support/wait'

suite('the carrier publishing over SRT', ['mediamtx', 'nginx', 'ffmpeg'], () => {
  let mediamtx: MediaMtx
  let source: Source
  let srtPort: number

  beforeAll(async () => {
    srtPort = await freePort()
    mediamtx = await startMediaMtx({ config: { srt: true, srtAddress: `127.0.0.1:${srtPort}` } })
    source = await startSource({ keyintSec: 1 })
  })
  afterAll(async () => {
    await source.stop()
    await mediamtx.stop()
  })

  const online = async (name: string): Promise<boolean> => {
    const answer = await fetch(`${mediamtx.apiUrl}/v3/paths/get/${name}`)
    const body = (await answer.json()) as { readonly online?: boolean }
    return body.online === true
  }

  it('starts, is proven as accepted, stops, and leaves no ffmpeg of it', async () => {
    const { host, dataDir } = await carrierHost()
    try {
      const port = host.port('backup')
      expect(await port.prepare({ url: source.url }, { deadlineMs: 15_000 })).toEqual({ ok: true })
      const destination = {
        id: 'main',
        takeover: { kind: 'none' },
        graceMs: null,
        url: `srt://127.0.0.1:${srtPort}`,
        key: 'publish:live/srt',
        auth: null,
      } as const
      const started = await port.start({ generation: 1, destination, overlap: false, deadlineMs: 10_000 })
      expect(started).toMatchObject({ ok: true, value: { kind: 'accepted' } })
      expect(await online('live/srt')).toBe(true)
      expect(await port.stop({ generation: 1, mode: 'abrupt', deadlineMs: 5_000 })).toEqual({ ok: true })
      const pid = carrierLock(dataDir)?.pid ?? 0
      expect(childrenOf(pid).filter(({ command }) => command.includes('mpegts srt://'))).toEqual([])
      await until(async () => !(await online('live/srt')), {
        // A killed SRT peer says no goodbye: MediaMTX lets go after its readTimeout of 10 s.
        timeoutMs: 30_000,
        what: 'the path to end',
      })
    } finally {
      host.close()
      await killCarrier(dataDir)
    }
  })
})
