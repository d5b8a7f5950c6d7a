import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lockUrl, readLock, takeLock, type LockContent } from '../../../../src/engine/store/lock'
import { processAlive, processStart } from '../../../../src/host/process-id'
import { useTempDir } from '../../../support/temp-dir'

const tempDir = useTempDir()
const wallMs = (): number => 1_000_000
const content = (more: Partial<LockContent>): LockContent => ({
  pid: process.pid,
  startedAs: processStart(process.pid),
  startedAt: wallMs(),
  host: '127.0.0.1',
  port: 4477,
  token: 't',
  ...more,
})
const put = (path: string, more: Partial<LockContent>): void =>
  writeFileSync(path, JSON.stringify(content(more)))

/** Id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  return child.pid!
}

describe('takeLock', () => {
  it('is taken, filled in, found by the next and given back', async () => {
    const path = join(tempDir(), 'engine.lock')
    const first = await takeLock({ path, wallMs })
    expect(first.ok).toBe(true)
    if (!first.ok) return
    first.value.update({ port: 4477, token: 'secret' })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(await takeLock({ path, wallMs })).toEqual({
      ok: false,
      problem: { code: 'already-running', params: { url: 'http://127.0.0.1:4477/', pid: process.pid } },
    })
    expect(readLock(path)).toMatchObject({ port: 4477, token: 'secret' })
    first.value.release()
    expect(existsSync(path)).toBe(false)
    expect((await takeLock({ path, wallMs })).ok).toBe(true)
  })

  it('does not show the token in the problem', async () => {
    const path = join(tempDir(), 'engine.lock')
    put(path, { token: 'very-secret' })
    expect(JSON.stringify(await takeLock({ path, wallMs }))).not.toContain('very-secret')
  })

  it('takes over from a process that is gone', async () => {
    const path = join(tempDir(), 'engine.lock')
    put(path, { pid: await deadPid(), startedAs: 'x:1' })
    expect((await takeLock({ path, wallMs })).ok).toBe(true)
    expect(readLock(path)?.pid).toBe(process.pid)
  })

  it('takes over when the id now belongs to another process', async () => {
    const path = join(tempDir(), 'engine.lock')
    put(path, { startedAs: 'another-boot:1' })
    expect((await takeLock({ path, wallMs })).ok).toBe(true)
  })

  it('asks the engine itself where the start cannot be told', async () => {
    const path = join(tempDir(), 'engine.lock')
    put(path, { startedAs: null })
    const yes = await takeLock({ path, wallMs, answers: () => Promise.resolve(true) })
    expect(yes.ok).toBe(false)
    const no = await takeLock({ path, wallMs, answers: () => Promise.resolve(false) })
    expect(no.ok).toBe(true)
  })

  it('gives one that has just begun the time to listen', async () => {
    const path = join(tempDir(), 'engine.lock')
    put(path, { startedAs: null, port: null })
    expect((await takeLock({ path, wallMs })).ok).toBe(false)
    put(path, { startedAs: null, port: null, startedAt: wallMs() - 60_000 })
    expect((await takeLock({ path, wallMs })).ok).toBe(true)
  })

  it.each(['', '{', '{"pid":"x"}'])('takes over rubbish (%j)', async (rubbish) => {
    const path = join(tempDir(), 'engine.lock')
    writeFileSync(path, rubbish)
    expect((await takeLock({ path, wallMs })).ok).toBe(true)
  })

  it('gives it to exactly one of several at once', async () => {
    const path = join(tempDir(), 'engine.lock')
    put(path, { pid: await deadPid(), startedAs: 'x:1' })
    const takes = await Promise.all(Array.from({ length: 8 }, () => takeLock({ path, wallMs: Date.now })))
    expect(takes.filter((take) => take.ok)).toHaveLength(1)
    expect(readdirSync(join(path, '..'))).toEqual(['engine.lock'])
  })

  it('clears a guard that a killed start left, and waits for a fresh one only so long', async () => {
    const path = join(tempDir(), 'engine.lock')
    mkdirSync(`${path}.guard`)
    expect((await takeLock({ path, wallMs: Date.now, patienceMs: 60 })).ok).toBe(false)
    utimesSync(`${path}.guard`, new Date(1_000), new Date(1_000))
    expect((await takeLock({ path, wallMs: Date.now })).ok).toBe(true)
  })

  it('leaves the lock of a successor alone', async () => {
    const path = join(tempDir(), 'engine.lock')
    const mine = await takeLock({ path, wallMs })
    put(path, { pid: 1 })
    if (mine.ok) mine.value.release()
    expect(readLock(path)?.pid).toBe(1)
  })

  it('says that the directory cannot be written', async () => {
    const file = join(tempDir(), 'file')
    writeFileSync(file, '')
    expect(await takeLock({ path: join(file, 'engine.lock'), wallMs })).toMatchObject({
      ok: false,
      problem: { code: 'data-dir-unwritable' },
    })
  })
})

describe('lockUrl', () => {
  it('is one that a browser on this PC can open', () => {
    expect(lockUrl(content({ host: '0.0.0.0' }))).toBe('http://127.0.0.1:4477/')
    expect(lockUrl(content({ host: '::' }))).toBe('http://[::1]:4477/')
    expect(lockUrl(content({ port: null }))).toBeNull()
  })
})

describe('process ids', () => {
  it('tells the living from the dead', async () => {
    expect(processAlive(process.pid)).toBe(true)
    expect(processAlive(await deadPid())).toBe(false)
    expect(processStart(process.pid)).toBe(processStart(process.pid))
    expect(processStart(process.pid)).not.toBe(processStart(1))
  })
})
