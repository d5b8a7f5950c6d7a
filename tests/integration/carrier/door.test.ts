import { connect } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ProgramPort } from '../../../src/engine/ports'
import { carrierHost, killCarrier } from '../../support/app/carrier'
import { peerDir } from '../../support/cleanup'
import { startObs, type Obs } from '../../support/peers/obs'
import { publishSlowly, startStrangers, type StrangerKind } from '../../support/media/strangers'
import { suite } from '../../support/suite'
import { until } from '../../support/wait'

const key = 'door-k3y-of-this-machine'
const perSecond = 500
/** Four of these: the 240 ms that OBS takes at its slowest. */
const pauseMs = 60

suite('the door of the carrier, crowded by strangers', ['obs'], () => {
  let dataDir: string
  let host: Awaited<ReturnType<typeof carrierHost>>['host']
  let program: ProgramPort
  let port: number
  const closers: (() => unknown)[] = []

  beforeEach(async () => {
    dataDir = peerDir('carrier-data')
    ;({ host } = await carrierHost(dataDir))
    program = host.program({ port: 0, key })
    expect(await program.prepare({ deadlineMs: 10_000 })).toMatchObject({ ok: true })
    await until(() => program.status().ingestUrl, { timeoutMs: 10_000, what: 'the door to open' })
    port = Number(new URL(program.status().ingestUrl ?? '').port)
  })

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
    host.close()
    await killCarrier(dataDir)
  })

  const flood = async (kind: StrangerKind): Promise<() => void> => {
    const strangers = startStrangers(port, kind, perSecond)
    closers.push(() => strangers.stop())
    await until(() => strangers.count() > perSecond / 2, { timeoutMs: 20_000, what: 'a crowd' })
    return strangers.stop
  }
  const refused = (): readonly unknown[] =>
    program.status().visits.flatMap(({ what, problem }) => (what === 'refused' ? [problem?.code] : []))
  const untilRefused = (code: string): Promise<unknown> =>
    until(() => refused().includes(code), { timeoutMs: 20_000, what: code })

  it.each<[StrangerKind, string | null]>([
    ['silent', 'ingest-crowded'],
    ['trickle', 'ingest-crowded'],
    ['greets', 'ingest-crowded'],
    ['shakes', 'ingest-crowded'],
    ['connects', 'ingest-crowded'],
    ['creates', 'ingest-crowded'],
    ['wrong-app', 'ingest-app-wrong'],
    ['wrong-key', 'ingest-key-wrong'],
    ['half-closed', null],
  ])('a slow publisher gets in every time: %s', async (kind, code) => {
    await flood(kind)
    const tries: boolean[] = []
    for (let i = 0; i < 20; i += 1) tries.push(await publishSlowly(port, key, pauseMs))
    expect(tries.filter((isIn) => !isIn)).toEqual([])
    if (code !== null) await untilRefused(code)
  })

  it('OBS gets in, and goes on while its stream is there', async () => {
    const obs: Obs = await startObs({ server: program.status().ingestUrl ?? '', key })
    closers.push(() => obs.stop())
    for (const kind of ['silent', 'greets', 'creates'] as const) {
      const stop = await flood(kind)
      await obs.startStream()
      await program.untilWarm('obs', 20_000)
      const { outputBytes } = await obs.call('GetStreamStatus')
      await until(async () => (await obs.call('GetStreamStatus')).outputBytes > outputBytes + 200_000, {
        timeoutMs: 20_000,
        what: 'media during the flood',
      })
      expect((await obs.call('GetStreamStatus')).outputReconnecting).toBe(false)
      await obs.stopStream()
      stop()
    }
    expect(
      program.status().visits.filter(({ problem }) => problem?.code === 'ingest-publisher-lost'),
    ).toEqual([])
  })

  it('sixteen that came past connect and stop keep nobody out', async () => {
    const few = startStrangers(port, 'creates', 16)
    closers.push(() => few.stop())
    await until(() => few.count() >= 16, { timeoutMs: 20_000, what: 'sixteen of them' })
    expect(await publishSlowly(port, key, pauseMs)).toBe(true)
  })

  it('one that sends no stream is out at once and is shown', async () => {
    const noise = connect({ port, host: '127.0.0.1' })
    closers.push(() => noise.destroy())
    const hands = Buffer.alloc(1 + 2 * 1536)
    hands[0] = 3
    const empty = Buffer.alloc(400_000, 0xc4)
    noise.on('error', () => undefined)
    // Whoever does not read hears of a reset only where something of its own is still unsent.
    noise.resume()
    noise.write(Buffer.concat([hands, Buffer.from([4, 0, 0, 0, 0, 0, 0, 9, 1, 0, 0, 0]), empty]))
    await until(() => noise.destroyed, { timeoutMs: 10_000, what: 'its end' })
    await untilRefused('ingest-malformed')
  })
})
