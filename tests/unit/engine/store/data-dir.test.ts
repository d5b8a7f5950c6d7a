import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultDataDir, ensureDataDir } from '../../../../src/engine/store/data-dir'
import { loadToken } from '../../../../src/engine/store/token'
import { useTempDir } from '../../../support/temp-dir'

const tempDir = useTempDir()

describe('defaultDataDir', () => {
  it.each([
    ['linux', {}, '/home/a/.local/share/understudy'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/understudy'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/a/.local/share/understudy'],
    ['linux', { XDG_DATA_HOME: '' }, '/home/a/.local/share/understudy'],
    ['darwin', {}, '/home/a/Library/Application Support/Understudy'],
  ] as const)('on %s with %j', (platform, env, expected) => {
    expect(defaultDataDir({ platform, env, home: '/home/a' })).toBe(expected)
  })

  it('on Windows', () => {
    const home = 'C:\\Users\\a'
    expect(defaultDataDir({ platform: 'win32', env: { APPDATA: 'D:\\Roam' }, home })).toBe(
      'D:\\Roam\\Understudy',
    )
    expect(defaultDataDir({ platform: 'win32', env: {}, home })).toBe(
      'C:\\Users\\a\\AppData\\Roaming\\Understudy',
    )
  })
})

describe('ensureDataDir', () => {
  it('makes it private and leaves no trace of the trial', () => {
    const dir = join(tempDir(), 'a', 'b')
    expect(ensureDataDir(dir)).toEqual({ ok: true, value: dir })
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    expect(readdirSync(dir)).toEqual([])
    expect(ensureDataDir(dir).ok).toBe(true)
  })

  it('names one that cannot be', () => {
    const file = join(tempDir(), 'file')
    writeFileSync(file, '')
    expect(ensureDataDir(join(file, 'sub'))).toMatchObject({
      ok: false,
      problem: {
        code: 'data-dir-unwritable',
        params: { reason: 'a part of the path is a file, not a folder' },
      },
    })
    expect(ensureDataDir(file).ok).toBe(false)
    expect(existsSync(file)).toBe(true)
  })
})

describe('loadToken', () => {
  it('makes one, keeps it private and gives the same again', () => {
    const path = join(tempDir(), 'token')
    const first = loadToken(path)
    expect(first.ok && first.value).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(loadToken(path)).toEqual(first)
  })

  it('replaces what is no token and narrows a file others can read', () => {
    const path = join(tempDir(), 'token')
    writeFileSync(path, 'short', { mode: 0o644 })
    const made = loadToken(path)
    expect(made.ok && readFileSync(path, 'utf8').trim() === made.value).toBe(true)
    const wide = join(tempDir(), 'token')
    writeFileSync(wide, made.ok ? made.value : '', { mode: 0o644 })
    expect(loadToken(wide)).toEqual(made)
    expect(statSync(wide).mode & 0o777).toBe(0o600)
  })
})
