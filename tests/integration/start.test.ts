import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { carrierLock, killCarrier, runs } from '../support/app/carrier'
import { peerDir } from '../support/cleanup'
import { startProcess, untilReady, type RigProcess } from '../support/process'
import { suite } from '../support/suite'
import { until, within } from '../support/wait'

const SCRIPT = resolve(import.meta.dirname, '../../scripts/start.mjs')
const endMs = 15_000

/** What `npm start -- WORDS` runs, and how it ended. */
async function start(...words: readonly string[]): Promise<RigProcess> {
  return startProcess({ name: 'start', command: process.execPath, args: [SCRIPT, ...words] })
}

async function ended(...words: readonly string[]): Promise<{ code: number | null; said: string }> {
  const child = await start(...words)
  const { code } = await within(child.exited, { timeoutMs: 60_000, what: `npm start -- ${words.join(' ')}` })
  return { code, said: child.log() }
}

describe('the command line of npm start', () => {
  it('explains itself', async () => {
    const { code, said } = await ended('--help')
    expect(code).toBe(0)
    expect(said).toContain('--data-dir DIR')
  })

  it('refuses what it does not know, by name', async () => {
    const { code, said } = await ended('--headless', '--hedless')
    expect(code).toBe(2)
    expect(said).toContain('--hedless')
  })

  it('has nothing to stop where nothing runs', async () => {
    const { code, said } = await ended('--stop', '--data-dir', join(peerDir('start'), 'data'))
    expect(code).toBe(0)
    expect(said).toContain('No Understudy runs')
  })
})

suite('npm start without a window', ['ffmpeg'], () => {
  let dataDir: string
  let child: RigProcess

  beforeEach(async () => {
    dataDir = join(peerDir('start'), 'data')
    child = await start('--headless', '--rehearsal', '--data-dir', dataDir, '--port', '0')
    await untilReady(child, () => child.log().includes('Its page: '), {
      timeoutMs: 60_000,
      what: 'npm start',
    })
    await until(() => carrierPid() > 0, { timeoutMs: 20_000, what: 'the carrier' })
  })
  afterEach(async () => {
    await child.stop(endMs)
    await killCarrier(join(dataDir, 'rehearsal'))
  })

  const page = (): string => /Its page: (\S+)/.exec(child.log())?.[1] ?? ''
  const carrierPid = (): number => carrierLock(join(dataDir, 'rehearsal'))?.pid ?? 0
  const enginePid = (): number => {
    const path = join(dataDir, 'engine.lock')
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { pid: number }).pid : 0
  }

  it('serves its page; a second start names it; --stop ends engine and carrier', async () => {
    const pids = [enginePid(), carrierPid()]
    // The token in the address is changed for a cookie, with which the page opens.
    const entry = await fetch(page(), { redirect: 'manual', signal: AbortSignal.timeout(5_000) })
    const cookie = (entry.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const opened = await fetch(new URL('/', page()), {
      headers: { cookie },
      signal: AbortSignal.timeout(5_000),
    })
    expect(opened.status).toBe(200)

    const second = await ended('--headless', '--data-dir', dataDir, '--port', '0')
    expect(second.code).toBe(1)
    expect(second.said).toContain(page())

    expect(await ended('--stop', '--data-dir', dataDir)).toMatchObject({ code: 0 })
    const { code } = await within(child.exited, { timeoutMs: endMs, what: 'npm start to end' })
    expect(code).toBe(0)
    await until(() => pids.every((pid) => !runs(pid)), {
      timeoutMs: endMs,
      what: 'engine and carrier to end',
    })
  })

  it('ends in good order by Ctrl+C, which reaches the whole group', async () => {
    const pids = [enginePid(), carrierPid()]
    child.killGroup('SIGINT')
    const { code } = await within(child.exited, { timeoutMs: endMs, what: 'npm start to end' })
    expect(code).toBe(0)
    await until(() => pids.every((pid) => !runs(pid)), {
      timeoutMs: endMs,
      what: 'engine and carrier to end',
    })
    expect(enginePid()).toBe(0)
  })
})
