import { randomBytes } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Problem, ProblemCode } from '../../../src/core/problem'
import { startDestination, type DestinationStandIn } from '../../../src/rehearsal/destination'
import { startMediaMtxStandIn } from '../../../src/rehearsal/mediamtx'
import { startStandInObs, type StandInObs } from '../../../src/rehearsal/obs'
import { closeWeb, leaks, watchCommandLines, wordsOf, type CommandLines } from '../../support/media/bad-input'
import { peerDir } from '../../support/cleanup'
import { testClip } from '../../support/media/clip'
import { onAir, system, told, type Stoppable } from '../../support/app/stage'
import { suite } from '../../support/suite'
import { startUnderstudy, type Understudy } from '../../support/app/understudy'
import { freePort, until } from '../../support/wait'

const secrets = {
  key: 'live_4711_SecretOfTheStream',
  obs: 'SecretOfTheSocket',
  source: 'SecretOfTheCamera',
  query: 'SecretInTheQuery',
  server: 'SecretOfTheServer',
}
const app = 'live'

/** What each backup says, by its id. */
const expected: Readonly<Record<string, ProblemCode>> = {
  html: 'source-garbage',
  noise: 'source-garbage',
  locked: 'source-auth',
  music: 'source-no-media',
  hevc: 'source-codec-unsupported',
  text: 'source-garbage',
  missing: 'source-unreachable',
  closed: 'source-unreachable',
  gopher: 'source-invalid-url',
  nohost: 'source-invalid-url',
  'mtx-old': 'ingest-version',
  'mtx-locked': 'ingest-auth',
  'mtx-web': 'ingest-bad-request',
  'mtx-closed': 'ingest-unreachable',
  'mtx-file': 'source-invalid-url',
}

suite('bad input while a stream is on air', ['ffmpeg'], () => {
  let destination: DestinationStandIn
  let obs: StandInObs
  let understudy: Understudy
  let lines: CommandLines
  const owned: Stoppable[] = []
  const own = <T extends Stoppable>(peer: T): T => {
    owned.push(peer)
    return peer
  }

  beforeAll(async () => {
    const started = await startDestination()
    if (!started.ok) throw new Error(started.problem.code)
    destination = own(started.value)
    obs = await startStandInObs({
      password: secrets.obs,
      destination: { server: destination.url(app), key: secrets.key },
      profile: { 'Output/Reconnect': 'false' },
    })
    own({ stop: () => obs.close() })
    understudy = own(
      await startUnderstudy({
        obs: { port: obs.port, password: secrets.obs },
        destination: { witnesses: [{ kind: 'nginx-stat', url: destination.statUrl }] },
        backups: [{ source: { url: testClip() } }, ...(await badBackups(own))],
      }),
    )
    lines = watchCommandLines(understudy)
    own({ stop: () => lines.stop() })
    obs.pressStart()
    await understudy.until(
      'OBS on air and the good backup warm',
      (now) =>
        onAir(now, 'obs') &&
        system(now, 'obs').verdict === 'good' &&
        system(now, 'backup').readiness === 'ready',
      90_000,
    )
  })

  afterAll(async () => {
    for (const peer of owned.splice(0).reverse()) await peer.stop()
  })

  const session = (): number | null => destination.farEnd(app, secrets.key).publisherId

  /** The stream that runs is the same before and after, and goes on. */
  async function untouched(meanwhile: () => Promise<void>): Promise<void> {
    const before = session()
    expect(before).not.toBeNull()
    const count = understudy.journal().length
    await meanwhile()
    const { bytesIn } = destination.farEnd(app, secrets.key)
    await until(() => destination.farEnd(app, secrets.key).bytesIn > bytesIn + 50_000, {
      timeoutMs: 10_000,
      what: 'the stream to go on',
    })
    expect(session()).toBe(before)
    const commands = understudy
      .journal()
      .slice(count)
      .filter((entry) => entry.type === 'command' && entry.command.kind !== 'notice')
    expect(commands).toEqual([])
    expect(onAir(await understudy.snapshot(), 'obs')).toBe(true)
  }

  /** On the page with its words, and in the log by code and sentence. */
  async function expectTold(place: string, found: Problem | null, code: ProblemCode): Promise<void> {
    expect({ place, code: found?.code }).toEqual({ place, code })
    if (found === null) return
    const [sentence = '', next = ''] = wordsOf(found)
    expect(sentence + next).not.toMatch(/[{}]/)
    const entry = `problem {"place":"${place}","code":"${code}","text":${JSON.stringify(sentence).slice(0, 20)}`
    await until(() => understudy.log().includes(entry), { timeoutMs: 5_000, what: `the log to say ${entry}` })
  }

  it.each(Object.entries(expected))('backup %s: %s', async (id, code) => {
    await untouched(async () => {
      const now = await understudy.until(
        `${id} to say ${code}`,
        (each) => system(each, id).problem?.code === code,
        30_000,
      )
      await expectTold(id, system(now, id).problem, code)
      expect(system(now, id).readiness).not.toBe('ready')
    })
  })

  it('asked for a backup that is not ready, it names it', async () => {
    await untouched(async () => {
      expect(await understudy.command({ kind: 'switch', to: 'html' })).toMatchObject({
        ok: false,
        problem: { code: 'refused-not-ready' },
        text: 'The backup “html” is not ready to take over.',
      })
    })
  })

  it.each(['no-json', 'no-sense'] as const)('an OBS that answers rubbish: %s', async (kind) => {
    await untouched(async () => {
      obs.rubbish(kind)
      const now = await understudy.until(
        'OBS to be called nonsense',
        (each) => system(each, 'obs').problem?.code === 'obs-garbage',
      )
      await expectTold('obs', system(now, 'obs').problem, 'obs-garbage')
      obs.rubbish(null)
      await understudy.until(
        'OBS to be understood again',
        (each) => system(each, 'obs').problem === null && system(each, 'obs').verdict === 'good',
        60_000,
      )
    })
  })

  it('settings broken on disk are not read while it runs', async () => {
    await untouched(async () => {
      const file = join(understudy.dataDir, 'config.json')
      const before = readFileSync(file, 'utf8')
      writeFileSync(file, '{"obs":')
      expect(await understudy.command({ kind: 'hold', forMs: null })).toEqual({ ok: true })
      expect(await understudy.command({ kind: 'release' })).toEqual({ ok: true })
      writeFileSync(file, before)
    })
  })

  it('no secret anywhere so far', async () => {
    expect(lines.seen().some((line) => line.includes('carrier'))).toBe(true)
    expect(lines.seen().some((line) => line.includes('-progress') || line.includes('ffmpeg'))).toBe(true)
    expect(await leaks(understudy, Object.values(secrets), lines)).toEqual([])
  })

  it('a destination that refuses the key', async () => {
    destination.refuse(app, 'NetStream.Publish.Denied')
    obs.dropConnection()
    const now = await understudy.until(
      'the refusal to be told',
      (each) => told(each).includes('switch-failing') || told(each).includes('switch-failed'),
      60_000,
    )
    const entry = now.timeline.find((each) => each.notice.code.startsWith('switch-fail'))
    expect(entry?.notice).toMatchObject({ to: 'backup', problem: { code: 'destination-auth' } })
    expect(entry?.text).toContain('The streaming server refused the stream key')
    expect(entry?.urgency).not.toBe('info')
    expect(understudy.log()).toContain('destination-auth')
    const shown = await understudy.until('the page to show it', (each) =>
      [
        'problem' in each.phase ? each.phase.problem : null,
        system(each, 'backup').problem,
        each.destination.problem,
      ].some((found) => found?.code === 'destination-auth'),
    )
    expect(shown.phase.kind).not.toBe('on-air')
    destination.refuse(app, null)
    await understudy.until('somebody on air', (each) => each.phase.kind === 'on-air', 60_000)
    expect(await leaks(understudy, Object.values(secrets), lines)).toEqual([])
  })
})

/** One backup for each way in which it can be wrong. */
async function badBackups(
  own: <T extends Stoppable>(peer: T) => T,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const dir = peerDir('bad-media')
  const make = (name: string, ...args: readonly string[]): Buffer => {
    const file = join(dir, name)
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...args, '-t', '4', file], { timeout: 60_000 })
    return readFileSync(file)
  }
  const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000']
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25']
  const files: Readonly<Record<string, readonly [type: string, body: Buffer]>> = {
    '/page': [
      'text/html',
      Buffer.from(`<!doctype html><title>Camera</title>${'<p>Log in.</p>'.repeat(200)}`),
    ],
    '/noise': ['video/mp2t', randomBytes(300_000)],
    '/music.ts': ['video/mp2t', make('music.ts', ...tone, '-c:a', 'aac')],
    '/hevc.ts': [
      'video/mp2t',
      make('hevc.ts', ...picture, '-c:v', 'libx265', '-x265-params', 'log-level=none'),
    ],
  }
  const web = createServer((request, response) => {
    const found = files[new URL(request.url ?? '', 'http://x').pathname]
    if (found === undefined) response.writeHead(401, { 'www-authenticate': 'Basic realm="camera"' }).end()
    else response.writeHead(200, { 'content-type': found[0] }).end(found[1])
  })
  const port = await listen(web)
  own({ stop: () => closeWeb(web) })
  const at = (path: string): string =>
    `http://cam:${secrets.source}@127.0.0.1:${port}${path}?token=${secrets.query}`
  const text = join(dir, 'notes.mp4')
  writeFileSync(text, 'this is no film\n'.repeat(500))
  const nobody = await freePort()
  const sources: Readonly<Record<string, string>> = {
    html: at('/page'),
    noise: at('/noise'),
    locked: at('/locked.flv'),
    music: at('/music.ts'),
    hevc: at('/hevc.ts'),
    text,
    missing: join(dir, 'nowhere.mp4'),
    closed: `rtmp://cam:${secrets.source}@127.0.0.1:${nobody}/${app}/${secrets.query}`,
    gopher: `gopher://cam:${secrets.source}@127.0.0.1/film`,
    nohost: `rtmp://?token=${secrets.query}`,
  }

  const credentials = { username: 'understudy', password: 'another one' }
  const old = own(await startMediaMtxStandIn({ behaviour: { version: 'v1.19.0' } }))
  const locked = own(await startMediaMtxStandIn({ credentials }))
  const html = own(await startMediaMtxStandIn({ behaviour: { answer: 'html' } }))
  const fine = own(await startMediaMtxStandIn())
  const mediamtx = (
    id: string,
    url: string,
    source = 'rtsp://127.0.0.1/x',
  ): Readonly<Record<string, unknown>> => ({
    id,
    source: { url: source.replace('://', `://cam:${secrets.source}@`) },
    ingest: { kind: 'mediamtx', url, username: 'understudy', password: secrets.server },
  })
  return [
    ...Object.entries(sources).map(([id, url]) => ({ id, source: { url } })),
    mediamtx('mtx-old', old.url),
    mediamtx('mtx-locked', locked.url),
    mediamtx('mtx-web', html.url),
    mediamtx('mtx-closed', `http://127.0.0.1:${nobody}`),
    mediamtx('mtx-file', fine.url, '/films/a.mp4'),
  ]
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
