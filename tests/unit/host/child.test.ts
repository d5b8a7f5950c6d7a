import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { runChild, startChild, type StartFault } from '../../../src/host/child'
import { useTempDir } from '../../support/temp-dir'

const tempDir = useTempDir()
const node = process.execPath
/** Longer than one argument may be on Linux (MAX_ARG_STRLEN, 128 KiB). */
const huge = 'x'.repeat(200_000)

/** Why a program was not started; `ran` where it was. */
const faultOf = (path: string, args: readonly string[]): Promise<StartFault> =>
  new Promise((told) => {
    let inside = true
    const child = startChild(
      path,
      (program) => spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] }),
      (fault) => told(inside ? 'told too soon' : fault),
    )
    inside = false
    if (child === null) return
    child.once('exit', () => told('ran'))
    child.stdin.end()
  })

describe('a program that cannot be started is a result, not an exception', () => {
  const places = { folder: '', plain: '', below: '', circle: '' }
  beforeEach(() => {
    places.folder = tempDir()
    places.plain = join(tempDir(), 'plain')
    writeFileSync(places.plain, 'no program')
    chmodSync(places.plain, 0o600)
    places.below = join(places.plain, 'ffmpeg')
    places.circle = join(tempDir(), 'circle')
    symlinkSync(places.circle, places.circle)
  })

  const cases: readonly (readonly [string, () => readonly [string, readonly string[]], StartFault])[] = [
    ['a NUL in its path', () => ['ff\0mpeg', []], 'ERR_INVALID_ARG_VALUE'],
    ['a NUL in an argument', () => [node, ['-e', '', 'file:/a\0']], 'ERR_INVALID_ARG_VALUE'],
    ['no path', () => ['', []], 'ERR_INVALID_ARG_VALUE'],
    ['none there', () => ['/nowhere/ffmpeg', []], 'ENOENT'],
    ['a folder', () => [places.folder, []], 'EISDIR'],
    ['no right to run it', () => [places.plain, []], 'EACCES'],
    ['below a file', () => [places.below, []], 'ENOTDIR'],
    ['a circle', () => [places.circle, []], 'ELOOP'],
    ['too long a path', () => [`/${'x'.repeat(5_000)}`, []], 'ENAMETOOLONG'],
    ['too long an argument', () => [node, ['-e', '', huge]], 'E2BIG'],
    ['a program', () => [node, ['-e', '']], 'ran'],
  ]
  it.each(cases)('%s', async (_name, command, fault) => {
    const [path, args] = command()
    expect(await faultOf(path, args)).toBe(fault)
    const ran = await runChild(path, args, { timeoutMs: 20_000 })
    expect(ran.ok ? 'ran' : ran.start).toBe(fault)
  })

  it('says how one that ran ended', async () => {
    expect(await runChild(node, ['-p', '1+1'], { timeoutMs: 20_000 })).toEqual({ ok: true, stdout: '2\n' })
    expect(await runChild(node, ['-e', 'process.exit(3)'], { timeoutMs: 20_000 })).toMatchObject({
      start: null,
      how: 'exit',
    })
    const stubborn = "process.on('SIGTERM', () => 0); setInterval(() => 0, 1000)"
    expect(await runChild(node, ['-e', stubborn], { timeoutMs: 300 })).toMatchObject({
      start: null,
      how: 'timeout',
    })
  })

  it('survives what its pipes and its death bring', async () => {
    const child = startChild(
      node,
      (path) => spawn(path, ['-e', ''], { stdio: ['pipe', 'pipe', 'pipe'] }),
      () => undefined,
    )
    const ended = new Promise((told) => child?.once('close', told))
    // More than a pipe holds, to a reader that is gone.
    child?.stdin.write(Buffer.alloc(1024 * 1024))
    await ended
    child?.stdin.write('x')
    child?.emit('error', new Error('kill EPERM'))
    expect(child?.exitCode).toBe(0)
  })

  it('knows too many open files, where Node hands out a child without streams', async () => {
    const script = `
      import { openSync } from 'node:fs'
      import { spawn } from 'node:child_process'
      import { startChild } from ${JSON.stringify(resolve('src/host/child.ts'))}
      try { for (;;) openSync('/dev/null', 'r') } catch {}
      const child = startChild(process.execPath, (path) => spawn(path, ['-v'], { stdio: ['pipe', 'pipe', 'pipe'] }), (fault) => {
        process.exitCode = 0
        process.stdout.write(fault)
      })
      if (child !== null) process.stdout.write('ran')
    `
    const command = 'ulimit -n 256; exec "$0" --import tsx --input-type=module --eval "$1"'
    const { stdout } = await promisify(execFile)('sh', ['-c', command, node, script])
    expect(stdout).toBe('EMFILE')
  }, 30_000)
})

it('takes a child of any kind of streams', () => {
  const started: (ChildProcess | null)[] = [
    startChild(
      '/nowhere/program',
      (path) => spawn(path, [], { stdio: 'ignore' }),
      () => undefined,
    ),
  ]
  expect(started).toEqual([null])
})
