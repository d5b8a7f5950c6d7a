import type { JournalEntry } from '../src/engine/ports'
import { onAir, openPeers, openStage, type Stage } from '../tests/support/app/stage'
import { startViewer, type Viewer } from '../tests/support/peers/viewer'
import { until } from '../tests/support/wait'
import { owned } from './owned'
import { spread, table } from './report'

type Peers = Omit<Stage, 'understudy' | 'viewer'>

interface Fault {
  readonly name: string
  /** OBS's own reconnect, in the run with Understudy. Alone it is always on. */
  readonly reconnect: boolean
  begin(peers: Peers): Promise<void> | void
  /** How the world heals in the run of OBS alone; null: nothing brings it back. */
  readonly heal: ((peers: Peers) => void) | null
}

/** How long a fault lasts in the run of OBS alone. */
const faultMs = 15_000
/** How long OBS alone may take to be back after that (its retries grow to 10 s and more). */
const patienceMs = 40_000

const faults: readonly Fault[] = [
  {
    name: 'ingest drops OBS',
    reconnect: false,
    begin: async ({ platform }) => {
      await platform.dropPublisher('live', 'program')
    },
    heal: () => undefined,
  },
  { name: 'OBS killed', reconnect: true, begin: ({ obs }) => obs.kill(), heal: null },
  { name: 'OBS frozen', reconnect: true, begin: ({ obs }) => obs.freeze(), heal: ({ obs }) => obs.thaw() },
  {
    name: "OBS's link black",
    reconnect: true,
    begin: ({ lab }) => lab.ownLink.blackhole(),
    heal: ({ lab }) => lab.ownLink.restore(),
  },
  {
    name: "OBS's link at 30 %",
    reconnect: true,
    begin: ({ lab }) => lab.ownLink.narrow(250),
    heal: ({ lab }) => lab.ownLink.restore(),
  },
]

interface Run {
  readonly toVerdictMs: number
  readonly toMediaMs: number
  readonly gapMs: number
}

/** One fault with Understudy watching: from the journal's wall clock and from what the viewer saw. */
async function withUnderstudy(fault: Fault): Promise<Run> {
  return owned(async (own) => {
    const stage = await openStage(own, { reconnect: fault.reconnect })
    const began = { wall: Date.now(), viewer: stage.viewer.now() }
    await fault.begin(stage)
    await stage.understudy.until('the backup on air', (now) => onAir(now, 'backup'), 90_000)
    await stage.viewer.untilFrames(60)
    const journal = stage.understudy.journal()
    const verdict = wallOf(
      journal,
      (entry) =>
        entry.type === 'verdict' &&
        entry.system === 'obs' &&
        entry.verdict === 'bad' &&
        entry.wall >= began.wall,
    )
    const media = wallOf(
      journal,
      (entry) =>
        entry.type === 'command' &&
        entry.command.kind === 'notice' &&
        entry.command.notice.code === 'switched',
    )
    return {
      toVerdictMs: verdict - began.wall,
      toMediaMs: media - verdict,
      gapMs: longest(stage.viewer, began.viewer),
    }
  })
}

function wallOf(journal: readonly JournalEntry[], is: (entry: JournalEntry) => boolean): number {
  const found = journal.find(is)
  if (found === undefined) throw new Error('the journal does not tell')
  return found.wall
}

/** A fault that begins in mid-gap counts from the last picture before it. */
const longest = (viewer: Viewer, since: number): number => viewer.longestGap({ since: since - 500 }).gapMs

/** The same fault with OBS's own reconnect and nobody else. Null: it was not back. */
async function obsAlone(fault: Fault): Promise<number | null> {
  if (fault.heal === null) return null
  const { heal } = fault
  return owned(async (own) => {
    const peers = await openPeers(own)
    await peers.obs.startStream()
    await peers.platform.untilMedia('program', { bytes: 50_000 })
    const viewer = own(startViewer(`${peers.platform.controlRtmpUrl}/program`))
    await viewer.untilFrames(30)
    const began = viewer.now()
    await fault.begin(peers)
    await until(() => viewer.now() - began > faultMs, {
      timeoutMs: faultMs + 5_000,
      what: 'the fault to last',
    })
    heal(peers)
    const healed = viewer.now()
    try {
      await until(() => viewer.framesSince(healed) > 60, { timeoutMs: patienceMs, what: 'OBS to be back' })
    } catch {
      return null
    }
    return longest(viewer, began)
  })
}

/** The viewer gap of one of the faults on route direct, and with OBS alone. */
export async function measureFault(
  name: string,
  runs: number,
  aloneRuns: number,
): Promise<{ readonly direct: string; readonly alone: string } | null> {
  const fault = faults.find((each) => each.name === name)
  if (fault === undefined) return null
  const gaps: number[] = []
  for (let run = 0; run < runs; run++) gaps.push((await withUnderstudy(fault)).gapMs)
  const alone: (number | null)[] = []
  if (fault.heal !== null) for (let run = 0; run < aloneRuns; run++) alone.push(await obsAlone(fault))
  return { direct: spread(gaps), alone: fault.heal === null ? 'never' : spread(alone) }
}

/** Prints a table: each fault, with Understudy and with OBS alone. */
export async function benchFaults(runs: number, aloneRuns: number, only: string | null): Promise<void> {
  const rows: string[][] = []
  for (const fault of faults) {
    if (only !== null && !fault.name.includes(only)) continue
    const measured: Run[] = []
    for (let run = 0; run < runs; run++) measured.push(await withUnderstudy(fault))
    const alone: (number | null)[] = []
    for (let run = 0; run < (fault.heal === null ? 1 : aloneRuns); run++) alone.push(await obsAlone(fault))
    rows.push([
      fault.name,
      spread(measured.map((each) => each.toVerdictMs)),
      spread(measured.map((each) => each.toMediaMs)),
      spread(measured.map((each) => each.gapMs)),
      fault.heal === null ? 'never' : spread(alone),
    ])
    console.log(`${fault.name}: ${rows.at(-1)?.slice(1).join(' · ') ?? ''}`)
  }
  console.log('')
  console.log(
    table(
      ['fault', 'fault to verdict', 'verdict to proven media', 'viewer gap', 'viewer gap, OBS alone'],
      rows,
    ),
  )
  console.log(
    `OBS alone: its own reconnect on, the fault lasts ${faultMs / 1000} s. Median of ${runs} (lowest-highest).`,
  )
}
