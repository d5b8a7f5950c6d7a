import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { createLogger } from '../../../../src/engine/store/logger'
import { useTempDir } from '../../../support/temp-dir'

const tempDir = useTempDir()
const redact = (text: string): string => text.replaceAll('hunter2', '***')
const base = { name: 'engine', wallMs: () => Date.UTC(2026, 0, 2, 3, 4, 5), redact }

describe('createLogger', () => {
  it('writes one redacted line an entry, to the file and to people', () => {
    const dir = join(tempDir(), 'logs')
    const shown: string[] = []
    const logger = createLogger({ ...base, dir, stderr: (line) => void shown.push(line) })
    logger.debug('quiet')
    logger.warn('key hunter2\nfake line', { url: 'rtmp://x/hunter2', error: new Error('no'), big: 1n })
    const text = readFileSync(join(dir, 'engine.log'), 'utf8')
    expect(text.split('\n')).toHaveLength(3)
    expect(text).toContain('2026-01-02T03:04:05.000Z warn  key *** fake line {"url":"rtmp://x/***"')
    expect(text).toContain('"message":"no"')
    expect(shown).toHaveLength(1)
    expect(text + shown.join('')).not.toContain('hunter2')
  })

  it('rotates and keeps only so many', () => {
    const dir = tempDir()
    const logger = createLogger({ ...base, dir, stderr: null, maxBytes: 200, keep: 3 })
    for (let n = 0; n < 40; n += 1) logger.info(`entry number ${n}`)
    expect(readdirSync(dir).sort()).toEqual(['engine.1.log', 'engine.2.log', 'engine.log'])
    expect(readFileSync(join(dir, 'engine.log'), 'utf8')).toContain('entry number 39')
  })

  it('never fails for a place that cannot be written, nor for data that cannot', () => {
    const file = join(tempDir(), 'file')
    writeFileSync(file, '')
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    const logger = createLogger({ ...base, dir: join(file, 'logs'), stderr: () => undefined })
    expect(() => logger.error('x', circle)).not.toThrow()
  })

  it('says what matters on the terminal where the file cannot be written', () => {
    const file = join(tempDir(), 'file')
    writeFileSync(file, '')
    const shown: string[] = []
    const terminal = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      shown.push(String(text))
      return true
    })
    const logger = createLogger({ ...base, dir: join(file, 'logs'), stderr: null })
    logger.info('of no weight')
    logger.warn('the disk hunter2 is full')
    terminal.mockRestore()
    expect(shown).toEqual(['03:04:05 warn  the disk *** is full\n'])
  })
})
