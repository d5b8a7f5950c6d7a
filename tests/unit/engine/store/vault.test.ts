import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { nodeAtomicDisk } from '../../../../src/host/atomic-file'
import { adoptOldFile, rememberDestination } from '../../../../src/engine/store/remembered-destination'
import { Vault, type VaultOptions } from '../../../../src/engine/store/vault'
import { useTempDir } from '../../../support/temp-dir'

const tempDir = useTempDir()
let dir = ''
beforeEach(() => {
  dir = tempDir()
})
const path = (): string => join(dir, 'secrets.json')
const open = (more: Partial<VaultOptions> = {}): Vault =>
  new Vault({ path: path(), handed: null, keeperHere: () => false, ...more })
const file = (): string => readFileSync(path(), 'utf8')

describe('secrets in a file', () => {
  it('makes none for nothing, and one of mode 0600 for a secret', () => {
    const vault = open()
    expect(vault.change({ gone: null })).toBeNull()
    expect(existsSync(path())).toBe(false)
    expect(vault.change({ 'obs.password': 'sesame' })).toBeNull()
    expect(statSync(path()).mode & 0o777).toBe(0o600)
    expect(open().get('obs.password')).toBe('sesame')
    expect(open().handOver()).toEqual({ keptIn: 'file', secrets: { 'obs.password': 'sesame' } })
  })

  it('changes nothing where the disk is full', () => {
    open().change({ one: '1' })
    const full = {
      ...nodeAtomicDisk,
      write: () => {
        throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      },
    }
    const vault = open({ disk: full })
    expect(vault.change({ one: null, two: '2' })?.code).toBe('disk-full')
    expect(vault.handOver().secrets).toEqual({ one: '1' })
    expect(open().handOver().secrets).toEqual({ one: '1' })
  })

  it('says that a file is rubbish, keeps it aside, and goes on', () => {
    writeFileSync(path(), '{"secrets": 7}')
    const vault = open()
    expect(vault.problem?.code).toBe('secrets-unreadable')
    expect(readFileSync(`${path()}.broken`, 'utf8')).toBe('{"secrets": 7}')
    expect(vault.change({ one: '1' })).toBeNull()
    expect(vault.problem).toBeNull()
  })
})

describe('secrets in a key store', () => {
  const handed = { keptIn: 'key-store' as const, secrets: { one: '1' } }

  it('leaves the disk once the key store has shown that it has all', () => {
    const vault = open({ keeperHere: () => true })
    vault.change({ one: '1', two: '2' })
    let told = 0
    vault.onChange(() => (told += 1))
    vault.take(handed)
    expect(told).toBe(1)
    expect(file()).toContain('"two":"2"')
    expect(file()).not.toContain('"one":"1"')
    vault.take({ ...handed, secrets: { one: '1', two: '2' } })
    expect(told).toBe(1)
    expect(JSON.parse(file())).toEqual({ keptIn: 'key-store', names: ['one', 'two'], secrets: {} })
  })

  it('knows by the marker what it lacks, until that is handed over', () => {
    open().take(handed)
    open({ handed }).take(handed)
    const alone = open()
    expect(alone.keptIn).toBe('key-store')
    expect(alone.get('one')).toBeNull()
    expect(alone.lacks('one')).toBe(true)
    expect(alone.take(handed).gained).toEqual(['one'])
    expect(alone.get('one')).toBe('1')
    expect(alone.lacks('one')).toBe(false)
  })

  it('has what was handed over at the start', () => {
    const vault = open({ handed })
    expect(vault.get('one')).toBe('1')
    expect(file()).not.toContain('"1"')
  })

  it('keeps a change in memory while its keeper is here, and in the file while nobody is', () => {
    let here = true
    const vault = open({ handed, keeperHere: () => here })
    vault.change({ two: '2' })
    expect(file()).not.toContain('"2"')
    here = false
    vault.change({ three: '3' })
    expect(file()).toContain('"three":"3"')
    // Newer than what the key store still holds.
    vault.change({ one: 'new' })
    expect(open({ handed }).get('one')).toBe('new')
  })

  it('takes over what it never had, and not what was removed while the keeper was away', () => {
    expect(open().take(handed).gained).toEqual(['one'])
    const alone = open()
    alone.change({ one: null })
    const stale = { ...handed, secrets: { one: '1', two: '2' } }
    expect(alone.take(stale).gained).toEqual([])
    expect(open().lacks('one')).toBe(false)
  })

  it('goes back to the file when there is no key store any more', () => {
    const vault = open({ handed })
    vault.take({ keptIn: 'file', secrets: {} })
    expect(open().get('one')).toBe('1')
  })
})

describe('the destination as OBS had it last', () => {
  const found = { url: 'rtmp://one/live', key: 'k', auth: null }

  it('is a secret among others', () => {
    const remembers = rememberDestination(open(), () => undefined)
    remembers.save(found)
    expect(rememberDestination(open(), () => undefined).load()).toEqual(found)
    remembers.forget()
    expect(remembers.load()).toBeNull()
  })

  it('is taken out of the file that an earlier version kept', () => {
    const old = join(dir, 'destination.json')
    writeFileSync(old, JSON.stringify(found))
    const vault = open()
    adoptOldFile(old, vault)
    expect(rememberDestination(vault, () => undefined).load()).toEqual(found)
    expect(existsSync(old)).toBe(false)
  })
})
