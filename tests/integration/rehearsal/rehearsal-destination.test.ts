import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { afterEach, expect, it } from 'vitest'
import { classify } from '../../../src/media/tags/tags'
import { startDestination } from '../../../src/rehearsal/destination'
import type { DestinationOptions, DestinationStandIn } from '../../../src/rehearsal/destination'
import { suite } from '../../support/suite'
import { startViewer } from '../../support/peers/viewer'
import { until } from '../../support/wait'

const opened: (() => unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

async function destination(options: DestinationOptions = {}): Promise<DestinationStandIn> {
  const result = await startDestination(options)
  if (!result.ok) throw new Error(result.problem.code)
  opened.push(() => result.value.stop())
  return result.value
}

interface Ffmpeg {
  readonly child: ChildProcess
  readonly output: () => string
  readonly ended: Promise<number | null>
}

function ffmpeg(...args: readonly string[]): Ffmpeg {
  const child = spawn('ffmpeg', ['-hide_banner', '-nostdin', '-loglevel', 'info', ...args])
  let output = ''
  child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()))
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  opened.push(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, output: () => output, ended }
}

const publish = (url: string): Ffmpeg =>
  ffmpeg(
    ...['-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25'],
    ...['-re', '-f', 'lavfi', '-i', 'sine=sample_rate=48000'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25', '-threads', '1'],
    ...['-b:v', '600k', '-maxrate', '600k', '-bufsize', '600k', '-x264-params', 'nal-hrd=cbr'],
    ...['-c:a', 'aac', '-f', 'flv', url],
  )

const mediaFlows = async (server: DestinationStandIn, name: string): Promise<void> => {
  const before = server.farEnd('live', name).bytesIn
  await until(() => server.farEnd('live', name).bytesIn > before + 20_000, {
    timeoutMs: 20_000,
    what: `media under ${name}`,
  })
}

suite('the destination of the rehearsal', ['ffmpeg'], () => {
  it('takes a publisher, and ffmpeg plays what it gives', async () => {
    const server = await destination()
    publish(`${server.url('live')}/show`)
    await mediaFlows(server, 'show')
    const player = ffmpeg('-i', `${server.url('live')}/show`, '-t', '2', '-f', 'null', '-')
    expect(await player.ended).toBe(0)
    expect(player.output()).toMatch(/Video: h264.*320x180/)
    expect(player.output()).toMatch(/Audio: aac/)
    expect(player.output()).toMatch(/frame=\s*[1-9]\d/)
  })

  it('refuses a second publisher while the first holds the name, then takes it', async () => {
    const server = await destination()
    const first = publish(`${server.url('live')}/show`)
    await mediaFlows(server, 'show')
    const holder = server.farEnd('live', 'show').publisherId
    const second = publish(`${server.url('live')}/show`)
    expect(await second.ended).not.toBe(0)
    expect(second.output()).toContain('Already publishing')
    expect(server.farEnd('live', 'show').publisherId).toBe(holder)
    await mediaFlows(server, 'show')
    first.child.kill('SIGKILL')
    await until(() => server.farEnd('live', 'show').publisherId === null, {
      timeoutMs: 5_000,
      what: 'the name to be free',
    })
    publish(`${server.url('live')}/show`)
    await mediaFlows(server, 'show')
    expect(server.farEnd('live', 'show').publisherId).not.toBe(holder)
  })

  it('lets a ghost go after its time, and a ghost holds the name until then', async () => {
    const server = await destination({ ghostMs: 4_000 })
    const ghost = publish(`${server.url('live')}/show`)
    await mediaFlows(server, 'show')
    ghost.child.kill('SIGSTOP')
    const early = publish(`${server.url('live')}/show`)
    expect(await early.ended).not.toBe(0)
    await until(() => server.farEnd('live', 'show').publisherId === null, {
      timeoutMs: 20_000,
      what: 'the ghost to be let go',
    })
    publish(`${server.url('live')}/show`)
    await mediaFlows(server, 'show')
  })

  it('knows the keys of an application, and refuses on command', async () => {
    const server = await destination({ keys: { live: ['show'] } })
    const stranger = publish(`${server.url('live')}/other`)
    expect(await stranger.ended).not.toBe(0)
    server.refuse('live', 'NetStream.Publish.Denied')
    const refused = publish(`${server.url('live')}/show`)
    expect(await refused.ended).not.toBe(0)
    server.refuse('live', 'NetConnection.Connect.Rejected')
    const rejected = publish(`${server.url('live')}/show`)
    expect(await rejected.ended).not.toBe(0)
    server.heal()
    publish(`${server.url('live')}/show`)
    await mediaFlows(server, 'show')
  })

  it('throws its publisher out; viewers wait for the next one', async () => {
    const server = await destination()
    const first = publish(`${server.url('live')}/show`)
    await mediaFlows(server, 'show')
    const viewer = startViewer(`${server.url('live')}/show`)
    opened.push(() => viewer.stop())
    await viewer.untilFrames(25)
    expect(server.dropPublisher('live', 'show')).toBe(true)
    expect(server.dropPublisher('live', 'show')).toBe(false)
    await first.ended
    const cutAt = viewer.now()
    publish(`${server.url('live')}/show`)
    await until(() => viewer.framesSince(cutAt) > 25, { timeoutMs: 15_000, what: 'frames of the next one' })
    expect(viewer.connections()).toBe(1)
    expect(viewer.arrivals().find(({ at }) => at > cutAt)?.key).toBe(true)
  })

  it('cuts the players of a source with its publisher', async () => {
    const server = await destination({ cutPlayers: ['live'] })
    const first = publish(`${server.url('live')}/show`)
    await mediaFlows(server, 'show')
    const player = ffmpeg('-i', `${server.url('live')}/show`, '-f', 'null', '-')
    await until(() => player.output().includes('frame='), { timeoutMs: 15_000, what: 'the player to play' })
    first.child.kill('SIGKILL')
    await player.ended
  })

  it('freezes and thaws: nothing is read, nobody is told, all of it comes afterwards', async () => {
    const server = await destination({ ghostMs: 1_000 })
    const publisher = publish(`${server.url('live')}/show`)
    await mediaFlows(server, 'show')
    const { publisherId } = server.farEnd('live', 'show')
    server.freeze({ app: 'live', reach: 'ingest' })
    const { bytesIn } = server.farEnd('live', 'show')
    // Longer than a ghost may live: a frozen server lets nobody go. Its encoder's own clock tells the time.
    const before = speedOf(publisher)
    await until(() => speedOf(publisher) > before + 3, { timeoutMs: 15_000, what: '3 s more of encoding' })
    expect(server.farEnd('live', 'show')).toMatchObject({ publisherId, bytesIn })
    server.heal()
    await mediaFlows(server, 'show')
    expect(server.farEnd('live', 'show').publisherId).toBe(publisherId)
  })

  it("deadens one publisher's way alone: its name goes to the next", async () => {
    const server = await destination({ ghostMs: 1_000 })
    const first = publish(`${server.url('live')}/show`)
    await mediaFlows(server, 'show')
    server.freeze({ app: 'live', reach: 'publisher' })
    await until(() => server.farEnd('live', 'show').publisherId === null, {
      timeoutMs: 20_000,
      what: 'the ghost to be let go',
    })
    expect(first.child.exitCode).toBeNull()
    publish(`${server.url('live')}/show`)
    await mediaFlows(server, 'show')
    server.heal()
    expect(await first.ended).not.toBe(0)
    await mediaFlows(server, 'show')
  })

  it('narrows: a publisher at 600 kbit/s gets a tenth of it through', async () => {
    const server = await destination()
    const publisher = publish(`${server.url('live')}/show`)
    await mediaFlows(server, 'show')
    const before = speedOf(publisher)
    server.narrow({ app: 'live', reach: 'publisher' }, 60)
    const { bytesIn } = server.farEnd('live', 'show')
    await until(() => speedOf(publisher) > before + 4, { timeoutMs: 20_000, what: '4 s more of encoding' })
    const passed = server.farEnd('live', 'show').bytesIn - bytesIn
    expect(passed).toBeGreaterThan(0)
    // 4 s are 300 kB.
    expect(passed).toBeLessThan(100_000)
    const taps: string[] = []
    opened.push(server.watch('live', 'show', (tag) => void taps.push(classify(tag).kind)))
    server.heal()
    await mediaFlows(server, 'show')
    expect(taps).toContain('video')
  })

  it('has a page of statistics for those who come by its own name', async () => {
    const server = await destination()
    publish(`${server.url('live')}/show`)
    await mediaFlows(server, 'show')
    const text = await (await fetch(server.statUrl)).text()
    expect(text).toMatch(/<name>show<\/name>/)
    expect(text).toMatch(/<publishing\/>/)
    expect((await fetch(server.statUrl.replace('/stat', '/'))).status).toBe(404)
  })

  it('tells a port that is taken', async () => {
    const first = await destination()
    expect(await startDestination({ port: first.port })).toEqual({
      ok: false,
      problem: { code: 'port-in-use', params: { port: first.port } },
    })
  })
})

/** Seconds that the encoder has made so far. */
function speedOf(run: Ffmpeg): number {
  const last = [...run.output().matchAll(/time=(\d+):(\d+):([\d.]+)/g)].at(-1)
  return last === undefined ? 0 : Number(last[1]) * 3600 + Number(last[2]) * 60 + Number(last[3])
}
