import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createKeyStore, type KeyStore, type SafeStorage } from '../../../../src/main/desktop/key-store'
import { FakeAsyncSafeStorage, FakeSafeStorage } from '../../../fakes/electron'
import { useTempDir } from '../../../support/temp-dir'

const secrets = { 'destination.key': 'live_42_hush', 'obs.password': 'open sesame' }
const tempDir = useTempDir()
let dir = ''
let changes = 0

const make = (safeStorage: SafeStorage, deadlineMs?: number): KeyStore =>
  createKeyStore({
    safeStorage,
    dir,
    wallMs: () => 77,
    onChanged: () => {
      changes += 1
    },
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  })
const textOf = (store: KeyStore): string => {
  const part = store.part()
  return part.state === 'missing' ? part.text : ''
}
const sealed = (): string => join(dir, 'secrets.sealed')

beforeEach(() => {
  dir = tempDir()
  changes = 0
})

describe.each([
  ['today’s Electron', () => new FakeAsyncSafeStorage()],
  ['an older Electron, without the asynchronous half', () => new FakeSafeStorage()],
])('the key store of %s', (_name, storage) => {
  it('gives back what was put there, to a later start too', async () => {
    const store = make(storage())
    expect(await store.load()).toBeNull()
    expect(await store.save(secrets)).toBe(true)
    expect(await make(storage()).load()).toEqual(secrets)
    expect(store.part()).toEqual({ state: 'ok' })
  })

  it('leaves nothing readable, for this user’s eyes alone', async () => {
    await make(storage()).save(secrets)
    expect(readdirSync(dir)).toEqual(['secrets.sealed'])
    expect(statSync(sealed()).mode & 0o777).toBe(0o600)
    const text = readFileSync(sealed(), 'utf8')
    for (const secret of Object.values(secrets)) expect(text).not.toContain(secret)
  })

  it('writes nothing where there is no store, and says so', async () => {
    const none = storage()
    none.available = false
    const store = make(none)
    expect(await store.save(secrets)).toBe(false)
    expect(await store.load()).toBeNull()
    expect(readdirSync(dir)).toEqual([])
    expect(store.part()).toMatchObject({ state: 'missing' })
    expect(changes).toBe(1)
  })

  it('keeps a file aside that it cannot open, once there is something new to keep', async () => {
    await make(storage()).save(secrets)
    const before = readFileSync(sealed())
    const other = storage()
    other.key = 2
    const store = make(other)
    expect(await store.load()).toBeNull()
    expect(textOf(store)).toContain('could not be opened')
    // Still in its place: with the right key ring the next start can read it.
    expect(readFileSync(sealed())).toEqual(before)
    expect(await store.save({ 'destination.key': 'new' })).toBe(true)
    expect(readFileSync(`${sealed()}.unreadable-77`)).toEqual(before)
    expect(await make(other).load()).toEqual({ 'destination.key': 'new' })
    expect(store.part()).toEqual({ state: 'ok' })
  })

  it('does so too when nobody tried to open it first', async () => {
    await make(storage()).save(secrets)
    const other = storage()
    other.key = 2
    expect(await make(other).save({ 'destination.key': 'new' })).toBe(true)
    expect(existsSync(`${sealed()}.unreadable-77`)).toBe(true)
  })

  it('takes a file that holds something else for one it cannot open', async () => {
    const any = storage()
    await make(any).save({})
    const odd = readFileSync(sealed())
      .toString()
      .replace(/:.*/, `:${Buffer.from('[1, 2').toString('base64')}`)
    writeFileSync(sealed(), odd)
    const store = make(any)
    expect(await store.load()).toBeNull()
    expect(store.part()).toMatchObject({ state: 'missing' })
  })

  it('says when the disk does not take it', async () => {
    const store = make(storage())
    mkdirSync(sealed())
    expect(await store.save(secrets)).toBe(false)
    expect(textOf(store)).toContain('could not be written')
  })

  it('begins anew beside what a crash left', async () => {
    writeFileSync(`${sealed()}.new`, 'half', { mode: 0o644 })
    expect(await make(storage()).save(secrets)).toBe(true)
    expect(statSync(sealed()).mode & 0o777).toBe(0o600)
    expect(existsSync(`${sealed()}.new`)).toBe(false)
  })

  it('keeps the later of two that were saved at once', async () => {
    const store = make(storage())
    await Promise.all([store.save(secrets), store.save({ 'obs.password': 'newest' })])
    expect(await store.load()).toEqual({ 'obs.password': 'newest' })
  })
})

describe('a store that protects nothing', () => {
  it('is not used', async () => {
    const basic = new FakeAsyncSafeStorage()
    basic.backend = 'basic_text'
    const store = make(basic)
    expect(await store.save(secrets)).toBe(false)
    expect(readdirSync(dir)).toEqual([])
    expect(textOf(store)).toContain('no protection')
  })
})

describe('a key ring that waits for its password', () => {
  it('is not waited for for ever', async () => {
    vi.useFakeTimers()
    try {
      const locked = new FakeAsyncSafeStorage()
      locked.hangs = true
      const store = make(locked, 30_000)
      const answer = store.load()
      await vi.advanceTimersByTimeAsync(30_000)
      expect(await answer).toBeNull()
      expect(store.part()).toMatchObject({ text: 'The key store of the system does not answer.' })
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('a system that changed its key', () => {
  it('has the secrets sealed again with the new one', async () => {
    const storage = new FakeAsyncSafeStorage()
    await make(storage).save(secrets)
    storage.shouldReEncrypt = true
    const before = statSync(sealed()).ino
    expect(await make(storage).load()).toEqual(secrets)
    expect(statSync(sealed()).ino).not.toBe(before)
  })
})
