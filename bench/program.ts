import { startLab } from '../tests/support/netns'
import { startNginx } from '../tests/support/nginx'
import { startProcess } from '../tests/support/process'
import { sourceArgs, startSource } from '../tests/support/source'
import { startUnderstudy, type Understudy } from '../tests/support/understudy'
import { testClip } from '../tests/support/clip'
import { freePort, until } from '../tests/support/wait'
import { openRig, type Rig } from '../soak/rig'
import { measureFault } from './faults'
import { owned } from './owned'
import { spread, table } from './report'
import { benchCuts, benchRelay } from './splice'

/** What one fault on the program path costs: the longest pause at a viewer, ms. */
async function gapOf(fault: (rig: Rig) => Promise<void>): Promise<number> {
  return owned(async (own) => {
    const rig = await openRig(own)
    const session = (await rig.platform.stream('program'))?.publisher?.id
    const gap = rig.witness.mark()
    await fault(rig)
    const seen = rig.witness.report().frames
    await until(() => rig.witness.report().frames > seen + 60, { timeoutMs: 30_000, what: 'media after it' })
    const after = (await rig.platform.stream('program'))?.publisher?.id
    if (after !== session) throw new Error('the publish session broke')
    if (rig.witness.report().backward > 0) throw new Error('a timestamp did not rise')
    return gap()
  })
}

const left = (rig: Rig): Promise<unknown> =>
  rig.understudy.until('the backup on the program', (now) => now.program?.onFeed === 'backup', 30_000)

const feedFaults: readonly (readonly [name: string, run: (rig: Rig) => Promise<void>])[] = [
  [
    'OBS killed',
    async (rig) => {
      await rig.obs.kill()
      await left(rig)
    },
  ],
  [
    'OBS frozen',
    async (rig) => {
      rig.obs.freeze()
      await left(rig)
    },
  ],
  ['engine killed', (rig) => rig.understudy.kill()],
]

const key = 'bench-k3y-of-the-door'

/** Fault of the destination or the way to it, to the word that it is bad, ms. */
async function toVerdict(fault: 'frozen' | 'black' | 'narrow'): Promise<number> {
  return owned(async (own) => {
    const lab = own(startLab())
    const platform = own(await startNginx({ ...lab.platform }))
    const port = await freePort()
    const understudy = own(
      await startUnderstudy({
        route: 'program',
        program: { port, key },
        destination: { url: platform.rtmpUrl, key: 'program' },
        backups: [{ id: 'camera', source: { url: own(await startSource({ bitrateKbps: 2_500 })).url } }],
      }),
    )
    await understudy.until('the feed warm', (now) => now.program?.feeds.some(({ warm }) => warm) === true)
    await understudy.command({ kind: 'switch', to: 'camera' })
    await understudy.command({ kind: 'arm' })
    await understudy.until(
      'live and acknowledged',
      (now) => now.phase.kind === 'on-air' && now.program?.destinations[0]?.verdict === 'good',
      30_000,
    )
    const steady = performance.now()
    await until(() => performance.now() - steady > 6_000, { timeoutMs: 10_000, what: 'a steady stream' })
    const began = performance.now()
    if (fault === 'frozen') platform.freeze()
    else if (fault === 'black') lab.sharedLink.blackhole()
    else lab.sharedLink.narrow(750)
    await until(async () => (await understudy.snapshot()).program?.destinations[0]?.verdict === 'bad', {
      timeoutMs: 30_000,
      what: 'the verdict',
      everyMs: 20,
    })
    const took = performance.now() - began
    platform.thaw()
    lab.sharedLink.restore()
    return took
  })
}

/** The carrier killed: how long until the platform has media again. */
async function carrierKilled(): Promise<number> {
  return owned(async (own) => {
    const platform = own(await startNginx({ dropIdleMs: 5_000 }))
    const port = await freePort()
    const camera = own(await startSource({ keyintSec: 2 }))
    const understudy: Understudy = own(
      await startUnderstudy({
        route: 'program',
        program: { port, key },
        destination: { url: platform.rtmpUrl, key: 'program' },
        backups: [{ source: { url: camera.url } }],
        slate: { file: testClip() },
      }),
    )
    own(
      await startProcess({
        name: 'encoder',
        command: 'ffmpeg',
        args: sourceArgs({}, `rtmp://127.0.0.1:${port}/live/${key}`),
      }),
    )
    await understudy.until(
      'all feeds warm',
      (now) => (now.program?.feeds.filter(({ warm }) => warm).length ?? 0) >= 2,
      40_000,
    )
    await understudy.command({ kind: 'switch', to: 'backup' })
    await understudy.until('live', (now) => now.program?.destinations[0]?.leg === 'up', 30_000)
    await platform.untilMedia('program', { bytes: 100_000 })
    const session = (await platform.stream('program'))?.publisher?.id
    const pid = understudy.carrierPid()
    if (pid === null) throw new Error('no carrier')
    const began = performance.now()
    process.kill(pid, 'SIGKILL')
    await until(
      async () => {
        const now = (await platform.stream('program'))?.publisher?.id
        return now !== undefined && now !== session
      },
      { timeoutMs: 60_000, what: 'a new publisher', everyMs: 20 },
    )
    await platform.untilMedia('program')
    return performance.now() - began
  })
}

async function times(runs: number, measure: () => Promise<number>): Promise<number[]> {
  const found: number[] = []
  for (let run = 0; run < runs; run += 1) found.push(await measure())
  return found
}

/** Prints the program path's figures beside route direct and OBS's own reconnect on the same fault. */
export async function benchProgram(runs: number, aloneRuns: number): Promise<void> {
  const rows: string[][] = []
  for (const [name, run] of feedFaults) {
    const gaps = await times(runs, () => gapOf(run))
    const other = name === 'engine killed' ? null : await measureFault(name, Math.min(runs, 3), aloneRuns)
    rows.push([name, spread(gaps), other?.direct ?? '-', other?.alone ?? '-'])
    console.log(rows.at(-1)?.join(' · '))
  }
  console.log(table(['fault', 'viewer gap, program', 'direct', 'OBS alone'], rows))
  const faults = [
    ['ingest frozen', 'frozen'],
    ['link black', 'black'],
    ['uplink at 30 %', 'narrow'],
  ] as const
  for (const [name, fault] of faults)
    console.log(`${name}: fault to verdict ${spread(await times(runs, () => toVerdict(fault)))}`)
  console.log(`carrier killed: media at the platform again after ${spread(await times(runs, carrierKilled))}`)
  await benchRelay(20)
  await benchCuts(1_000)
}
