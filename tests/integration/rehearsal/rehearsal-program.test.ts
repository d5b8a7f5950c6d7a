import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ProgramPort } from '../../../src/engine/ports'
import { startRehearsal, type Rehearsal } from '../../../src/rehearsal'
import type { RehearsalTry } from '../../../src/shared/snapshot'
import { carrierHost, killCarrier } from '../../support/app/carrier'
import { suite } from '../../support/suite'
import { useTempDir } from '../../support/temp-dir'
import { until } from '../../support/wait'

/** A rehearsal on route `program` over a real carrier; the test says what an engine would say. */
suite('the rehearsal on route program', ['ffmpeg'], () => {
  const tempDir = useTempDir()
  let rehearsal: Rehearsal
  let program: ProgramPort
  const closers: (() => unknown)[] = []

  const key = (): string => rehearsal.config.destination.key
  const publisher = (): number | null => rehearsal.destination.farEnd('live', key()).publisherId
  const newest = (): RehearsalTry | undefined => rehearsal.view().tries[0]
  const tried = async (what: string): Promise<RehearsalTry> => {
    await until(() => newest()?.what === what && newest()?.outcome !== null, {
      timeoutMs: 30_000,
      what: `the try ${what} to end`,
    })
    return newest()!
  }
  let generation = 0
  const start = (system: string) =>
    program.start({
      system,
      generation: (generation += 1),
      targets: [
        {
          id: 'main',
          destination: {
            id: 'main',
            url: rehearsal.config.destination.url ?? '',
            key: key(),
            auth: null,
            takeover: { kind: 'none' },
            graceMs: null,
          },
          other: null,
        },
      ],
      deadlineMs: 15_000,
    })

  beforeEach(async () => {
    generation = 0
    const { host, dataDir } = await carrierHost()
    closers.push(async () => {
      host.close()
      await killCarrier(dataDir)
    })
    const started = await startRehearsal({
      ffmpegPath: 'ffmpeg',
      logger: { info: () => undefined, warn: () => undefined },
      obs: 'stand-in',
      route: 'program',
      workDir: tempDir(),
      monotonicMs: () => performance.now(),
      wallMs: () => Date.now(),
    })
    if (!started.ok) throw new Error(`refused: ${started.problem.code}`)
    rehearsal = started.value
    closers.push(() => rehearsal.stop())
    program = host.program(rehearsal.ingest ?? { port: 0, key: '' })
    await program.prepare({ deadlineMs: 10_000 })
    const url = rehearsal.config.backups[0]?.source.url ?? ''
    expect(await host.port('backup').prepare({ url }, { deadlineMs: 20_000 })).toMatchObject({ ok: true })
    expect(await program.untilWarm('obs', 20_000)).toMatchObject({ ok: true })
    expect(await program.untilWarm('backup', 20_000)).toMatchObject({ ok: true })
    expect(await start('obs')).toMatchObject({ ok: true })
    rehearsal.heard({ code: 'stream-started', system: 'obs' })
    let seen = program.status().lastCut?.seq ?? 0
    program.onStatus(({ lastCut }) => {
      if (lastCut === null || lastCut.seq === seen) return
      seen = lastCut.seq
      const { from, to } = lastCut
      rehearsal.heard({ code: 'switched', from, to, proof: 'acknowledged', tookMs: lastCut.gapMs ?? 0 })
    })
    await program.guard({ order: ['backup'], freezeMs: 700 })
    const before = rehearsal.destination.farEnd('live', key()).bytesIn
    await until(() => rehearsal.destination.farEnd('live', key()).bytesIn > before + 100_000, {
      timeoutMs: 15_000,
      what: 'media at the destination',
    })
  })
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
  })

  it('measures what a killed and a frozen OBS cost over the program, and the way back, in one publish session', async () => {
    expect(rehearsal.view().route).toBe('program')
    const session = publisher()
    expect(await rehearsal.fault('kill')).toMatchObject({ ok: true })
    const killed = await tried('kill')
    expect(killed).toMatchObject({ outcome: 'switched' })

    expect(await rehearsal.fault('heal')).toMatchObject({ ok: true })
    expect(await program.untilWarm('obs', 20_000)).toMatchObject({ ok: true })
    expect(await start('obs')).toMatchObject({ ok: true })
    expect(await tried('to-obs')).toMatchObject({ outcome: 'switched' })

    expect(await rehearsal.fault('freeze')).toMatchObject({ ok: true })
    const frozen = await tried('freeze')
    expect(frozen).toMatchObject({ outcome: 'switched' })
    // The watchdog's limit lies between the two.
    expect(killed.gapMs).toBeLessThan(frozen.gapMs!)
    expect(frozen.gapMs).toBeGreaterThan(600)
    expect(publisher()).toBe(session)
  })

  it('dropped by the platform, the program comes back by itself: nobody took over, and a cut would not have helped', async () => {
    const session = publisher()
    expect(await rehearsal.fault('drop')).toMatchObject({ ok: true })
    expect(await tried('drop')).toMatchObject({ outcome: 'stayed' })
    expect(publisher()).not.toBe(session)
    expect(program.status()).toMatchObject({ onFeed: 'obs', destinations: [{ sessions: 2 }] })
  })
})
