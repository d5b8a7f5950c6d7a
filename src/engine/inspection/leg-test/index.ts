import { compareTracks } from '../../../core/compare-tracks'
import type { Problem, Result } from '../../../core/problem'
import type { Track } from '../../../core/words'
import type { BackupConfig, Config } from '../../../shared/settings/config'
import { legTestWords as words } from '../../../shared/messages'
import type { TestReport, TestRequest, TestStep } from '../../../shared/settings/settings'
import type { Destination, ProbeReport, SourceSpec } from '../../ports'
import { within } from '../../../host/within'

/** One step of the way to OBS; `problem` null: it went well. */
export type ObsTrialStep =
  | { readonly step: 'files'; readonly problem: Problem | null; readonly port: number }
  | { readonly step: 'port'; readonly problem: Problem | null; readonly address: string }
  | { readonly step: 'login'; readonly problem: Problem | null; readonly version: string | null }

/** What the tests need: peers of their own, so that nothing that runs is touched. */
export interface LegTestPorts {
  readonly config: () => Config
  readonly tryObs: (config: Config['obs']) => Promise<readonly ObsTrialStep[]>
  readonly destination: () => Result<Destination>
  /** e.g. 'ends in 1234' */
  readonly keyHint: () => string | null
  readonly reach: (
    destination: Destination,
    deadlineMs: number,
  ) => Promise<Result<{ readonly checked: 'rtmp' | 'name' }>>
  /** The tracks of a backup that pulls this very source now; null: none does. */
  readonly running: (backup: BackupConfig) => readonly Track[] | null
  readonly probe: (
    source: SourceSpec,
    deadlineMs: number,
  ) => Promise<Result<Pick<ProbeReport, 'tracks' | 'warnings'>>>
  readonly mediaMtx: (
    ingest: BackupConfig['ingest'] & { readonly kind: 'mediamtx' },
    source: SourceSpec | null,
    deadlineMs: number,
  ) => Promise<{
    readonly version: Result<string>
    readonly probed: Result<Pick<ProbeReport, 'tracks' | 'warnings'>> | null
  }>
  /** What OBS sends by its settings; empty: not known. */
  readonly primaryTracks: () => Promise<readonly Track[]>
}

const reachMs = 8_000
const probeMs = 15_000
/** Whatever it waits for, the button gets its answer. */
const wholeMs = 25_000

/** Runs one test, to a report in words. */
export async function runLegTest(request: TestRequest, ports: LegTestPorts): Promise<TestReport> {
  const late: readonly TestStep[] = [words.late(wholeMs / 1_000)]
  const steps = await within(stepsOf(request, ports), wholeMs, late)
  return { ok: steps.every(({ state }) => state !== 'failed'), steps }
}

function stepsOf(request: TestRequest, ports: LegTestPorts): Promise<readonly TestStep[]> {
  switch (request.what) {
    case 'obs':
      return testObs(request, ports)
    case 'destination':
      return testDestination(ports)
    case 'backup':
      return testBackup(request, ports)
  }
}

async function testObs(
  { value }: Extract<TestRequest, { readonly what: 'obs' }>,
  ports: LegTestPorts,
): Promise<readonly TestStep[]> {
  const stored = ports.config().obs
  const config = value === null ? stored : { ...value, password: obsPassword(value, stored) }
  const trials = await ports.tryObs(config)
  const opened = trials.some(({ step, problem }) => step === 'port' && problem === null)
  return trials.map((trial): TestStep => {
    // Files say what would be; a port that answers is worth more.
    if (trial.problem !== null)
      return trial.step === 'files' && (opened || config.port !== null)
        ? words.warned(trial.problem)
        : words.failed(trial.problem)
    switch (trial.step) {
      case 'files':
        return words.obsFiles(trial.port)
      case 'port':
        return words.obsPort(trial.address)
      case 'login':
        return words.obsLogin(trial.version)
    }
  })
}

/** A stored password goes to the place that it was stored for, and nowhere else. */
function obsPassword(
  { host, password }: { readonly host: string; readonly password?: string | null | undefined },
  stored: Config['obs'],
): string | null {
  if (password === undefined) return host === stored.host ? stored.password : null
  return password === '' ? null : password
}

async function testDestination(ports: LegTestPorts): Promise<readonly TestStep[]> {
  const destination = ports.destination()
  if (!destination.ok) return [words.failed(destination.problem)]
  const { url, key } = destination.value
  const host = URL.canParse(url) ? new URL(url).hostname : ''
  const reached = await ports.reach(destination.value, reachMs)
  if (!reached.ok) return [words.failed(reached.problem)]
  const first =
    reached.value.checked === 'rtmp'
      ? words.destinationRtmp(host, /^rtmps:/i.test(url))
      : words.destinationName(host)
  return [first, key === '' ? words.destinationNoKey() : words.destinationKey(ports.keyHint())]
}

async function testBackup(
  { value }: Extract<TestRequest, { readonly what: 'backup' }>,
  ports: LegTestPorts,
): Promise<readonly TestStep[]> {
  const stored = ports.config().backups.find(({ id }) => id === value.id) ?? null
  const ingest = ingestOf(value.ingest, stored)
  // The stored address may hold a password, which a server that it was not stored for must not be told.
  const url = value.source.url ?? (samePlace(ingest, stored) ? stored?.source.url : undefined)
  if (url === undefined) return [words.failed({ code: 'source-invalid-url' })]
  const source = { url, transport: value.source.transport }
  const primary = ports.primaryTracks()
  const convert = value.convert ?? stored?.convert ?? false
  const running = ports.running({ id: value.id, source, ingest, convert })
  if (ingest.kind === 'carrier') {
    if (running !== null) return [words.source(running, true), ...compared(await primary, running)]
    return looked(await ports.probe(source, probeMs), await primary)
  }
  const { version, probed } = await ports.mediaMtx(ingest, running === null ? source : null, probeMs)
  if (!version.ok) return [words.failed(version.problem)]
  const answers = words.ingestAnswers(version.value)
  if (running !== null) return [answers, words.source(running, true), ...compared(await primary, running)]
  return probed === null ? [answers] : [answers, ...looked(probed, await primary)]
}

function looked(
  probed: Result<Pick<ProbeReport, 'tracks' | 'warnings'>>,
  primary: readonly Track[],
): readonly TestStep[] {
  if (!probed.ok) return [words.failed(probed.problem)]
  const { tracks, warnings } = probed.value
  return [words.source(tracks, false), ...warnings.map(words.warned), ...compared(primary, tracks)]
}

function compared(primary: readonly Track[], tracks: readonly Track[]): readonly TestStep[] {
  if (primary.length === 0) return [words.matchUnknown()]
  // That there is no sound is told by the source's own warning.
  const differences = compareTracks(primary, tracks).filter(({ what }) => what !== 'missing-audio')
  return differences.length === 0 ? [words.matches()] : differences.map(words.difference)
}

/** What stands in the fields, with the stored password where none stands there. */
function ingestOf(
  asked: Extract<TestRequest, { readonly what: 'backup' }>['value']['ingest'],
  stored: BackupConfig | null,
): BackupConfig['ingest'] {
  if (asked.kind === 'carrier') return asked
  const kept = stored?.ingest.kind === 'mediamtx' && samePlace(asked, stored) ? stored.ingest.password : ''
  return { ...asked, password: asked.password === undefined ? kept : (asked.password ?? '') }
}

/** Ours, or the very server that is stored. */
function samePlace(
  asked: { readonly kind: 'carrier' } | { readonly kind: 'mediamtx'; readonly url: string },
  stored: BackupConfig | null,
): boolean {
  if (asked.kind === 'carrier') return true
  if (stored?.ingest.kind !== 'mediamtx' || !URL.canParse(asked.url) || !URL.canParse(stored.ingest.url))
    return false
  return new URL(asked.url).origin === new URL(stored.ingest.url).origin
}
