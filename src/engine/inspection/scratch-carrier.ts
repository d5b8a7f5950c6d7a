import { join } from 'node:path'
import { fail, type Result } from '../../core/problem'
import { createCarrierHost, type CarrierHost } from '../ingest/carrier'
import { nodePath, outDir } from '../paths'
import type { Clock, Logger } from '../ports'
import { ensureDataDir } from '../store/data-dir'

/** Kept for the next test for this long; then it ends by itself, as any carrier without an engine. */
const idleMs = 15_000

/**
 * A carrier of its own for tests: what it tries, it tries beside what runs, and it is there also while no backup is set
 * up. Started for the first test.
 */
export class ScratchCarrier {
  private host: CarrierHost | null = null
  private timer: NodeJS.Timeout | null = null
  private users = 0

  constructor(
    private readonly options: {
      readonly dataDir: string
      readonly ffmpeg: () => string | null
      readonly clock: Clock
      readonly logger: Logger
    },
  ) {}

  async use<T>(work: (host: CarrierHost) => Promise<Result<T>>): Promise<Result<T>> {
    if (this.timer !== null) clearTimeout(this.timer)
    this.users += 1
    try {
      const host = this.open()
      return host === null ? fail('data-dir-unwritable') : await work(host)
    } finally {
      this.users -= 1
      if (this.users === 0) {
        this.timer = setTimeout(() => this.close(), idleMs)
        this.timer.unref()
      }
    }
  }

  private open(): CarrierHost | null {
    if (this.host !== null) return this.host
    const { dataDir, ffmpeg, clock, logger } = this.options
    const dir = ensureDataDir(join(dataDir, 'lookout'))
    if (!dir.ok) return null
    this.host = createCarrierHost({
      dataDir: dir.value,
      nodePath: nodePath(),
      entry: join(outDir, 'carrier', 'index.mjs'),
      ffmpeg: ffmpeg(),
      logger,
      clock,
    })
    return this.host
  }

  close(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    const { host } = this
    this.host = null
    // Nothing of it is ever on air.
    void host?.end()
  }
}
