import { readFileSync } from 'node:fs'
import { openStage } from '../tests/support/app/stage'
import { until } from '../tests/support/wait'
import { owned } from './owned'

/** Clock ticks a second in /proc (sysconf _SC_CLK_TCK is 100 on every Linux in use). */
const ticksPerSecond = 100

/** Time on a core so far. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** Proportional set size: shared pages are counted once over all processes. */
export function memoryMiB(pid: number): number {
  const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
  return Number(found?.[1] ?? 0) / 1024
}

/** CPU and memory while a healthy OBS is watched and the backup is warm. */
export async function benchCost(seconds: number): Promise<void> {
  await owned(async (own) => {
    const { understudy } = await openStage(own)
    const carrier = understudy.carrierPid()
    const pids = { engine: understudy.pid(), ...(carrier === null ? {} : { carrier }) }
    const before = Object.entries(pids).map(([name, pid]) => ({ name, pid, cpu: cpuSeconds(pid) }))
    const began = performance.now()
    await until(() => performance.now() - began > seconds * 1_000, {
      timeoutMs: (seconds + 10) * 1_000,
      what: 'the watch',
      everyMs: 1_000,
    })
    const took = (performance.now() - began) / 1_000
    let total = 0
    for (const { name, pid, cpu } of before) {
      const memory = memoryMiB(pid)
      total += memory
      console.log(
        `${name}: ${(((cpuSeconds(pid) - cpu) / took) * 100).toFixed(2)} % of one core, ${memory.toFixed(0)} MiB`,
      )
    }
    console.log(`together: ${total.toFixed(0)} MiB, over ${Math.round(took)} s of a healthy stream`)
  })
}
