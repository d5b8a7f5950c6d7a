import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { spawn, type ChildProcess } from 'node:child_process'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Destination } from '../../../src/engine/ports'
import { carrierExit, carrierLockName, carrierProtocol } from '../../../src/shared/carrier/control'
import {
  carrierEntry,
  carrierHost,
  carrierLock,
  childrenOf,
  killCarrier,
  runs,
} from '../../support/app/carrier'
import { peerDir } from '../../support/cleanup'
import { startNginx, type Nginx } from '../../support/peers/nginx'
import { startSource, type Source } from '../../support/peers/source'
import { suite } from '../../support/suite'
import { until } from '../../support/wait'

const KEY = 'life-k3y-s3cret'

suite('life of the carrier', ['nginx', 'ffmpeg'], () => {
  let nginx: Nginx
  let source: Source
  let dataDir: string
  const closers: (() => unknown)[] = []

  beforeEach(async () => {
    nginx = await startNginx()
    source = await startSource({ keyintSec: 1 })
    dataDir = peerDir('carrier-data')
  })

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
    await killCarrier(dataDir)
    await source.stop()
    await nginx.stop()
  })

  const newHost = async () => {
    const made = await carrierHost(dataDir)
    closers.push(() => made.host.close())
    return made
  }
  const destination = (): Destination => ({
    id: 'platform',
    url: nginx.rtmpUrl,
    key: KEY,
    auth: null,
    takeover: { kind: 'none' },
    graceMs: null,
  })
  const goOnAir = async () => {
    const { host, log } = await newHost()
    const port = host.port('backup')
    expect(await port.prepare({ url: source.url }, { deadlineMs: 15_000 })).toEqual({
      ok: true,
      value: undefined,
    })
    const started = await port.start({
      generation: 7,
      destination: destination(),
      overlap: false,
      deadlineMs: 15_000,
    })
    expect(started).toMatchObject({ ok: true, value: { kind: 'acknowledged' } })
    return { host, port, log }
  }
  const pid = () => carrierLock(dataDir)?.pid ?? 0

  it('carries on without its engine; the next engine adopts one unbroken publish session', async () => {
    const first = await goOnAir()
    const publisher = (await nginx.stream(KEY))?.publisher?.id
    const before = pid()
    first.host.close()
    // Longer than an idle carrier lives without an engine.
    const orphanedAt = (await nginx.stream(KEY))?.publisher?.ageMs ?? 0
    await until(async () => ((await nginx.stream(KEY))?.publisher?.ageMs ?? 0) > orphanedAt + 10_000, {
      timeoutMs: 20_000,
      what: 'the orphaned session to be 10 s older',
    })
    const next = await newHost()
    expect(await next.host.attach()).toEqual({ ok: true, value: { adopted: true } })
    expect(next.host.port('backup').status()).toMatchObject({
      stale: false,
      pull: 'up',
      publish: 'up',
      warm: true,
      generation: 7,
    })
    await nginx.untilMedia(KEY, { bytes: 50_000 })
    expect(pid()).toBe(before)
    expect((await nginx.stream(KEY))?.publisher?.id).toBe(publisher)
    // The lease goes on: an older engine's order is refused by the carrier itself.
    expect(
      await next.host.port('backup').stop({ generation: 6, mode: 'abrupt', deadlineMs: 2_000 }),
    ).toMatchObject({ ok: false, problem: { code: 'stale-generation' } })
  })

  it('an engine that is killed while on air touches nothing', async () => {
    const engine = await engineProcess(dataDir, source.url, nginx.rtmpUrl)
    closers.push(() => engine.kill('SIGKILL'))
    await nginx.untilMedia(KEY, { bytes: 50_000 })
    const publisher = (await nginx.stream(KEY))?.publisher?.id
    engine.kill('SIGKILL')
    await nginx.untilMedia(KEY, { bytes: 200_000 })
    const next = await newHost()
    expect(await next.host.attach()).toEqual({ ok: true, value: { adopted: true } })
    expect(next.host.port('backup').status()).toMatchObject({ publish: 'up', generation: 1 })
    expect((await nginx.stream(KEY))?.publisher?.id).toBe(publisher)
  })

  it('reconnects by itself while no engine is there to decide', async () => {
    const { host } = await goOnAir()
    host.close()
    expect(await nginx.dropPublisher('live', KEY)).toBe(true)
    await nginx.untilMedia(KEY, { bytes: 50_000 })
    const next = await newHost()
    await next.host.attach()
    expect(next.host.port('backup').status()).toMatchObject({ publish: 'up', generation: 7, restarts: 1 })
  })

  it('leaves the decision to an engine that is there', async () => {
    const { port } = await goOnAir()
    expect(await nginx.dropPublisher('live', KEY)).toBe(true)
    await until(() => port.status().publish === 'failed', {
      timeoutMs: 3_000,
      what: 'the failure to be told',
    })
    expect(port.status()).toMatchObject({
      generation: null,
      pull: 'up',
      problem: { code: 'destination-closed' },
    })
  })

  it('keeps the publish session over a stall of the source, and goes on in rising time', async () => {
    const { port } = await goOnAir()
    const publisher = (await nginx.stream(KEY))?.publisher?.id
    source.freeze()
    await until(() => port.status().pull === 'stalled', { timeoutMs: 8_000, what: 'the stall' })
    expect(port.status()).toMatchObject({ publish: 'up', warm: false })
    source.thaw()
    await until(() => port.status().warm, { timeoutMs: 30_000, what: 'the feed to be warm again' })
    await nginx.untilMedia(KEY, { bytes: 100_000 })
    expect((await nginx.stream(KEY))?.publisher?.id).toBe(publisher)
    expect(port.status()).toMatchObject({ publish: 'up', generation: 7, problem: null })
  })

  it('kill -9 ends its ffmpegs; the engine starts another, which pulls again', async () => {
    const { host, port } = await goOnAir()
    const dead = pid()
    const ffmpegs = childrenOf(dead)
    expect(ffmpegs.length).toBeGreaterThan(0)
    const lost = new Promise<void>((resolve) => host.onLost(resolve))
    process.kill(dead, 'SIGKILL')
    await lost
    await until(() => ffmpegs.every((child) => !runs(child.pid)), {
      timeoutMs: 10_000,
      what: 'its ffmpegs to end',
    })
    await until(() => pid() !== dead && port.status().warm && !port.status().stale, {
      timeoutMs: 15_000,
      what: 'another carrier to pull',
    })
    expect(port.status()).toMatchObject({ publish: 'idle', generation: null, problem: null })
  })

  it('kill -9 while the source is silent: its ffmpegs end as well', async () => {
    await goOnAir()
    const dead = pid()
    const ffmpegs = childrenOf(dead)
    source.freeze()
    closers.push(() => source.thaw())
    process.kill(dead, 'SIGSTOP')
    process.kill(dead, 'SIGKILL')
    await until(() => ffmpegs.every((child) => !runs(child.pid)), {
      timeoutMs: 15_000,
      what: 'its ffmpegs to end',
    })
  })

  it('not on air and without an engine it ends itself, its pulls with it', async () => {
    const { host } = await newHost()
    await host.port('backup').prepare({ url: source.url }, { deadlineMs: 15_000 })
    const alone = pid()
    const ffmpegs = childrenOf(alone)
    host.close()
    await until(() => !runs(alone), { timeoutMs: 10_000, what: 'the carrier to end' })
    expect(existsSync(join(dataDir, carrierLockName))).toBe(false)
    await until(() => ffmpegs.every((child) => !runs(child.pid)), {
      timeoutMs: 5_000,
      what: 'its ffmpegs to end',
    })
  })

  it('a second one on the same data directory finds the first; the lock of a dead one is taken over', async () => {
    const { host } = await newHost()
    await host.attach()
    expect(statSync(join(dataDir, carrierLockName)).mode & 0o777).toBe(0o600)
    const first = pid()
    const second = spawn(process.execPath, [await carrierEntry(), '--data-dir', dataDir], { stdio: 'ignore' })
    expect(await exitCode(second)).toBe(carrierExit.alreadyRunning)
    expect(pid()).toBe(first)
    host.close()
    process.kill(first, 'SIGKILL')
    const next = await newHost()
    expect(await next.host.attach()).toEqual({ ok: true, value: { adopted: false } })
    expect(pid()).not.toBe(first)
  })

  it('ends when asked to, on air or not', async () => {
    const { host } = await goOnAir()
    const running = pid()
    await host.end()
    await until(() => !runs(running), { timeoutMs: 5_000, what: 'the carrier to end' })
    await until(async () => (await nginx.stream(KEY))?.publishing !== true, {
      timeoutMs: 3_000,
      what: 'the publisher to be gone',
    })
  })

  it('lets nobody in without the token, and answers rubbish with a code', async () => {
    const { host } = await newHost()
    await host.attach()
    const lock = carrierLock(dataDir)!
    const wrong = { kind: 'hello', token: 'wrong', protocol: carrierProtocol, role: 'engine' }
    expect(await talk(lock.port, [wrong])).toMatchObject([
      { kind: 'refused', problem: { code: 'unauthorized' } },
    ])
    const right = { kind: 'hello', token: lock.token, protocol: carrierProtocol, role: 'tool' }
    const [welcome, reply] = await talk(lock.port, [right, { kind: 'sing', id: 4 }], 2)
    expect(welcome).toMatchObject({ kind: 'welcome' })
    expect(reply).toMatchObject({ kind: 'reply', id: 4, ok: false, problem: { code: 'bad-request' } })
    const old = await talk(lock.port, [{ ...right, protocol: 999 }])
    expect(old).toMatchObject([{ kind: 'refused', problem: { code: 'ingest-version' }, onAir: false }])
    // None of it disturbed the engine.
    expect(host.problem()).toBeNull()
    expect(await host.ffmpeg()).toMatchObject({ ok: true })
  })

  it('the newest engine has it; the older one does not fight', async () => {
    const older = await goOnAir()
    const newer = await newHost()
    expect(await newer.host.attach()).toEqual({ ok: true, value: { adopted: true } })
    await until(() => older.port.status().stale, { timeoutMs: 3_000, what: 'the older engine to see it' })
    expect(older.host.problem()?.code).toBe('already-running')
    expect(newer.host.port('backup').status()).toMatchObject({ publish: 'up', stale: false })
  })

  it('shows no secret on a command line, in its files or in its log', async () => {
    const { host, port, log } = await goOnAir()
    const camera = source.url.replace('/cam', '/cam?user=viewer&pass=s3cret-pw')
    await host.port('slate').prepare({ url: camera }, { deadlineMs: 10_000 })
    const ffmpegs = childrenOf(pid())
    expect(ffmpegs).toHaveLength(2)
    const environments = [pid(), ...ffmpegs.map((child) => child.pid)].map((each) =>
      readFileSync(`/proc/${each}/environ`, 'utf8'),
    )
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    const commandLine = readFileSync(`/proc/${pid()}/cmdline`, 'utf8')
    const everything = [
      commandLine,
      ...ffmpegs.map((child) => child.command),
      ...environments,
      ...files,
      log(),
      JSON.stringify(port.status()),
    ].join('\n')
    expect(everything).not.toContain(KEY)
    expect(everything).not.toContain('s3cret-pw')
    expect(everything).not.toContain(source.url)
  })
})

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve))
}

/** Sends lines and reads `count` messages. */
function talk(port: number, messages: readonly unknown[], count = 1): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    const lines = () => text.split('\n').slice(0, -1)
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`no ${count} messages, only: ${text}`))
    }, 5_000)
    socket.on('error', reject)
    socket.on('data', (bytes) => {
      text += bytes.toString()
      if (lines().length < count) return
      clearTimeout(timer)
      socket.destroy()
      resolve(lines().map((line): unknown => JSON.parse(line)))
    })
    for (const message of messages) socket.write(`${JSON.stringify(message)}\n`)
  })
}

/** A process that prepares and starts as an engine would, to be killed. */
async function engineProcess(
  dataDir: string,
  sourceUrl: string,
  destinationUrl: string,
): Promise<ChildProcess> {
  const entry = await carrierEntry()
  const script = `
    import { createCarrierHost } from './src/engine/ingest/carrier/index.ts'
    const quiet = () => undefined
    const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet }
    const clock = { monotonicMs: () => performance.now(), wallMs: () => Date.now() }
    const host = createCarrierHost({ dataDir: ${JSON.stringify(dataDir)}, nodePath: process.execPath, entry: ${JSON.stringify(entry)}, ffmpeg: null, logger, clock })
    const port = host.port('backup')
    await port.prepare({ url: ${JSON.stringify(sourceUrl)} }, { deadlineMs: 15000 })
    const destination = { id: 'platform', url: ${JSON.stringify(destinationUrl)}, key: ${JSON.stringify(KEY)}, auth: null, takeover: { kind: 'none' }, graceMs: null }
    await port.start({ generation: 1, destination, overlap: false, deadlineMs: 15000 })
    console.log('on air')
  `
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
    cwd: join(import.meta.dirname, '../../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()))
  await until(() => out.includes('on air'), { timeoutMs: 30_000, what: 'the engine process to be on air' })
  return child
}
