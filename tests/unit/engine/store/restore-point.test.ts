import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RestorePoint } from '../../../../src/core/events'
import { nodeAtomicDisk } from '../../../../src/host/atomic-file'
import { createRestoreStore } from '../../../../src/engine/store/restore-point'
import { useTempDir } from '../../../support/temp-dir'

const tempDir = useTempDir()
const point: RestorePoint = {
  armed: true,
  hold: { untilWall: null },
  onAir: 'backup',
  generation: 4,
  owedFence: true,
}

describe('restore point', () => {
  it('comes back as it was written', () => {
    const path = join(tempDir(), 'state.json')
    expect(createRestoreStore(path).load()).toEqual({ point: null, problem: null })
    expect(createRestoreStore(path).save(point)).toBeNull()
    expect(createRestoreStore(path).load()).toEqual({ point, problem: null })
  })

  it('keeps since when viewers have nothing, and is not lost for what another version wrote there', () => {
    const path = join(tempDir(), 'state.json')
    const offAir = { sinceWall: 1_000, noticedWall: 4_000, of: { system: 'obs', cause: 'obs-gone' } } as const
    createRestoreStore(path).save({ ...point, offAir })
    expect(createRestoreStore(path).load().point).toEqual({ ...point, offAir })
    writeFileSync(path, JSON.stringify({ ...point, offAir: { sinceWall: 'yesterday' } }))
    expect(createRestoreStore(path).load()).toEqual({ point, problem: null })
  })

  it('is written only when it changed', () => {
    const path = join(tempDir(), 'state.json')
    const store = createRestoreStore(path)
    store.save(point)
    rmSync(path)
    store.save({ ...point })
    expect(existsSync(path)).toBe(false)
    store.save({ ...point, generation: 5 })
    expect(existsSync(path)).toBe(true)
  })

  it.each(['', 'null', '{"armed": "yes"}', '{"armed'])('ignores %j, says so and keeps it', (rubbish) => {
    const path = join(tempDir(), 'state.json')
    writeFileSync(path, rubbish)
    const loaded = createRestoreStore(path).load()
    expect(loaded).toMatchObject({ point: null, problem: { code: 'restore-unreadable' } })
    expect(readFileSync(`${path}.broken`, 'utf8')).toBe(rubbish)
  })

  it('tells a full disk and tries again at the next change', () => {
    const path = join(tempDir(), 'state.json')
    let full = true
    const disk = {
      ...nodeAtomicDisk,
      write: (fd: number, data: Uint8Array, offset: number) => {
        if (full) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
        return nodeAtomicDisk.write(fd, data, offset)
      },
    }
    const store = createRestoreStore(path, { disk })
    expect(store.save(point)).toMatchObject({ code: 'disk-full' })
    full = false
    expect(store.save(point)).toBeNull()
    expect(existsSync(path)).toBe(true)
  })
})
