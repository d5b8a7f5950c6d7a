import { Random } from '../fuzz/random'
import { memoryMiB } from '../bench/cost'
import { owned } from '../bench/owned'
import { spread, table } from '../bench/report'
import { until } from '../tests/support/wait'
import { freezeMs, openRig, type Rig } from './rig'

/** A kind of event, and what it may cost a viewer. */
interface Kind {
  readonly name: string
  readonly weight: number
  /** Longest gap allowed, ms. */
  readonly limitMs: number
  run(rig: Rig): Promise<void>
}

/** A frame every 33 ms, and a machine that is busy with starting programs. */
const busyMs = 250
/** Between two events. */
const pauseMs = { least: 1_500, most: 6_000 }
const backMs = 60_000

const onFeed = (rig: Rig, feed: string, what: string): Promise<unknown> =>
  rig.understudy.until(what, (now) => now.program?.onFeed === feed, backMs)

const obsBack = async (rig: Rig): Promise<void> => {
  await rig.obs.restart()
  await rig.obs.startStream()
  await onFeed(rig, 'obs', 'OBS back on the program')
}

const kinds: readonly Kind[] = [
  {
    name: 'cut by hand and back',
    weight: 10,
    limitMs: busyMs,
    run: async (rig) => {
      await rig.understudy.command({ kind: 'backup-now' })
      await onFeed(rig, 'backup', 'the backup on the program')
      await rig.understudy.command({ kind: 'obs-now' })
      await onFeed(rig, 'obs', 'OBS on the program')
    },
  },
  {
    name: 'OBS killed',
    weight: 3,
    limitMs: busyMs,
    run: async (rig) => {
      await rig.obs.kill()
      await onFeed(rig, 'backup', 'the backup on the program')
      await obsBack(rig)
    },
  },
  {
    name: 'OBS frozen',
    weight: 2,
    limitMs: freezeMs + 100 + busyMs,
    run: async (rig) => {
      rig.obs.freeze()
      await onFeed(rig, 'backup', 'the backup on the program')
      rig.obs.thaw()
      await onFeed(rig, 'obs', 'OBS back on the program')
    },
  },
  {
    name: 'backup killed',
    weight: 2,
    limitMs: busyMs,
    run: async (rig) => {
      await rig.camera.kill()
      await rig.camera.restart()
      await rig.understudy.until(
        'the backup warm',
        (now) => now.systems.some(({ id, readiness }) => id === 'backup' && readiness === 'ready'),
        backMs,
      )
    },
  },
  {
    name: 'engine killed',
    weight: 2,
    limitMs: busyMs,
    run: async (rig) => {
      await rig.understudy.kill()
      await rig.understudy.start()
      await rig.understudy.until('adopted', (now) => now.phase.kind === 'on-air' && now.armed, backMs)
    },
  },
  {
    name: 'engine and OBS killed',
    weight: 1,
    limitMs: busyMs,
    run: async (rig) => {
      await rig.understudy.kill()
      await rig.obs.kill()
      await rig.understudy.start()
      await onFeed(rig, 'backup', 'the backup adopted')
      await rig.obs.restart()
      await rig.obs.startStream()
      await rig.understudy.command({ kind: 'obs-now' })
      await onFeed(rig, 'obs', 'OBS on the program')
    },
  },
  {
    name: 'shell killed',
    weight: 1,
    limitMs: busyMs,
    run: async ({ shell }) => {
      await shell?.start()
      await shell?.kill()
    },
  },
]

function choose(random: Random, from: readonly Kind[]): Kind {
  let left = random.below(from.reduce((sum, { weight }) => sum + weight, 0))
  for (const kind of from) {
    if (left < kind.weight) return kind
    left -= kind.weight
  }
  throw new Error('no kind')
}

/** Random cuts and kills for so long, then the table. True: the stream was what it has to be. */
export async function soak(minutes: number, seed: number): Promise<boolean> {
  return owned(async (own) => {
    const rig = await openRig(own)
    const random = new Random(seed)
    const usable = kinds.filter(({ name }) => rig.shell !== null || name !== 'shell killed')
    if (rig.shell === null) console.log('No Electron on this machine: the shell is not killed.')
    const gaps = new Map<string, number[]>(usable.map(({ name }) => [name, []]))
    const memory: number[] = []
    const session = (await rig.platform.stream('program'))?.publisher?.id
    const began = performance.now()
    const overMs = minutes * 60_000
    while (performance.now() - began < overMs) {
      const kind = choose(random, usable)
      const gapOf = rig.witness.mark()
      await kind.run(rig)
      const restMs = pauseMs.least + random.below(pauseMs.most - pauseMs.least)
      const since = performance.now()
      await until(() => performance.now() - since >= restMs, {
        timeoutMs: restMs + 5_000,
        what: 'the pause',
        everyMs: 100,
      })
      gaps.get(kind.name)?.push(gapOf())
      const pid = rig.understudy.carrierPid()
      if (pid !== null) memory.push(memoryMiB(pid))
      const minute = ((performance.now() - began) / 60_000).toFixed(1)
      console.log(`${minute} min: ${kind.name}, longest gap ${gaps.get(kind.name)?.at(-1) ?? 0} ms`)
    }
    return verdict(rig, gaps, memory, session)
  })
}

async function verdict(
  { witness, platform }: Rig,
  gaps: ReadonlyMap<string, readonly number[]>,
  memory: readonly number[],
  session: string | undefined,
): Promise<boolean> {
  const seen = witness.report()
  const now = (await platform.stream('program'))?.publisher?.id
  const third = Math.max(1, Math.floor(memory.length / 3))
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const [first, last] = [mean(memory.slice(0, third)), mean(memory.slice(-third))]
  const checks: readonly (readonly [name: string, value: string, good: boolean])[] = [
    ['the reader is still connected', String(seen.connected), seen.connected],
    ['one publish session', now === session ? 'one' : 'several', now !== undefined && now === session],
    ['frames seen', String(seen.frames), seen.frames > 0],
    ['timestamps that did not rise', String(seen.backward), seen.backward === 0],
    ['drift of sound and picture', `${seen.driftMs} ms`, seen.driftMs < 20],
    [
      'memory of the carrier, first and last third',
      `${first.toFixed(0)} and ${last.toFixed(0)} MiB`,
      last < first * 1.3 + 10,
    ],
  ]
  console.log('')
  console.log(
    table(
      ['event', 'times', 'longest viewer gap, median (range)', 'limit'],
      kinds.flatMap(({ name, limitMs }) => {
        const found = gaps.get(name) ?? []
        return found.length === 0 ? [] : [[name, String(found.length), spread(found), `${limitMs} ms`]]
      }),
    ),
  )
  console.log('')
  console.log(
    table(
      ['what', 'seen', ''],
      checks.map(([name, value, good]) => [name, value, good ? 'good' : 'BAD']),
    ),
  )
  // One in ten may meet a machine that starts programs at that moment; the median and the range are printed above.
  const long = kinds.filter(({ name, limitMs }) => {
    const found = gaps.get(name) ?? []
    return found.filter((gap) => gap > limitMs).length > found.length / 10
  })
  for (const { name, limitMs } of long)
    console.log(`BAD: more than one in ten of "${name}" cost viewers more than ${limitMs} ms`)
  return checks.every(([, , good]) => good) && long.length === 0
}
