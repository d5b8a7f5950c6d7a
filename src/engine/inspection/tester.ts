import { ok } from '../../core/problem'
import type { Track } from '../../core/words'
import { configSchema, type BackupConfig } from '../../shared/settings/config'
import { createRedactor } from '../../shared/addresses/redact'
import type { TestReport, TestRequest } from '../../shared/settings/settings'
import type { ActiveSetup } from '../compose'
import { createMediaMtxApi } from '../ingest/mediamtx/api'
import { createMediaMtxPort } from '../ingest/mediamtx/port'
import { runLegTest, type LegTestPorts } from './leg-test'
import { tryObs } from '../obs/try-obs'
import type { Clock, Logger } from '../ports'
import type { ScratchCarrier } from './scratch-carrier'

export const examineMs = 4_000
const infoMs = 6_000

export interface TesterOptions {
  /** The main channel; null: not there yet. */
  readonly main: () => ActiveSetup | null
  readonly scratchCarrier: ScratchCarrier
  readonly clock: Clock
  readonly logger: Logger
}

/** The tests of one leg, on peers of their own. One after the other: a second press waits for the first. */
export function createTester(options: TesterOptions): (request: TestRequest) => Promise<TestReport> {
  const { main, scratchCarrier, logger } = options
  const ports: LegTestPorts = {
    config: () => main()?.config ?? configSchema.parse({}),
    tryObs: (config) => tryObs(config, logger),
    destination: () =>
      main()?.destinations.current() ?? { ok: false, problem: { code: 'destination-missing' } },
    keyHint: () => main()?.app.snapshot().destination.keyHint ?? null,
    reach: (destination, deadlineMs) => scratchCarrier.use((host) => host.reach(destination, deadlineMs)),
    running: (asked) => tracksOfRunning(main(), asked),
    probe: (source, deadlineMs) => scratchCarrier.use((host) => host.probe(source, deadlineMs)),
    mediaMtx: tryMediaMtx(options),
    primaryTracks: async () => (await main()?.obs?.examine(examineMs))?.tracks ?? [],
  }
  let testing: Promise<unknown> = Promise.resolve()
  return (request) => {
    const run = testing.then(() => runLegTest(request, ports))
    testing = run.catch(() => undefined)
    return run
  }
}

/** The tracks of a backup that pulls this very source at this very place; null: none does. */
function tracksOfRunning(world: ActiveSetup | null, asked: BackupConfig): readonly Track[] | null {
  const stored = world?.config.backups.find(({ id }) => id === asked.id)
  const pull = world?.pulls.find(({ id }) => id === asked.id)
  if (stored === undefined || pull === undefined) return null
  const same = JSON.stringify(placeOf(stored)) === JSON.stringify(placeOf(asked))
  const status = pull.ingest.status()
  return same && status.pull === 'up' && status.tracks.length > 0 ? status.tracks : null
}

const placeOf = ({ source, ingest }: BackupConfig): readonly unknown[] => [
  source.url,
  source.transport,
  ingest.kind === 'carrier' ? 'carrier' : [ingest.url, ingest.username, ingest.password, ingest.path],
]

/** A server's API with these credentials, and what a source looks like from there. Its running paths are left alone. */
const tryMediaMtx =
  ({ clock, logger }: TesterOptions): LegTestPorts['mediaMtx'] =>
  async (ingest, source, deadlineMs) => {
    const { url, username, password, fingerprint } = ingest
    const api = createMediaMtxApi(
      { baseUrl: url, username, password, fingerprint },
      createRedactor([password]),
    )
    const info = await api.info(infoMs)
    api.close()
    const version = info.ok ? ok(info.value.version.trim()) : info
    if (!info.ok || source === null) return { version, probed: null }
    const port = createMediaMtxPort({ systemId: 'test', config: ingest, clock, logger })
    try {
      return { version, probed: await port.probe(source, { primary: null, deadlineMs }) }
    } finally {
      await port.close()
    }
  }
