import { createServer, type Server } from 'node:net'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { problemCodes } from '../../../src/core/problem'
import { problemWords } from '../../../src/shared/messages/problems'
import { runEngine, runReplay, type Ended } from '../../support/media/bad-input'
import { peerDir } from '../../support/cleanup'
import { startUnderstudy, type Understudy } from '../../support/app/understudy'
import { freePort } from '../../support/wait'

const secret = 'hunter2-of-the-settings'
let servers: Server[] = []
let understudy: Understudy | null = null
afterEach(async () => {
  await understudy?.stop()
  understudy = null
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  servers = []
})

/** A data directory with this text as its settings file. */
function settings(text: string): { readonly dir: string; readonly file: string } {
  const dir = peerDir('bad-settings')
  const file = join(dir, 'config.json')
  writeFileSync(file, text)
  return { dir, file }
}

const start = (dir: string, ...more: readonly string[]): Promise<Ended> =>
  runEngine('--headless', '--data-dir', dir, '--port', '0', ...more)

const logOf = (dir: string): string => readFileSync(join(dir, 'logs', 'engine.log'), 'utf8')

/** The first line of standard error is the sentence with its code, the second the next step. */
function expectRefusal(ended: Ended, code: string, exitCode: number): string {
  const [sentence = '', next = '', ...rest] = ended.stderr.split('\n')
  expect({ code: ended.code, stdout: ended.stdout, rest, sentence }).toEqual({
    code: exitCode,
    stdout: expect.stringMatching(/^(Its page: .*\n)?$/) as string,
    rest: [''],
    sentence: expect.stringContaining(`[${code}]`) as string,
  })
  const known = problemCodes.find((one) => one === code)
  if (known === undefined) throw new Error(`no such code: ${code}`)
  const versions = [problemWords[known].next].flat()
  expect(versions.some((version) => filled(version).test(next))).toBe(true)
  return sentence
}

/** A sentence whatever stands in its gaps. */
const filled = (version: string): RegExp => {
  const parts = version.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.+')}$`)
}

describe('settings that cannot be used: exit 2, sentence, next step, log', () => {
  it.each([
    ['config-invalid', { obs: { pasword: secret } }, 'obs.pasword is not known, was "password" meant?'],
    ['config-invalid', { backups: [{}] }, 'backups[0].source must be an object in { }'],
    ['config-invalid', { obs: { port: secret } }, 'obs.port must be a number'],
    ['config-invalid', { obs: { port: 70_000 } }, 'obs.port must be at most 65535'],
    ['config-invalid', { destination: { url: `no url ${secret}` } }, 'destination.url must be a URL'],
    ['config-invalid', { destination: { url: `http://x/${secret}` } }, 'destination.url must be a URL'],
    ['config-invalid', { backups: [{ source: { url: '' } }] }, 'backups[0].source.url must not be empty'],
    [
      'config-invalid',
      { backups: [{ source: { url: 'a.mp4' }, ingest: { kind: 'vlc' } }] },
      'none of the kinds',
    ],
    ['config-invalid', [], 'the file must be an object in { }'],
    ['config-invalid', { version: 'one' }, 'version must be'],
    ['config-newer', { version: 7, unheardOf: secret }, 'is from a newer Understudy'],
    ['policy-invalid', { policy: { obs: { reconectAllowanceMs: 1 } } }, 'reconectAllowanceMs'],
    ['policy-invalid', { policy: { obs: { stallMs: 'long' } } }, 'stallMs must be a number'],
  ])('%s: %j', async (code, config, reason) => {
    const { dir, file } = settings(JSON.stringify(config))
    const before = readFileSync(file, 'utf8')
    const ended = await start(dir)
    const sentence = expectRefusal(ended, code, 2)
    expect(sentence).toContain(reason)
    if (code !== 'policy-invalid') expect(sentence).toContain(file)
    expect(logOf(dir)).toContain(`"code":"${code}"`)
    expect(logOf(dir) + ended.stderr).not.toContain(secret)
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  it.each([
    ['', 'the file is empty'],
    [`{"obs": {"password": "${secret}"`, 'line 1'],
    [`{\n  "obs": ${secret}\n}`, 'line 2, column'],
  ])('a file that is not JSON: %j', async (text, reason) => {
    const { dir } = settings(text)
    const ended = await start(dir)
    expect(expectRefusal(ended, 'config-unreadable', 2)).toContain(reason)
    expect(logOf(dir) + ended.stderr).not.toContain(secret)
  })

  it('a folder where the file should be', async () => {
    const dir = peerDir('bad-settings')
    mkdirSync(join(dir, 'config.json'))
    expect(expectRefusal(await start(dir), 'config-unreadable', 2)).toContain('it is a folder')
  })

  it('a file named by --config that is not there', async () => {
    const dir = peerDir('bad-settings')
    const missing = join(dir, 'nowhere.json')
    const sentence = expectRefusal(await start(dir, '--config', missing), 'config-unreadable', 2)
    expect(sentence).toContain(missing)
    expect(sentence).toContain('no such file')
  })
})

describe('a wrong command line: exit 2 and one line', () => {
  it.each([
    [['--port', 'abc'], '--port abc is not a port number.'],
    [['--port=70000'], '--port 70000 is not a port number.'],
    [['--port', '-1'], '--port -1 is not a port number.'],
    [['--verbose'], '"--verbose" is not an option of Understudy.'],
    [['--headless=yes'], '"--headless=yes" is not an option'],
    [['start'], '"start" is not an option'],
    [['--config'], '--config needs a value.'],
    [['--config', '--headless'], '--config needs a value.'],
    [['--data-dir='], '--data-dir needs a value.'],
  ])('%j', async (words, expected) => {
    const ended = await runEngine(...words)
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain(expected)
    expect(ended.stderr.trim().split('\n')).toHaveLength(1)
    expect(ended.stderr).toContain('--help')
  })
})

describe('a place that cannot be had: exit 1', () => {
  it.each(['the data directory', 'a part of its path'])('a file in the place of %s', async (what) => {
    const file = join(peerDir('bad-place'), 'file')
    writeFileSync(file, 'something of the user')
    const dir = what === 'the data directory' ? file : join(file, 'data')
    const sentence = expectRefusal(await start(dir), 'data-dir-unwritable', 1)
    expect(sentence).toContain(dir)
    expect(readFileSync(file, 'utf8')).toBe('something of the user')
  })

  it('a port that another program uses; nothing of ours stays behind', async () => {
    const port = await freePort()
    const server = createServer()
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const { dir } = settings(
      JSON.stringify({ backups: [{ source: { url: join(peerDir('none'), 'a.mp4') } }] }),
    )
    const ended = await runEngine('--headless', '--data-dir', dir, '--port', String(port))
    expect(expectRefusal(ended, 'port-in-use', 1)).toContain(String(port))
    expect(logOf(dir)).toContain('"code":"port-in-use"')
    // The lock was given back: the next start is refused for the port again, not for a running engine.
    expectRefusal(await runEngine('--headless', '--data-dir', dir, '--port', String(port)), 'port-in-use', 1)
  })

  it('a rehearsal without a usable ffmpeg', async () => {
    const { dir } = settings(JSON.stringify({ ffmpeg: '/nowhere/ffmpeg' }))
    expect(expectRefusal(await start(dir, '--rehearsal'), 'ffmpeg-missing', 1)).toContain('/nowhere/ffmpeg')
  })

  it('a second start, also with broken settings, leaves the first alone', async () => {
    const first = await startUnderstudy({})
    understudy = first
    const again = await start(first.dataDir)
    expectRefusal(again, 'already-running', 1)
    expect(again.stdout).toContain(first.token())
    writeFileSync(join(first.dataDir, 'config.json'), '{"obs":')
    expectRefusal(await start(first.dataDir), 'config-unreadable', 2)
    expect((await first.snapshot()).problems.map((each) => each.code)).toEqual(['no-candidate'])
    expect(readFileSync(join(first.dataDir, 'logs', 'engine.log'), 'utf8')).not.toContain(first.token())
  })
})

describe('a recording that cannot be replayed: exit 2 and file:line: reason', () => {
  const header = '{"t":0,"kind":"header"}\n'
  it.each([
    ['broken in the middle', `${header}{"t":1,"ki\n{"t":2,"kind":"event"}\n`, 2],
    ['no JSON at all', 'Dear diary,\ntoday the stream fell over.\n', 1],
    ['a time that is none', `${header}{"t":"noon","kind":"event"}\n`, 2],
    ['a list', '[]\n', 1],
    ['binary', '\u0000\u0001\u0002\n\u0003', 1],
    ['empty', '', 1],
    [
      'a damaged journal',
      '{"type":"session","wall":1,"at":0,"version":"0.1.0","policy":{}}\n{"type":"event","wall":2,"eve\n{"type":"event","wall":3,"event":{"kind":"tick","at":5}}\n',
      2,
    ],
  ])('%s', async (_what, text, line) => {
    const file = join(peerDir('recordings'), 'bad.jsonl')
    writeFileSync(file, text)
    const ended = await runReplay(file, '--json')
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr.startsWith(`${file}:${line}: `)).toBe(true)
    expect(ended.stderr.trim().split('\n')).toHaveLength(1)
    expect(ended.stderr.length).toBeGreaterThan(`${file}:${line}: x\n`.length)
  })

  it('one that is not there', async () => {
    const file = join(peerDir('recordings'), 'nowhere.jsonl')
    expect(await runReplay(file)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `${file}:0: no such file\n`,
    })
  })
})
