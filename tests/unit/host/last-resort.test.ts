import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { leaveCrash, takeCrash } from '../../../src/host/crash-record'
import { openLogFile } from '../../../src/host/log-file'
import { useTempDir } from '../../support/temp-dir'

const tempDir = useTempDir()

/** Runs a small process that hears its own exceptions: what it wrote into its log, and how it ended. */
function ends(
  body: string,
  options = "judge: () => 'end', save: () => undefined",
): Promise<{ readonly code: number | null; readonly log: string; readonly out: string }> {
  const dir = tempDir()
  const script = `
    import { installLastResort, kindOf } from ${JSON.stringify(resolve('src/host/last-resort.ts'))}
    import { openLogFile } from ${JSON.stringify(resolve('src/host/log-file.ts'))}
    const write = openLogFile({ dir: ${JSON.stringify(dir)}, name: 'own' })
    const say = (text) => process.stdout.write(text + '\\n')
    let clock = 0
    const resort = installLastResort({ log: (text) => write(text + '\\n'), exitCode: 70, saveMs: 300, monotonicMs: () => clock, ${options} })
    const keep = setInterval(() => 0, 1_000)
    const done = () => clearInterval(keep)
    ${body}
  `
  return new Promise((told) => {
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script]
    execFile(process.execPath, args, { timeout: 20_000 }, (error, out) => {
      const path = join(dir, 'own.log')
      told({
        code: error === null ? 0 : typeof error.code === 'number' ? error.code : null,
        log: existsSync(path) ? readFileSync(path, 'utf8') : '',
        out,
      })
    })
  })
}

describe('the last resort', () => {
  it.each([
    ['an exception in a timer', "setTimeout(() => { throw new TypeError('broke') }, 1)", 'TypeError: broke'],
    ['a rejection', "void Promise.reject(new RangeError('lost'))", 'RangeError: lost'],
    ['nothing', 'setTimeout(() => { throw null }, 1)', 'null'],
    ['what cannot be described', 'setTimeout(() => { throw Object.create(null) }, 1)', 'cannot be described'],
    [
      'a stack that throws',
      "setTimeout(() => { const e = new Error('x'); Object.defineProperty(e, 'stack', { get: () => { throw e } }); throw e }, 1)",
      'cannot be described',
    ],
  ])('writes %s down and ends with its code', async (_name, body, words) => {
    const { code, log } = await ends(body)
    expect(code).toBe(70)
    expect(log).toContain(words)
  })

  it('ends though what it saves never settles, throws, or throws again', async () => {
    const throwing = "setTimeout(() => { throw new Error('first') }, 1)"
    for (const save of ['() => new Promise(() => 0)', "() => { throw new Error('no disk') }"])
      expect((await ends(throwing, `judge: () => 'end', save: ${save}`)).code).toBe(70)
    const again = "judge: () => { throw new Error('judge') }, save: () => undefined"
    expect((await ends(throwing, again)).code).toBe(70)
  }, 30_000)

  it('carries on where it is told to, and writes the same fault once', async () => {
    const { code, log, out } = await ends(
      `const fault = new Error('each frame')
       let times = 0
       const beat = setInterval(() => {
         times += 1
         if (times === 40) { clock = 11_000 }
         if (times > 41) { say('alive'); clearInterval(beat); done(); return }
         throw fault
       }, 2)`,
      "judge: () => 'carry-on', save: () => undefined",
    )
    expect(code).toBe(0)
    expect(out).toBe('alive\n')
    expect(log.match(/Error: each frame/g)).toHaveLength(2)
    expect(log).toContain('38 more of it meanwhile')
  })

  it('notes what others have dealt with, and ends for nothing of it', async () => {
    const { code, log } = await ends("resort.note(new Error('dealt with'), 'feed'); done()")
    expect(code).toBe(0)
    expect(log).toContain('feed: Error: dealt with')
  })
})

describe('the note for the next start', () => {
  it('is taken once, and lies there for its owner alone', () => {
    const dir = tempDir()
    leaveCrash(dir, 'carrier', { wall: 5, what: 'TypeError' })
    expect(statSync(join(dir, 'carrier-crash.json')).mode & 0o777).toBe(0o600)
    expect(takeCrash(dir, 'engine')).toBeNull()
    expect(takeCrash(dir, 'carrier')).toEqual({ wall: 5, what: 'TypeError' })
    expect(takeCrash(dir, 'carrier')).toBeNull()
    expect(readdirSync(dir)).toEqual([])
  })

  it.each(['', 'null', '[]', '{"wall":"x","what":1}', '{"wall":1', '\0'])('takes %j for none', (text) => {
    const dir = tempDir()
    writeFileSync(join(dir, 'engine-crash.json'), text)
    expect(takeCrash(dir, 'engine')).toBeNull()
  })

  it('throws nothing where it cannot be written or read', () => {
    const dir = tempDir()
    const file = join(dir, 'file')
    writeFileSync(file, '')
    expect(() => leaveCrash(join(file, 'below'), 'engine', { wall: 1, what: 'x' })).not.toThrow()
    mkdirSync(join(dir, 'engine-crash.json'))
    expect(takeCrash(dir, 'engine')).toBeNull()
  })
})

describe('a log file', () => {
  it('is bounded in size and number and its owner’s alone', () => {
    const dir = tempDir()
    const write = openLogFile({ dir, name: 'x', maxBytes: 100, keep: 3 })
    for (let line = 0; line < 100; line += 1) expect(write(`${line} ${'y'.repeat(40)}\n`)).toBe(true)
    const files = readdirSync(dir).sort()
    expect(files).toEqual(['x.1.log', 'x.2.log', 'x.log'])
    for (const file of files) {
      const { size, mode } = statSync(join(dir, file))
      expect(size).toBeLessThanOrEqual(100)
      expect(mode & 0o777).toBe(0o600)
    }
    expect(readFileSync(join(dir, 'x.log'), 'utf8')).toContain('99 ')
  })
})
