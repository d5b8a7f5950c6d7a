import { startLab } from '../tests/support/peers/netns'
import { testClip } from '../tests/support/media/clip'
import { until } from '../tests/support/wait'
import { openRig, type Rig } from '../soak/rig'
import { measureFault } from './faults'
import { owned } from './owned'
import { spread, table } from './report'

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

/** Fault of the destination or the way to it, to the word that it is bad, ms. OBS at 2.5 Mbit/s. */
async function toVerdict(fault: 'frozen' | 'black' | 'narrow'): Promise<number> {
  return owned(async (own) => {
    const lab = own(startLab())
    const { understudy, platform } = await openRig(own, { platform: lab.platform, videoBitrateKbps: 2_500 })
    await understudy.until('acknowledged', (now) => now.program?.destinations[0]?.verdict === 'good')
    const steady = performance.now()
    await until(() => performance.now() - steady > 8_000, { timeoutMs: 15_000, what: 'a steady stream' })
    const began = performance.now()
    if (fault === 'frozen') platform.freeze()
    else if (fault === 'black') lab.sharedLink.blackhole()
    else lab.sharedLink.narrow(800)
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
    const { understudy, platform, witness } = await openRig(own, { slate: testClip() })
    await understudy.until('the standby picture ready', (now) =>
      now.systems.some(({ id, readiness }) => id === 'slate' && readiness === 'ready'),
    )
    const pid = understudy.carrierPid()
    if (pid === null) throw new Error('no carrier')
    const before = (await platform.stream('program'))?.publisher?.id
    const gap = witness.mark()
    process.kill(pid, 'SIGKILL')
    await until(
      async () => {
        const now = (await platform.stream('program'))?.publisher?.id
        return now !== undefined && now !== before
      },
      { timeoutMs: 60_000, what: 'a new publisher', everyMs: 20 },
    )
    const seen = witness.report().frames
    await until(() => witness.report().frames > seen + 30, { timeoutMs: 30_000, what: 'media after it' })
    return gap()
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
}

/** Fault of an ingest or of the way to it, to the verdict; and a carrier that was killed. */
export async function benchVerdicts(runs: number): Promise<void> {
  const faults = [
    ['ingest frozen', 'frozen'],
    ['link black', 'black'],
    ['uplink at 30 %', 'narrow'],
  ] as const
  for (const [name, fault] of faults)
    console.log(`${name}: fault to verdict ${spread(await times(runs, () => toVerdict(fault)))}`)
  console.log(`carrier killed: media at the platform again after ${spread(await times(runs, carrierKilled))}`)
}
