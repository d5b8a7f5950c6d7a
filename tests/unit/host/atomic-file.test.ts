import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeAtomicDisk, writeFileAtomic, type AtomicDisk } from '../../../src/host/atomic-file'
import { useTempDir } from '../../support/temp-dir'

const tempDir = useTempDir()
const errno = (code: string): Error => Object.assign(new Error(code), { code })

describe('writeFileAtomic', () => {
  it('writes privately and leaves nothing else behind', () => {
    const dir = tempDir()
    writeFileAtomic(join(dir, 'a'), 'one')
    writeFileAtomic(join(dir, 'a'), 'two')
    expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('two')
    expect(statSync(join(dir, 'a')).mode & 0o777).toBe(0o600)
    expect(readdirSync(dir)).toEqual(['a'])
  })

  const faults: readonly (readonly [string, Partial<AtomicDisk>])[] = [
    [
      'write',
      {
        write: () => {
          throw errno('ENOSPC')
        },
      },
    ],
    [
      'fsync',
      {
        fsync: () => {
          throw errno('EIO')
        },
      },
    ],
    [
      'rename',
      {
        rename: () => {
          throw errno('EXDEV')
        },
      },
    ],
  ]
  it.each(faults)('keeps the old file whole when %s fails', (_name, fault) => {
    const dir = tempDir()
    writeFileSync(join(dir, 'a'), 'old')
    expect(() => writeFileAtomic(join(dir, 'a'), 'new', { disk: { ...nodeAtomicDisk, ...fault } })).toThrow()
    expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('old')
    expect(readdirSync(dir)).toEqual(['a'])
  })

  it('goes on after a short write', () => {
    const dir = tempDir()
    const disk: AtomicDisk = {
      ...nodeAtomicDisk,
      write: (fd, data, offset) => nodeAtomicDisk.write(fd, data.subarray(0, offset + 3), offset),
    }
    writeFileAtomic(join(dir, 'a'), 'a long text', { disk })
    expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('a long text')
  })

  it('stands when only the directory cannot be synced', () => {
    const dir = tempDir()
    const disk: AtomicDisk = {
      ...nodeAtomicDisk,
      syncDir: () => {
        throw errno('EINVAL')
      },
    }
    writeFileAtomic(join(dir, 'a'), 'new', { disk })
    expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('new')
  })
})
