import type { CoreEvent, LineupEntry } from '../core/events'
import { isLivePhase } from '../core/failover/live'
import { fail, ok, type Problem } from '../core/problem'
import type { SystemId, Track } from '../core/words'
import { replyOf as reply } from './server/routes/problem-reply'
import { toOperatorCommand } from './command'
import { changeLimitsOf, ownerOf } from './settings/change-limits'
import { Engine } from './engine'
import type { ObsPort, SourceSpec } from './ports'
import { ProblemLog, type ProblemsByPlace } from './view/problem-log'
import type { App, AppPorts } from './app-ports'
import { destinationView } from './view/destination'
import { encodingLike } from './lineup/encode-like-obs'
import { openProgram } from './lineup/open-program'
import { openPull } from './lineup/open-pull'
import { snapshotOf } from './view/snapshot'
import { within } from '../host/within'

export type * from './app-ports'

/** Deadlines live in the state and are met on ticks. */
const tickMs = 250
/** A tick this late means that the PC slept (or was stopped): samples from before say nothing any more. */
const sleptMs = 5_000
/** How long saying goodbye may take. */
const closeMs = 3_000

/** The composition: ports in, a running engine out. Names no concrete adapter. */
export function createApp(ports: AppPorts): App {
  const { clock, logger } = ports
  const listeners = new Set<() => void>()
  const ingests = new Map(ports.pulls.map((pull) => [pull.id, pull.ingest]))
  const witnesses = new Map<string, 'flowing' | 'absent' | 'unknown'>()
  /** Why a source could not even be handed to its ingest, which then knows nothing of it. */
  const unprepared = new Map<SystemId, Problem>()
  const stops: (() => void)[] = []
  let refusal: Problem | null = null
  let changeAnnounced = false
  let { autoArm } = ports
  const problemLog = new ProblemLog(logger)

  const engine = new Engine({
    clock,
    logger,
    journal: ports.journal,
    policy: ports.policy,
    executors: {
      obs: ports.obs,
      ingests,
      watch: ports.watch,
      program: ports.program,
      destination: () => ports.destinations.current(),
    },
    saveRestorePoint: (point) => ports.saveRestorePoint(point),
    carried: ports.carried,
    onNotice: (notice) => {
      if (notice.code === 'refused') refusal = notice.problem
      ports.rehearsal?.heard(notice)
      logger.info('notice', { ...notice })
    },
    onChange: announceChange,
  })

  /** Surfaces look once per turn of the event loop, however many events it brought. */
  function announceChange(): void {
    if (changeAnnounced) return
    changeAnnounced = true
    setImmediate(() => {
      changeAnnounced = false
      for (const listener of listeners) listener()
    })
  }

  const post = (event: CoreEvent) => {
    engine.post(event)
  }

  /** Everything that is wrong now, as the page shows it. */
  function standing(): ProblemsByPlace {
    const places: (readonly [string, Problem | null | undefined])[] = [
      ...ports.standingProblems().map((found) => [found.code, found] as const),
      ['destination', ports.destinations.problem],
      ['obs', ports.obs?.status().problem],
      ['program', ports.program?.port.status().problem],
      ...ports.pulls.map(
        (pull) => [pull.id, pull.ingest.status().problem ?? unprepared.get(pull.id)] as const,
      ),
    ]
    return new Map(places.flatMap(([place, found]) => (found ? [[place, found] as const] : [])))
  }

  function configure(): void {
    const lineup: LineupEntry[] = [
      ...(ports.obs === null ? [] : [{ id: 'obs', kind: 'push' as const }]),
      ...ports.pulls.map(({ id, kind }) => ({ id, kind })),
    ].map((entry) => ({ ...entry, inProgram: ports.program?.systems.has(entry.id) === true }))
    post({
      kind: 'configured',
      at: clock.monotonicMs(),
      lineup,
      route: ports.program === null ? 'direct' : 'program',
      autoArm,
      destination: {
        id: 'main',
        takeover: ports.destinations.takeover,
        graceMs: ports.destinations.graceMs,
      },
    })
  }

  function openObs(obs: ObsPort): void {
    obs.open((event) => {
      post(event)
      // Server and key may change between two streams: ask at each connection and as a stream begins.
      const look =
        (event.kind === 'obs-connection' && event.state === 'connected') ||
        (event.kind === 'obs-stream' && event.state === 'starting')
      if (!look) return
      ports.onObsStream()
      void ports.destinations.refresh().then(announceChange)
    })
  }

  function openTicks(): void {
    let last = clock.monotonicMs()
    const timer = setInterval(() => {
      const at = clock.monotonicMs()
      if (at - last > sleptMs) post({ kind: 'host', at, what: 'resumed' })
      last = at
      post({ kind: 'tick', at })
      problemLog.note(standing())
    }, tickMs)
    stops.push(() => {
      clearInterval(timer)
    })
  }

  const tracksOf = (system: SystemId): readonly Track[] =>
    ports.program?.port.status().media.find((each) => each.system === system)?.tracks ?? []

  return {
    start() {
      ports.journal.append({
        type: 'session',
        wall: clock.wallMs(),
        at: clock.monotonicMs(),
        version: ports.version,
        policy: ports.policy,
      })
      configure()
      post({ kind: 'restored', at: clock.monotonicMs(), point: ports.restored, wall: clock.wallMs() })
      stops.push(
        ports.onCrash(({ process, wall }) =>
          post({ kind: 'crashed', at: clock.monotonicMs(), process, wall }),
        ),
      )
      if (ports.obs !== null) openObs(ports.obs)
      const primary = (): SourceSpec['convert'] | null => encodingLike(tracksOf('obs'))
      for (const pull of ports.pulls) stops.push(openPull(pull, { clock, logger, unprepared, post, primary }))
      if (ports.program !== null)
        stops.push(openProgram(ports.program.port, { clock, logger, post, changed: announceChange }))
      ports.watch.open((event) => {
        witnesses.set(event.proof, event.media)
        post(event)
      })
      ports.rehearsal?.onChange(announceChange)
      openTicks()
    },
    snapshot: () => {
      const picture = snapshotOf({
        engine,
        policy: ports.policy,
        obs: ports.obs,
        ingests,
        unprepared,
        labels: new Map(ports.pulls.map((pull) => [pull.id, pull.label])),
        destination: () => destinationView(ports.destinations, witnesses),
        problems: () => ports.standingProblems(),
        version: ports.version,
        mode: ports.rehearsal === null ? 'normal' : 'rehearsal',
        program: ports.program,
        rehearsing: () => ports.rehearsing(),
        settingsRevision: () => ports.settingsRevision(),
        pictureWall: (id) => ports.pictureWall(id),
        clock,
      })
      return ports.rehearsal === null ? picture : { ...picture, rehearsal: ports.rehearsal.view() }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async command(command, by) {
      if (command.kind === 'fault') {
        return reply(
          ports.rehearsal === null
            ? fail('bad-request', { what: 'fault' })
            : await ports.rehearsal.fault(command.fault),
        )
      }
      if (command.kind === 'shutdown') {
        ports.shutdown(command.carrier)
        return { ok: true }
      }
      const meant = toOperatorCommand(command, engine.state, engine.assessments)
      if (!meant.ok) return reply(meant)
      refusal = null
      post({ kind: 'operator', at: clock.monotonicMs(), command: meant.value, by, wall: clock.wallMs() })
      const refused = takeRefusal()
      return reply(refused === null ? ok(undefined) : { ok: false, problem: refused })
    },
    live: () => isLivePhase(engine.state.phase),
    changeLimits: () => changeLimitsOf(engine.state),
    handOver: () => ({
      point: engine.point(),
      carried: { timeline: engine.timeline, incidents: engine.incident, onAir: ownerOf(engine.state.phase) },
    }),
    setAutoArm(on) {
      if (on === autoArm) return
      autoArm = on
      configure()
    },
    touch: announceChange,
    async halt() {
      for (const stop of stops) stop()
      engine.close()
      ports.saveRestorePoint(engine.point())
      await ports.journal.close()
    },
    async stop(leave = new Set()) {
      for (const stop of stops) stop()
      engine.close()
      const adapters = Promise.all([
        ports.obs?.close(),
        ports.watch.close(),
        ports.program?.port.close(),
        ...ports.pulls.filter(({ id }) => !leave.has(id)).map((pull) => pull.ingest.close()),
      ])
      // A peer that does not answer, or a disk that does not write, must not keep the engine from ending.
      await Promise.all([within(adapters, closeMs, null), within(ports.journal.close(), closeMs, null)])
    },
  }

  function takeRefusal(): Problem | null {
    const taken = refusal
    refusal = null
    return taken
  }
}
