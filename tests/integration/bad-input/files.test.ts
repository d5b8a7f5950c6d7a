import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProblemCode } from '../../../src/core/problem'
import { startDestination, type DestinationStandIn } from '../../../src/rehearsal/destination'
import { startStandInObs, type StandInObs } from '../../../src/rehearsal/obs'
import { closeWeb, runReplay, wordsOf } from '../../support/media/bad-input'
import { peerDir } from '../../support/cleanup'
import { onAir, system, type Stoppable } from '../../support/app/stage'
import { peers } from '../../support/peers/peers'
import { startUnderstudy, type Understudy, type UserConfig } from '../../support/app/understudy'
import { freePort, until } from '../../support/wait'

const owned: Stoppable[] = []
const own = <T extends Stoppable>(peer: T): T => {
  owned.push(peer)
  return peer
}
afterEach(async () => {
  for (const peer of owned.splice(0).reverse()) await peer.stop()
})

/** The problem stands on the page, with its words, and in the log. */
async function expectProblem(understudy: Understudy, code: ProblemCode, said: string): Promise<void> {
  const now = await understudy.until(`the problem ${code}`, (each) =>
    each.problems.some((found) => found.code === code),
  )
  const found = now.problems.find((each) => each.code === code)
  const [sentence = '', next = ''] = found === undefined ? [] : wordsOf(found)
  expect(sentence).toContain(said)
  expect(next).not.toBe('')
  await until(() => understudy.log().includes(`"code":"${code}"`), { timeoutMs: 5_000, what: 'the log' })
}

interface OnAir {
  readonly understudy: Understudy
  readonly destination: DestinationStandIn
  readonly obs: StandInObs
}
const app = 'live'
const key = 'the-key-of-this-show'

/** A stand-in OBS live to a stand-in destination, watched. */
async function live(dataDir?: string, config: UserConfig = {}): Promise<OnAir> {
  const started = await startDestination()
  if (!started.ok) throw new Error(started.problem.code)
  const destination = own(started.value)
  const obs = await startStandInObs({ destination: { server: destination.url(app), key } })
  own({ stop: () => obs.close() })
  const understudy = own(
    await startUnderstudy(
      {
        obs: { port: obs.port },
        destination: { witnesses: [{ kind: 'nginx-stat', url: destination.statUrl }] },
        ...config,
      },
      [],
      dataDir,
    ),
  )
  obs.pressStart()
  await understudy.until('OBS on air', (now) => onAir(now, 'obs') && system(now, 'obs').verdict === 'good')
  return { understudy, destination, obs }
}

describe('files of an earlier run that cannot be read', () => {
  it('a damaged journal is told with file, line and reason, kept, and written on', async () => {
    const dataDir = peerDir('damaged')
    const dir = join(dataDir, 'journal')
    mkdirSync(dir)
    const file = join(dir, 'journal-000001.jsonl')
    const damaged =
      '{"type":"session","wall":1,"at":0,"version":"0.1.0","policy":{}}\n\u0000\u0000\u0000\n{"type":"event","wall":3,"event":{"kind":"tick","at":5}}\n'
    writeFileSync(file, damaged)
    const understudy = own(await startUnderstudy({}, [], dataDir))
    await expectProblem(understudy, 'journal-unreadable', `Line 2 of ${file} cannot be read: it is not JSON.`)
    expect(readFileSync(file, 'utf8')).toBe(damaged)
    await until(() => existsSync(join(dir, 'journal-000002.jsonl')), {
      timeoutMs: 5_000,
      what: 'a new segment',
    })
    const replayed = await runReplay(file)
    expect(replayed).toMatchObject({ code: 2, stdout: '' })
    expect(replayed.stderr.startsWith(`${file}:2: `)).toBe(true)
  })

  it('a file in the place of the journal', async () => {
    const dataDir = peerDir('damaged')
    writeFileSync(join(dataDir, 'journal'), 'not a folder')
    const understudy = own(await startUnderstudy({}, [], dataDir))
    await expectProblem(understudy, 'journal-unreadable', 'The journal ')
    await expectProblem(understudy, 'data-dir-unwritable', join(dataDir, 'journal'))
    expect(readFileSync(join(dataDir, 'journal'), 'utf8')).toBe('not a folder')
    rmSync(join(understudy.dataDir, 'journal'))
    await understudy.until('the journal to be written', (now) =>
      now.problems.every((found) => found.code !== 'data-dir-unwritable'),
    )
    expect(understudy.journal().some((entry) => entry.type === 'session')).toBe(true)
  })

  it.each(['', '{"armed":', '{"armed":"yes"}'])('a restore point of %j', async (text) => {
    const dataDir = peerDir('damaged')
    writeFileSync(join(dataDir, 'restore-point.json'), text)
    const understudy = own(await startUnderstudy({}, [], dataDir))
    await expectProblem(understudy, 'restore-unreadable', join(dataDir, 'restore-point.json'))
    expect(readFileSync(join(dataDir, 'restore-point.json.broken'), 'utf8')).toBe(text)
    expect((await understudy.snapshot()).armed).toBe(false)
  })

  it('a token that is none is replaced', async () => {
    const dataDir = peerDir('damaged')
    writeFileSync(join(dataDir, 'token'), 'short')
    const understudy = own(await startUnderstudy({}, [], dataDir))
    expect(understudy.token()).toMatch(/^[\w-]{43}$/)
  })
})

describe('what answers in the place of OBS', () => {
  it('is a web server', async () => {
    const web = createServer((_request, response) => response.end('<html>'))
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
    own({ stop: () => closeWeb(web) })
    const { port } = web.address() as AddressInfo
    const understudy = own(await startUnderstudy({ obs: { port, password: 'SecretOfTheSocket' } }))
    await expectObs(understudy, 'obs-garbage', `What answers at 127.0.0.1:${port} is not OBS`)
  })

  it('is nobody', async () => {
    const port = await freePort()
    const understudy = own(await startUnderstudy({ obs: { port } }))
    await expectObs(understudy, 'obs-unreachable', `OBS does not answer at 127.0.0.1:${port}.`)
  })

  it.each([
    ['obs-auth-failed', 'SecretThatIsWrong', 'OBS refused the WebSocket password.'],
    ['obs-password-needed', null, 'OBS asks for its WebSocket password.'],
  ] as const)('wants another password: %s', async (code, password, said) => {
    const right = 'SecretThatIsRight'
    const obs = await startStandInObs({ password: right, destination: { server: 'rtmp://127.0.0.1/x', key } })
    own({ stop: () => obs.close() })
    // Without OBS's own files, which may know a password on this machine.
    const understudy = own(
      await startUnderstudy({ obs: { port: obs.port, password, configDir: peerDir('no-obs') } }),
    )
    await expectObs(understudy, code, said)
    const told = understudy.log() + JSON.stringify(await understudy.snapshot())
    expect(told).not.toMatch(/SecretThatIs/)
  })

  async function expectObs(understudy: Understudy, code: ProblemCode, said: string): Promise<void> {
    const now = await understudy.until(code, (each) => system(each, 'obs').problem?.code === code)
    const found = system(now, 'obs').problem
    expect(found === null ? '' : wordsOf(found)[0]).toContain(said)
    await until(() => understudy.log().includes(`"place":"obs","code":"${code}"`), {
      timeoutMs: 5_000,
      what: 'the log',
    })
  }
})

it('an ffmpeg that is not there', async () => {
  const understudy = own(
    await startUnderstudy({ ffmpeg: '/nowhere/ffmpeg', backups: [{ source: { url: '/nowhere/film.mp4' } }] }),
  )
  await expectProblem(understudy, 'ffmpeg-missing', 'ffmpeg was not found at /nowhere/ffmpeg.')
})

const rooted = process.platform === 'linux' && process.getuid?.() === 0
const reason = rooted
  ? peers('ffmpeg').present
    ? null
    : 'ffmpeg is missing'
  : 'only root can mount a small disk'

describe.skipIf(reason !== null)(`a full disk${reason === null ? '' : ` [skipped: ${reason}]`}`, () => {
  /** A disk of 2 MB of its own. */
  function smallDisk(): string {
    const dir = peerDir('small-disk')
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', dir], { timeout: 10_000 })
    own({ stop: () => void execFileSync('umount', ['-l', dir], { timeout: 10_000 }) })
    return dir
  }

  /** Takes every last byte; the way back. */
  function fillUp(dir: string): () => void {
    const file = join(dir, 'ballast')
    for (const size of [65_536, 4_096, 512, 1]) {
      try {
        for (;;) appendFileSync(file, Buffer.alloc(size))
      } catch {
        // Not another one of this size.
      }
    }
    return () => rmSync(file)
  }

  it('while OBS is live: told, the stream untouched, written on once there is room', async () => {
    const dir = smallDisk()
    const { understudy, destination } = await live(join(dir, 'data'))
    const before = destination.farEnd(app, key)
    const free = fillUp(dir)
    const now = await understudy.until(
      'the full disk to be told',
      (each) => each.problems.some((found) => found.code === 'disk-full'),
      60_000,
    )
    const found = now.problems.find((each) => each.code === 'disk-full')
    expect(found === undefined ? [] : wordsOf(found)).toEqual([
      expect.stringContaining('The disk is full: ') as string,
      expect.stringContaining('Free some space. The stream goes on') as string,
    ])
    // The log lies on the same disk: what finds no room in it goes to the terminal.
    await until(() => understudy.log().includes('"code":"disk-full"'), {
      timeoutMs: 5_000,
      what: 'log or terminal',
    })
    // Nothing waits for the disk: the operator is obeyed.
    expect(await understudy.command({ kind: 'hold', forMs: null })).toEqual({ ok: true })
    free()
    await understudy.until(
      'the disk to be well again',
      (each) => each.problems.every((problem) => problem.code !== 'disk-full'),
      30_000,
    )
    expect(onAir(await understudy.snapshot(), 'obs')).toBe(true)
    await until(
      () => understudy.journal().some((entry) => entry.type === 'event' && entry.event.kind === 'operator'),
      {
        timeoutMs: 5_000,
        what: 'the hold in the journal',
      },
    )
    await until(() => readFileSync(join(dir, 'data/restore-point.json'), 'utf8').includes('"hold":{'), {
      timeoutMs: 5_000,
      what: 'the hold in the restore point',
    })
    const after = destination.farEnd(app, key)
    expect(after.publisherId).toBe(before.publisherId)
    expect(after.bytesIn).toBeGreaterThan(before.bytesIn)
    expect(readdirSync(join(dir, 'data')).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})
