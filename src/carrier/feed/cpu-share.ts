import { readFileSync } from 'node:fs'

/** Linux counts processor time in ticks of 10 ms (USER_HZ, a constant of its interface). */
const tickMs = 10
/** Looked at again after this, so that the share is of the last seconds. */
const windowMs = 3_000

/** How much of one core a process takes. Known on Linux only; null elsewhere and while it is too young. */
export class CpuShare {
  private mark: { readonly at: number; readonly ticks: number } | null
  private latest: number | null = null

  constructor(
    private readonly pid: number,
    private readonly now: () => number,
  ) {
    this.mark = this.look()
  }

  /** 1 is a whole core. */
  share(): number | null {
    if (this.mark === null || this.now() - this.mark.at < windowMs) return this.latest
    const before = this.mark
    this.mark = this.look()
    if (this.mark !== null)
      this.latest = ((this.mark.ticks - before.ticks) * tickMs) / (this.mark.at - before.at)
    return this.latest
  }

  private look(): { readonly at: number; readonly ticks: number } | null {
    try {
      const stat = readFileSync(`/proc/${this.pid}/stat`, 'utf8')
      // Behind the name in brackets: state is field 3; user and system time are 14 and 15 (proc(5)).
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return { at: this.now(), ticks: Number(fields[11]) + Number(fields[12]) }
    } catch {
      return null
    }
  }
}
