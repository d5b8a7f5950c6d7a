import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createCarrierHost, type CarrierHost } from '../../../src/engine/ingest/carrier'
import type { CrashNote, Destination } from '../../../src/engine/ports'
import { carrierEntry, carrierLock, killCarrier, runs } from '../../support/app/carrier'
import { peerDir } from '../../support/cleanup'
import { startNginx, type Nginx } from '../../support/peers/nginx'
import { memoryLogger, testClock } from '../../support/app/port-deps'
import { startSource, type Source } from '../../support/peers/source'
import { suite } from '../../support/suite'
import { startUnderstudy, type Understudy } from '../../support/app/understudy'
import { until } from '../../support/wait'

/** A process that is started with it throws when it gets SIGUSR2: a fault of its own, at a moment of our choice. */
function faultOnSignal(): string {
  const file = join(peerDir('fault'), 'fault.mjs')
  const fault = "setImmediate(() => { throw new TypeError('made to fail passphrase=s3cret-pw') })"
  writeFileSync(file, `process.on('SIGUSR2', () => ${fault})\n`)
  return `--import=${file}`
}

suite('faults in the carrier', ['nginx', 'ffmpeg'], () => {
  let dataDir: string
  let nodeOptions: string | undefined
  const closers: (() => unknown)[] = []

  beforeEach(() => {
    dataDir = peerDir('carrier-data')
    nodeOptions = process.env['NODE_OPTIONS']
  })
  afterEach(async () => {
    if (nodeOptions === undefined) delete process.env['NODE_OPTIONS']
    else process.env['NODE_OPTIONS'] = nodeOptions
    for (const close of closers.splice(0).reverse()) await close()
    await killCarrier(dataDir)
  })

  const host = async (
    entry?: string,
  ): Promise<{ readonly host: CarrierHost; readonly crashes: CrashNote[]; readonly log: () => string }> => {
    const logger = memoryLogger()
    const crashes: CrashNote[] = []
    const made = createCarrierHost({
      dataDir,
      nodePath: process.execPath,
      entry: entry ?? (await carrierEntry()),
      ffmpeg: null,
      logger,
      clock: testClock,
      onCrash: (note) => crashes.push(note),
    })
    closers.push(() => made.close())
    return { host: made, crashes, log: logger.text }
  }
  const pid = (): number => carrierLock(dataDir)?.pid ?? 0

  it('answers every address that cannot be one with a code, by one and the same process', async () => {
    const { host: carrier, crashes } = await host()
    await carrier.attach()
    const first = pid()
    const urls = ['file:%00', '/a\0', 'file:///a%ff', 'rtmp://h/a%00', '/\ud800', 'x'.repeat(5_000), '']
    for (const [index, url] of urls.entries()) {
      const port = carrier.port(`b${index}`)
      expect(await port.prepare({ url }, { deadlineMs: 3_000 }), url).toMatchObject({
        ok: false,
        problem: { code: 'source-invalid-url' },
      })
      expect(await carrier.probe({ url }, 3_000)).toMatchObject({ problem: { code: 'source-invalid-url' } })
    }
    expect(await carrier.reach({ url: 'srt://h\0:1', auth: null }, 2_000)).toMatchObject({ ok: false })
    expect(await carrier.reach({ url: 'rtmp://h%00/app', auth: null }, 2_000)).toMatchObject({ ok: false })
    expect(pid()).toBe(first)
    expect(crashes).toEqual([])
  })

  it('names what is wrong with an ffmpeg that cannot be run, and finds the right one after', async () => {
    const { host: carrier } = await host()
    await carrier.attach()
    const first = pid()
    const plain = join(dataDir, 'plain')
    writeFileSync(plain, 'no program')
    const garbage = join(dataDir, 'garbage')
    writeFileSync(garbage, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 0]))
    chmodSync(garbage, 0o700)
    const cases = [
      ['a\0', 'ffmpeg-unusable'],
      [dataDir, 'ffmpeg-unusable'],
      [plain, 'ffmpeg-unusable'],
      [join(plain, 'ffmpeg'), 'ffmpeg-unusable'],
      ['/nowhere/ffmpeg', 'ffmpeg-missing'],
      [`/${'x'.repeat(5_000)}`, 'ffmpeg-unusable'],
    ] as const
    for (const [path, code] of cases) {
      await carrier.useFfmpeg(path)
      expect(await carrier.ffmpeg(), path).toMatchObject({ ok: false, problem: { code } })
      expect(await carrier.port('b').prepare({ url: '/nowhere.mp4' }, { deadlineMs: 2_000 })).toMatchObject({
        problem: { code },
      })
      await carrier.port('b').release({ deadlineMs: 2_000 })
    }
    await carrier.useFfmpeg(garbage)
    expect(await carrier.ffmpeg()).toMatchObject({ ok: false })
    await carrier.useFfmpeg(null)
    expect(await carrier.ffmpeg()).toMatchObject({ ok: true })
    expect(pid()).toBe(first)
  })

  it('starts one that keeps stopping ever more seldom, and says so', async () => {
    // It is found, lets the engine in and falls over: what a fault in what it is told to do looks like from outside.
    const entry = join(dataDir, 'falls-over.mjs')
    const starts = join(dataDir, 'starts')
    const built = JSON.stringify(await carrierEntry())
    writeFileSync(
      entry,
      `import { appendFileSync } from 'node:fs'
       import { Server } from 'node:net'
       const listen = Server.prototype.listen
       Server.prototype.listen = function (...args) {
         this.on('connection', (socket) => socket.once('data', () => setTimeout(() => process.kill(process.pid, 'SIGKILL'), 30)))
         return listen.apply(this, args)
       }
       appendFileSync(${JSON.stringify(starts)}, 'x')
       await import(${built})\n`,
    )
    const { host: carrier } = await host(entry)
    const count = (): number => (existsSync(starts) ? statSync(starts).size : 0)
    const begun = testClock.monotonicMs()
    await carrier.attach()
    // Somebody who asks for it all the time gets no further.
    const asking = setInterval(
      () => void carrier.port('b').prepare({ url: '/nowhere.mp4' }, { deadlineMs: 500 }),
      20,
    )
    closers.push(() => clearInterval(asking))
    await until(() => count() >= 5, { timeoutMs: 30_000, what: 'the fifth start' })
    // The first two are started out of turn by who asks, then come pauses of 1 s and 2 s.
    expect(testClock.monotonicMs() - begun).toBeGreaterThanOrEqual(2_950)
    expect(carrier.problem()).toMatchObject({
      code: 'carrier-stops-again',
      params: { log: join(dataDir, 'logs', 'carrier.log') },
    })
    expect(Number(carrier.problem()?.params?.['times'])).toBeGreaterThanOrEqual(4)
  })

  it('ends an idle one after a fault that nobody caught, writes it down without secrets, and tells of it', async () => {
    process.env['NODE_OPTIONS'] = faultOnSignal()
    const { host: carrier, crashes } = await host()
    await carrier.attach()
    const first = pid()
    process.kill(first, 'SIGUSR2')
    await until(() => pid() !== first && runs(pid()) && carrier.problem() === null, {
      timeoutMs: 10_000,
      what: 'another carrier',
    })
    expect(crashes.map((note) => note.process)).toEqual(['carrier'])
    const file = join(dataDir, 'logs', 'carrier.log')
    const text = readFileSync(file, 'utf8')
    expect(text).toContain('TypeError: made to fail')
    expect(text).not.toContain('s3cret-pw')
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('keeps on air what is on air, and is renewed after', async () => {
    const nginx: Nginx = await startNginx()
    const source: Source = await startSource({ keyintSec: 1 })
    closers.push(
      () => nginx.stop(),
      () => source.stop(),
    )
    process.env['NODE_OPTIONS'] = faultOnSignal()
    const { host: carrier, crashes } = await host()
    const port = carrier.port('backup')
    await port.prepare({ url: source.url }, { deadlineMs: 15_000 })
    const destination: Destination = {
      ...{ id: 'platform', url: nginx.rtmpUrl, key: 'fault', auth: null },
      ...{ takeover: { kind: 'none' }, graceMs: null },
    }
    const started = await port.start({ generation: 1, destination, overlap: false, deadlineMs: 15_000 })
    expect(started).toMatchObject({ ok: true })
    const publisher = (await nginx.stream('fault'))?.publisher?.id
    const first = pid()
    for (let fault = 0; fault < 20; fault += 1) process.kill(first, 'SIGUSR2')
    await until(() => carrier.problem()?.code === 'carrier-damaged', {
      timeoutMs: 5_000,
      what: 'the fault to be told',
    })
    await nginx.untilMedia('fault', { bytes: 500_000 })
    expect((await nginx.stream('fault'))?.publisher?.id).toBe(publisher)
    expect(pid()).toBe(first)
    await port.stop({ generation: 1, mode: 'clean', deadlineMs: 5_000 })
    await until(() => pid() !== first && port.status().warm && carrier.problem() === null, {
      timeoutMs: 20_000,
      what: 'a new carrier that pulls again',
    })
    expect(crashes).toHaveLength(1)
  })
})

suite('faults in the engine', ['ffmpeg'], () => {
  let understudy: Understudy
  afterEach(() => understudy.stop())

  it('ends in order, is recognised by its exit code, and the next one says so', async () => {
    understudy = await startUnderstudy({ obs: { port: 1 } }, [], undefined, { NODE_OPTIONS: faultOnSignal() })
    await understudy.command({ kind: 'disarm' })
    const first = understudy.pid()
    process.kill(first, 'SIGUSR2')
    await until(() => !runs(first), { timeoutMs: 5_000, what: 'the engine to end' })
    expect(existsSync(join(understudy.dataDir, 'engine.lock'))).toBe(false)
    expect(understudy.log()).toContain('TypeError: made to fail')
    expect(understudy.log()).not.toContain('s3cret-pw')
    expect(understudy.said()).toContain('logs/engine.log')
    await understudy.start()
    const now = await understudy.until(
      'the word on the engine before',
      ({ problems }) => problems.some(({ code }) => code === 'engine-crashed'),
      10_000,
    )
    expect(now.armed).toBe(false)
    expect(now.timeline.map(({ notice }) => notice)).toContainEqual({ code: 'crashed', process: 'engine' })
    expect(now.problems.find(({ code }) => code === 'engine-crashed')?.params?.['log']).toContain(
      'engine.log',
    )
    await until(
      () => understudy.journal().some((entry) => entry.type === 'event' && entry.event.kind === 'crashed'),
      { timeoutMs: 5_000, what: 'the journal to tell of it' },
    )
    // Told once.
    await understudy.kill()
    await understudy.start()
    expect((await understudy.snapshot()).problems.map(({ code }) => code)).not.toContain('engine-crashed')
  })
})
