import { join } from 'node:path'
import { pause } from '../../host/within'
import { fail, ok, problem, type Problem, type Result } from '../../core/problem'
import type { CommandReply, RehearsalRequest } from '../../shared/contract'
import type { SecretsHandOver } from '../../shared/key-store'
import type { FieldFault, SettingsChange, SettingsReply } from '../../shared/settings/settings'
import { outDir, version } from '../paths'
import { ObsRoute } from '../settings/obs-route'
import type { Logger, ObsPort } from '../ports'
import { secretsOf } from '../lineup/backup-entries'
import { createServer, type RunningServer } from '../server'
import { replyOf } from '../server/routes/problem-reply'
import { obsRouteRoutes } from '../server/routes/obs-route'
import { settingsRoutes } from '../server/routes/settings'
import { createInspection, type Inspection } from '../inspection'
import { nodeDisk } from '../settings/disk'
import { forbidden, needsNewApp } from '../settings/impact'
import { readChange } from '../settings/read-change'
import { noteRehearsed, readRehearsed } from '../settings/rehearsed'
import { refusedSettings, Settings } from '../settings/settings'
import { createLogger } from '../store/logger'
import { adoptOldFile } from '../store/remembered-destination'
import { loadToken } from '../store/token'
import { Vault } from '../store/vault'
import type { Channel } from './channel'
import { KnownSecrets } from './known-secrets'
import { ChannelOpener } from './openers'
import { openBeside, RehearsalBeside } from './rehearsal'
import type { Running, RuntimeOptions } from './running'
import type { Setup } from './setup'

export type { Running, RuntimeOptions } from './running'

/** A set-up that could not be taken in because of a switch is tried again after this. */
const retryMs = 1_000

/** The running engine: server, main channel, set-up, secrets, and the rehearsal beside it. */
export async function startRuntime(options: RuntimeOptions): Promise<Result<Running>> {
  const token = loadToken(join(options.dataDir, 'token'))
  if (!token.ok) return token
  const runtime = new Runtime(options, token.value)
  return runtime.start()
}

class Runtime {
  private readonly logger: Logger
  private readonly known: KnownSecrets
  private readonly vault: Vault
  private readonly settings: Settings
  private readonly sight: Inspection
  private readonly openers: ChannelOpener
  private readonly beside: RehearsalBeside
  private readonly obsRoute: ObsRoute
  /** OBS as the main channel has it. */
  private obs: ObsPort | null = null
  private main: Channel | null = null
  private server: RunningServer | null = null
  private shutdown: (carrier: boolean) => void = () => undefined
  /** One change of the set-up at a time. */
  private turn: Promise<unknown> = Promise.resolve()
  private retry: NodeJS.Timeout | undefined
  private closed = false
  /** OBS is lent to a rehearsal. */
  private lent = false

  constructor(
    private readonly options: RuntimeOptions,
    private readonly token: string,
  ) {
    const { dataDir, clock, loaded, handed, configPath } = options
    this.known = new KnownSecrets([token, ...secretsOf(loaded.config)])
    this.logger = createLogger({
      dir: join(dataDir, 'logs'),
      name: 'engine',
      wallMs: () => clock.wallMs(),
      redact: (text) => this.known.redact(text),
      stderr: null,
    })
    this.vault = new Vault({
      path: join(dataDir, 'secrets.json'),
      handed,
      keeperHere: () => this.server?.hasPrograms() ?? false,
    })
    this.known.add(this.vault.values())
    adoptOldFile(join(dataDir, 'destination.json'), this.vault)
    this.vault.onChange(() => {
      this.known.add(this.vault.values())
      this.server?.secretsChanged()
    })
    this.settings = new Settings({
      path: configPath,
      config: loaded.config,
      policy: loaded.policy,
      vault: this.vault,
      disk: nodeDisk,
    })
    this.sight = createInspection({
      dataDir,
      clock,
      logger: this.logger,
      history: (name) => (name === 'main' ? this.main : this.beside.channel),
      isWatched: (name) => this.server?.isWatched(name) ?? false,
      secretsIn: () => (this.settings.setup.missing.length > 0 ? 'locked' : this.vault.keptIn),
      rehearsed: () => readRehearsed(dataDir),
    })
    this.openers = new ChannelOpener({
      sight: this.sight,
      dataDir,
      clock,
      logger: this.logger,
      setup: () => this.settings.setup,
      onSecret: (secret) => this.known.add([secret]),
      settingsRevision: () => this.settings.revision,
      onMainObs: (obs) => (this.obs = obs),
      obsRoute: {
        look: () => void this.obsRoute.look().then(() => this.main?.app.touch()),
        problem: () => this.obsRoute.problem,
      },
      rehearsing: () => this.beside.on,
      crash: options.crash,
      shutdown: (carrier) => void setImmediate(() => this.shutdown(carrier)),
    })
    this.obsRoute = this.makeObsRoute()
    this.beside = new RehearsalBeside({
      open: (obs, route) =>
        openBeside(obs, {
          standIns: () => this.openers.standIns(obs, 'rehearsal', route),
          lend: (lent) => this.lend(lent),
        }),
      live: () => this.main?.app.live() ?? false,
      graceMs: () => this.main?.app.snapshot().destination.graceMs ?? null,
      onGaps: (gaps) => noteRehearsed(dataDir, gaps, clock.wallMs()),
      onChange: () => this.main?.app.touch(),
    })
  }

  async start(): Promise<Result<Running>> {
    const { args, clock } = this.options
    const opened = args.rehearsal
      ? await this.openers.standIns(args.rehearsalObs ? 'installed' : 'stand-in', 'main')
      : ok(await this.openers.main(this.vault))
    if (!opened.ok) return opened
    const { channel } = opened.value
    const end = (carrier: boolean): Promise<void> => opened.value.stop(carrier)
    this.main = channel
    const { server: listen } = this.settings.setup.config
    const server = await createServer({
      host: listen.host,
      port: args.port ?? listen.port,
      token: this.token,
      staticDir: join(outDir, 'renderer'),
      onCommand: (command, by) => channel.command(command, by),
      snapshot: () => this.beside.besides(channel.snapshot()),
      onSnapshot: (listener) => channel.onChange(listener),
      rehearsal: this.beside,
      routes: [
        this.sight.routes,
        settingsRoutes({
          view: () => this.settings.view(),
          change: (body) => this.inTurn(() => this.change(body)),
          rehearsal: (request) => this.rehearse(request),
          secrets: () => this.vault.handOver(),
          takeSecrets: (handed) => this.inTurn(() => this.takeSecrets(handed)),
        }),
        obsRouteRoutes({
          view: () => this.obsRoute.view(),
          run: (request) => this.inTurn(async () => replyOf(await this.obsRoute.run(request))),
        }),
      ],
      clock,
      logger: this.logger,
    })
    if (!server.ok) {
      // What this start began ends with it; a carrier that is on air is left to the engine that comes.
      this.sight.stop()
      await end(false)
      return server
    }
    this.server = server.value
    channel.onChange(() => {
      if (this.beside.on && channel.app.live()) void this.beside.stop()
    })
    channel.start()
    return ok({
      host: listen.host,
      port: server.value.port,
      token: this.token,
      greeting: [
        ...(args.rehearsal ? ['Rehearsal: nothing leaves this PC.'] : []),
        `Understudy ${version} is running. Its page: ${server.value.url}?token=${this.token}`,
      ],
      logger: this.logger,
      halt: () => channel.halt(),
      onShutdown: (listener) => {
        this.shutdown = listener
      },
      close: async (carrier) => {
        this.closed = true
        clearTimeout(this.retry)
        this.sight.stop()
        await server.value.close()
        await this.beside.close()
        await this.turn
        await end(carrier)
      },
    })
  }

  private async change(body: unknown): Promise<SettingsReply> {
    const read = readChange(body)
    if ('refused' in read) return read.refused
    const failed = await this.changeTo([read.change])
    return failed === null
      ? { ok: true, settings: this.settings.view() }
      : refusedSettings(failed.problem, failed.faults)
  }

  /** Sections saved and in force, in one step; null: done. */
  private async changeTo(
    changes: readonly SettingsChange[],
  ): Promise<{ readonly problem: Problem; readonly faults: readonly FieldFault[] } | null> {
    const before = this.settings.setup
    const plan = this.settings.plan(changes)
    if (!('setup' in plan)) return { problem: problem('settings-invalid'), faults: plan }
    this.known.add(secretsOf(plan.setup.config))
    const failed = await this.putInForce(before, plan.setup, () => plan.save())
    if (failed !== null) return { problem: failed, faults: [] }
    this.main?.app.touch()
    const sections = changes.map(({ section }) => section)
    this.logger.info('settings changed', { sections, revision: this.settings.revision })
    return null
  }

  /** Saves (unless something forbids it) and makes the running engine follow. */
  private async putInForce(before: Setup, after: Setup, save: () => Problem | null): Promise<Problem | null> {
    const { main } = this
    // The main channel is a rehearsal: it runs on a set-up of its own.
    if (main === null || this.options.args.rehearsal || !needsNewApp(before, after)) {
      const failed = save()
      if (failed === null && !this.options.args.rehearsal) main?.app.setAutoArm(after.config.autoArm)
      return failed
    }
    const done = await main.recompose(this.lending(after), (duty) => forbidden(before, after, duty) ?? save())
    return done.ok ? null : done.problem
  }

  private async takeSecrets(handed: SecretsHandOver): Promise<void> {
    this.known.add(Object.values(handed.secrets))
    this.vault.take(handed)
    this.known.add(this.vault.values())
    this.settings.raise()
    this.main?.app.touch()
    const before = this.settings.setup
    const after = this.settings.rejoin()
    if (after !== null) await this.follow(before, after)
  }

  /** Nothing is to be saved: it only has to come into force, if need be after the switch that is under way. */
  private async follow(before: Setup, after: Setup): Promise<void> {
    const failed = await this.putInForce(before, after, () => null)
    if (failed === null || this.closed) return
    this.retry = setTimeout(() => void this.inTurn(() => this.follow(before, this.settings.setup)), retryMs)
  }

  private async rehearse(request: RehearsalRequest): Promise<CommandReply> {
    const alone = this.options.args.rehearsal && request.action !== 'stop'
    return replyOf(alone ? fail('rehearsal-not-beside') : await this.beside.ask(request))
  }

  /** The OBS that the real stream watches is borrowed: what it sends meanwhile is no stream of ours. */
  private lend(lent: boolean): Promise<Result<void>> {
    return this.inTurn(async () => {
      this.lent = lent
      return this.main?.recompose(this.lending(this.settings.setup), () => null) ?? ok(undefined)
    })
  }

  private makeObsRoute(): ObsRoute {
    const kept = 'obs.service-before'
    return new ObsRoute({
      obs: () => this.obs,
      config: () => this.settings.setup.config,
      change: async (changes) => (await this.changeTo(changes))?.problem ?? null,
      kept: { load: () => this.vault.get(kept), save: (text) => this.vault.change({ [kept]: text }) },
      streaming: () => this.main?.app.live() ?? false,
      unsettled: () => this.main?.app.live() === false && this.main.app.changeLimits().mayBeLive,
      pause,
    })
  }

  private lending(setup: Setup): Setup {
    return this.lent ? { ...setup, withoutObs: true } : setup
  }

  private inTurn<T>(run: () => Promise<T>): Promise<T> {
    const done = this.turn.then(run, run)
    this.turn = done.catch(() => undefined)
    return done
  }
}
