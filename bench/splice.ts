import { writeFileSync, readFileSync, existsSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { RtmpPublisher } from '../src/carrier/publish/rtmp-publisher'
import type { Destination, ProgramPort } from '../src/engine/ports'
import { classify } from '../src/media/tags/tags'
import { startDestination } from '../src/rehearsal/destination'
import { carrierHost, carrierLock, killCarrier } from '../tests/support/app/carrier'
import { peerDir } from '../tests/support/cleanup'
import { startNginx } from '../tests/support/peers/nginx'
import { startProcess } from '../tests/support/process'
import { sourceArgs, startSource } from '../tests/support/peers/source'
import { until } from '../tests/support/wait'
import { startWitness } from '../tests/support/peers/witness'
import { cpuSeconds, memoryMiB } from './cost'
import { owned } from './owned'

const key = 'bench-k3y-of-the-door'
const app = 'live'

const place = (url: string): Destination => ({
  id: 'main',
  url,
  key: 'program',
  auth: null,
  takeover: { kind: 'none' },
  graceMs: null,
})

const start = async (program: ProgramPort, url: string, system: string, generation: number) => {
  const targets = [{ id: 'main', destination: place(url), other: null }]
  const started = await program.start({ system, generation, targets, deadlineMs: 15_000 })
  if (!started.ok) throw new Error(`not started: ${started.problem.code}`)
}

/** Cuts back and forth between two encoders: drift, order, memory, and whether ffmpeg decodes all of it without a word. */
export async function benchCuts(cuts: number): Promise<void> {
  await owned(async (own) => {
    const platform = own(await startNginx())
    const camera = own(await startSource({ keyintSec: 2 }))
    const dataDir = peerDir('carrier-data')
    own({ stop: () => killCarrier(dataDir) })
    const { host } = await carrierHost(dataDir)
    own({ stop: () => host.close() })
    const program = host.program({ port: 0, key })
    await program.prepare({ deadlineMs: 10_000 })
    await host.port('backup').prepare({ url: camera.url }, { deadlineMs: 20_000 })
    const to = `${program.status().ingestUrl ?? ''}/${key}`
    own(await startProcess({ name: 'encoder', command: 'ffmpeg', args: sourceArgs({ size: '640x360' }, to) }))
    await program.untilWarm('obs', 20_000)
    await start(program, platform.rtmpUrl, 'obs', 1)
    await platform.untilMedia('program', { bytes: 100_000 })
    const witness = startWitness(`${platform.rtmpUrl}/program`)
    own({ stop: () => witness.stop() })
    const record = join(peerDir('record'), 'program.flv')
    const recorder = own(
      await startProcess({
        name: 'recorder',
        command: 'ffmpeg',
        args: ['-v', 'error', '-i', `${platform.rtmpUrl}/program`, '-c', 'copy', '-y', record],
      }),
    )
    await until(() => existsSync(record), { timeoutMs: 20_000, what: 'the recording' })
    const pid = carrierLock(dataDir)?.pid ?? 0
    const before = memoryMiB(pid)
    for (let cut = 2; cut <= cuts + 1; cut += 1)
      await start(program, platform.rtmpUrl, cut % 2 === 0 ? 'backup' : 'obs', cut)
    const after = memoryMiB(pid)
    const since = performance.now()
    await until(() => performance.now() - since > settleMs, {
      timeoutMs: settleMs + 5_000,
      what: 'the means to settle',
      everyMs: 250,
    })
    const { backward, driftMs, frames, longestGapMs } = witness.report()
    recorder.kill('SIGINT')
    await recorder.exited
    const warnings = decode(record)
    console.log(
      `${cuts} cuts: drift ${driftMs} ms, ${backward} timestamps that did not rise, ${frames} frames, longest viewer gap ` +
        `${longestGapMs} ms, carrier ${before.toFixed(0)} -> ${after.toFixed(0)} MiB, ${program.status().destinations[0]?.sessions ?? 0} session, ` +
        `ffmpeg's warnings: ${warnings === '' ? 'none' : warnings.split('\n').slice(0, 3).join(' / ')}`,
    )
  })
}

/** What ffmpeg says of a recording while it decodes all of it, in ms: by frame numbers, frames of a cut would share one. */
function decode(file: string): string {
  const out = join(peerDir('decode'), 'words')
  execFileSync(
    'sh',
    [
      '-c',
      `ffmpeg -v warning -i '${file}' -fps_mode passthrough -enc_time_base:v 1:1000 -f null - 2>'${out}'`,
    ],
    { timeout: 300_000 },
  )
  return readFileSync(out, 'utf8').trim()
}

const frameBytes = Math.round(8_000_000 / 8 / 60)

/** A stream of 8 Mbit/s and 60 frames a second, each frame with a number in it. */
function numbered(publisher: RtmpPublisher): {
  readonly sent: Map<number, number>
  readonly stop: () => void
} {
  const sent = new Map<number, number>()
  const began = performance.now()
  let frame = 0
  const header = Uint8Array.from([
    0x17, 0, 0, 0, 0, 1, 0x64, 0, 0x1f, 0xff, 0xe1, 0, 4, 0x67, 0x64, 0, 0x1f, 1, 0, 2, 0x68, 0xee,
  ])
  publisher.write({ type: 9, timestampMs: 0, payload: header })
  const timer = setInterval(() => {
    while (frame * (1000 / 60) <= performance.now() - began) {
      const payload = new Uint8Array(frameBytes)
      payload.set([frame % 120 === 0 ? 0x17 : 0x27, 1, 0, 0, 0])
      new DataView(payload.buffer).setUint32(5, frame)
      sent.set(frame, performance.now())
      publisher.write({ type: 9, timestampMs: Math.round(frame * (1000 / 60)), payload })
      frame += 1
    }
  }, 2)
  return { sent, stop: () => clearInterval(timer) }
}

/** How often the loop's delay is looked at, ms: seldom, so that looking costs nothing. */
const resolutionMs = 20
/** For the slow means of the reader, ms. */
const settleMs = 5_000

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0

/** Latency through the carrier at 8 Mbit/s and 60 frames, beside the same without it; its cost and its loop's delay. */
export async function benchRelay(seconds: number): Promise<void> {
  const probe = join(peerDir('probe'), 'delay.mjs')
  const told = join(peerDir('probe'), 'delay')
  writeFileSync(
    probe,
    `import { monitorEventLoopDelay } from 'node:perf_hooks'
import { writeFileSync } from 'node:fs'
const delay = monitorEventLoopDelay({ resolution: ${resolutionMs} })
delay.enable()
setInterval(() => writeFileSync(${JSON.stringify(told)}, String(delay.percentile(99) / 1e6)), 500).unref()
`,
  )
  await owned(async (own) => {
    const started = await startDestination({ keys: { [app]: ['program', 'bare'] } })
    if (!started.ok) throw new Error(started.problem.code)
    const far = own(started.value)
    const dataDir = peerDir('carrier-data')
    own({ stop: () => killCarrier(dataDir) })
    process.env['NODE_OPTIONS'] = `--import ${probe}`
    const { host } = await carrierHost(dataDir)
    own({ stop: () => host.close() })
    const program = host.program({ port: 0, key })
    await program.prepare({ deadlineMs: 10_000 })
    delete process.env['NODE_OPTIONS']
    const through = new RtmpPublisher({ url: program.status().ingestUrl ?? '', key, auth: null })
    own({ stop: () => through.close('abrupt') })
    const bare = new RtmpPublisher({ url: far.url(app), key: 'bare', auth: null })
    own({ stop: () => bare.close('abrupt') })
    await Promise.all([through.accepted, bare.accepted])
    const sides = [
      { name: 'through the carrier', stream: 'program', feed: numbered(through), late: [] as number[] },
      { name: 'straight', stream: 'bare', feed: numbered(bare), late: [] as number[] },
    ]
    for (const { feed } of sides) own({ stop: feed.stop })
    await program.untilWarm('obs', 10_000)
    await start(program, far.url(app), 'obs', 1)
    const begun = performance.now()
    for (const { stream, feed, late } of sides)
      far.watch(app, stream, (tag) => {
        const info = classify(tag)
        if (tag.type !== 9 || !('part' in info) || (info.part !== 'keyframe' && info.part !== 'inter')) return
        const number = new DataView(tag.payload.buffer, tag.payload.byteOffset).getUint32(5)
        const at = feed.sent.get(number)
        if (at !== undefined && at > begun) late.push(performance.now() - at)
      })
    const pid = carrierLock(dataDir)?.pid ?? 0
    const cpu = cpuSeconds(pid)
    await until(() => performance.now() - begun > seconds * 1_000, {
      timeoutMs: (seconds + 10) * 1_000,
      what: 'the stream to run',
      everyMs: 500,
    })
    const share = ((cpuSeconds(pid) - cpu) / ((performance.now() - begun) / 1_000)) * 100
    for (const { name, late } of sides)
      console.log(
        `latency ${name}: median ${percentile(late, 0.5).toFixed(1)} ms, p95 ${percentile(late, 0.95).toFixed(1)} ms, ` +
          `p99 ${percentile(late, 0.99).toFixed(1)} ms over ${late.length} frames`,
      )
    console.log(
      `carrier at 8 Mbit/s and 60 fps: ${share.toFixed(1)} % of one core, ${memoryMiB(pid).toFixed(0)} MiB, ` +
        `event-loop delay p99 ${(Number(readFileSync(told, 'utf8')) - resolutionMs).toFixed(1)} ms`,
    )
  })
}
