import { fail, ok, problem, type Problem, type Result } from '../../core/problem'
import type { Config } from '../../shared/settings/config'
import type { ObsRouteRequest, ObsRouteView } from '../../shared/settings/obs-route'
import { redactUrl } from '../../shared/addresses/redact'
import type { SettingsChange } from '../../shared/settings/settings'
import {
  doorUrl,
  isDoor,
  keyOf,
  parseKept,
  placeOf,
  planMove,
  sameService,
  serverOf,
  usualServer,
  type Kept,
  type KeptByProfile,
  type Move,
} from './obs-route-plan'
import type { ObsPort, ObsService, ObsServiceNow } from '../ports'

export interface ObsRouteDeps {
  /** Another one after each change of the set-up, and not connected at first. */
  readonly obs: () => ObsPort | null
  readonly config: () => Config
  /** Saves the sections and puts them in force, all of them at once. */
  readonly change: (changes: readonly SettingsChange[]) => Promise<Problem | null>
  /** OBS's own settings while it is pointed here: a secret. */
  readonly kept: { load(): string | null; save(text: string | null): Problem | null }
  readonly streaming: () => boolean
  /** It is not known yet whether anything is on air. */
  readonly unsettled: () => boolean
  readonly pause: (ms: number) => Promise<void>
}

const lookMs = 100
/** How long OBS may take to be there, in looks: when it was there a moment ago, and after the set-up was changed. */
const fewLooks = 30
const manyLooks = 150

/** OBS's stream settings, changed on one click and given back on another. Recording and replay buffer are never touched. */
export class ObsRoute {
  private account = false

  constructor(private readonly deps: ObsRouteDeps) {}

  run(request: ObsRouteRequest): Promise<Result<void>> {
    return request.action === 'point' ? this.point(request) : this.restore()
  }

  /** A connected account has overwritten the key: looked at whenever OBS begins to stream. */
  get problem(): Problem | null {
    return this.account ? problem('obs-account-connected') : null
  }

  async look(): Promise<void> {
    const read = await this.deps.obs()?.readService()
    if (read?.ok !== true) return
    const { program } = this.deps.config()
    const here = isDoor(serverOf(read.value), program.port)
    this.account = here && program.key !== '' && keyOf(read.value) !== program.key
  }

  async view(): Promise<ObsRouteView> {
    const obs = this.deps.obs()
    const read = await obs?.readService()
    const all = this.load()
    if (obs === null || read?.ok !== true) {
      return { ...nothingKnown, account: this.account, streaming: this.deps.streaming(), keptFor: names(all) }
    }
    const now = read.value
    const kept = all[now.profile]
    const config = this.deps.config()
    const place = placeOf(now, config, kept)
    const server = serverOf(now)
    return {
      state: place === 'here' ? 'pointed' : place,
      restorable: kept !== undefined,
      account: this.account,
      streaming: this.deps.streaming() || now.streaming,
      now: server === '' ? null : redactUrl(server),
      before: kept === undefined ? null : redactUrl(serverOf(kept)),
      profile: now.profile,
      keptFor: names(all).filter((name) => name !== now.profile),
      ...(place === 'elsewhere' ? await this.questions(obs, now, config) : noQuestions),
    }
  }

  /** What a person has to say before OBS can be pointed here. */
  private async questions(
    obs: ObsPort,
    service: ObsServiceNow,
    { destination }: Config,
  ): Promise<Pick<ObsRouteView, 'asksServer' | 'differs'>> {
    const found = await obs.readDestination()
    const plan = planMove({ destination, service, found, request: {} })
    if (plan.ok) return noQuestions
    const { code, params } = plan.problem
    if (code === 'obs-route-two')
      return { ...noQuestions, differs: { mine: String(params?.['mine']), obs: String(params?.['obs']) } }
    if (code !== 'destination-auto-server') return noQuestions
    const name = service.settings['service']
    const named = typeof name === 'string' ? name : ''
    return { ...noQuestions, asksServer: { service: named, usual: usualServer(named) } }
  }

  private load(): KeptByProfile {
    return parseKept(this.deps.kept.load())
  }

  private save(profile: string, kept: Kept | undefined): Problem | null {
    const others = Object.entries(this.load()).filter(([name]) => name !== profile)
    const all = kept === undefined ? others : [...others, [profile, kept] as const]
    return this.deps.kept.save(all.length === 0 ? null : JSON.stringify(Object.fromEntries(all)))
  }

  /** OBS is there and it is known that nothing is on air. */
  private async idleObs(
    looks: number,
  ): Promise<Result<{ readonly obs: ObsPort; readonly now: ObsServiceNow }>> {
    let last: Problem = problem('obs-not-ready')
    for (let look = 0; look < looks; look += 1) {
      if (look > 0) await this.deps.pause(lookMs)
      const obs = this.deps.obs()
      if (obs === null) return fail('obs-not-found')
      const read = await obs.readService()
      if (!read.ok) {
        last = read.problem
        continue
      }
      if (read.value.streaming || this.deps.streaming()) return fail('obs-route-live')
      if (!this.deps.unsettled()) return ok({ obs, now: read.value })
      last = problem('obs-not-ready')
    }
    return { ok: false, problem: last }
  }

  private async point(request: ObsRouteRequest): Promise<Result<void>> {
    const idle = await this.idleObs(fewLooks)
    if (!idle.ok) return idle
    const { now } = idle.value
    const before = this.deps.config()
    const standing = this.load()[now.profile]
    const elsewhere = placeOf(now, before, standing) === 'elsewhere'
    const move = elsewhere
      ? planMove({
          destination: before.destination,
          service: now,
          found: await idle.value.obs.readDestination(),
          request,
        })
      : moveAgain(before, standing)
    if (!move.ok) return move
    const kept = elsewhere ? keptOf(now, move.value, before) : standing
    // Kept before anything changes: whatever fails from here on, it can be given back.
    const unsaved =
      kept === undefined ? null : this.save(now.profile, { ...kept, door: doorUrl(before.program.port) })
    if (unsaved !== null) return { ok: false, problem: unsaved }
    const refused = await this.deps.change([
      ...destinationOf(move.value, before),
      routeTo('program', before, move.value),
    ])
    if (refused !== null) {
      this.save(now.profile, standing)
      return { ok: false, problem: refused }
    }
    const done = await this.writeOurs(now.profile)
    if (!done.ok && elsewhere) await this.undo(now, standing, before)
    if (done.ok) this.account = false
    return done
  }

  private async writeOurs(profile: string): Promise<Result<void>> {
    const idle = await this.idleObs(manyLooks)
    if (!idle.ok) return idle
    // Another profile's settings are not kept.
    if (idle.value.now.profile !== profile) return fail('obs-route-lost')
    const { program } = this.deps.config()
    const server = doorUrl(program.port)
    return write(idle.value.obs, {
      type: 'rtmp_custom',
      settings: { server, key: program.key, use_auth: false },
    })
  }

  /** As it was, if OBS can be made to have what it had. If not, it stays kept and can be given back by hand. */
  private async undo(now: ObsServiceNow, standing: Kept | undefined, before: Config): Promise<void> {
    const idle = await this.idleObs(fewLooks)
    if (!idle.ok || idle.value.now.profile !== now.profile) return
    if (!sameService(idle.value.now, now) && !(await write(idle.value.obs, now)).ok) return
    const { url, key, takeover, graceMs } = before.destination
    const destination: SettingsChange = { section: 'destination', value: { url, key, takeover, graceMs } }
    const failed = await this.deps.change([destination, routeTo(before.route, before, { kind: 'keep' })])
    if (failed === null) this.save(now.profile, standing)
  }

  private async restore(): Promise<Result<void>> {
    const idle = await this.idleObs(fewLooks)
    if (!idle.ok) return idle
    const { obs, now } = idle.value
    const kept = this.load()[now.profile]
    if (kept === undefined) {
      const others = names(this.load())
      return others.length === 0
        ? fail('obs-route-nothing')
        : fail('obs-route-profile', { profile: others.join(', ') })
    }
    const written = await write(obs, kept)
    if (!written.ok) return written
    const config = this.deps.config()
    const { url, key } = config.destination
    const given = kept.taken !== null && kept.taken.url === url && kept.taken.key === key
    const failed = await this.deps.change([
      ...(given ? [fromObs(config)] : []),
      routeTo('direct', config, { kind: 'keep' }),
    ])
    this.account = false
    const why = failed ?? this.save(now.profile, undefined)
    if (why !== null) return { ok: false, problem: why }
    // It is done; who looks now should find OBS connected again, and if it is not, that is said by itself.
    await this.idleObs(manyLooks)
    return ok(undefined)
  }
}

const noQuestions = { asksServer: null, differs: null } as const

const nothingKnown = {
  state: 'unknown',
  restorable: false,
  now: null,
  before: null,
  profile: null,
  ...noQuestions,
} as const

const names = (all: KeptByProfile): readonly string[] => Object.keys(all)

/** Written and read back, field by field. */
async function write(obs: ObsPort, { type, settings }: ObsService): Promise<Result<void>> {
  const service: ObsService = { type, settings }
  const written = await obs.writeService(service)
  if (!written.ok) return written
  const after = await obs.readService()
  if (!after.ok) return after
  const wanted = Object.keys(service.settings).length === 0 ? { ...service, settings: { key: '' } } : service
  return sameService(after.value, wanted) ? ok(undefined) : fail('obs-route-lost')
}

const keptOf = ({ type, settings }: ObsServiceNow, move: Move, { program }: Config): Kept => ({
  type,
  settings: { ...settings },
  door: doorUrl(program.port),
  taken: move.kind === 'take' ? { url: move.url, key: move.key } : null,
})

/** OBS is pointed here already: its settings say nothing of the platform. */
function moveAgain({ destination }: Config, kept: Kept | undefined): Result<Move> {
  if (destination.url !== null) return ok({ kind: 'keep' })
  const taken = kept?.taken ?? null
  return taken === null
    ? fail('destination-missing')
    : ok({ kind: 'take', ...taken, otherUrl: destination.otherUrl })
}

function destinationOf(move: Move, { destination }: Config): readonly SettingsChange[] {
  if (move.kind === 'keep') return []
  const { takeover, graceMs } = destination
  return [{ section: 'destination', value: { url: move.url, key: move.key, takeover, graceMs } }]
}

function fromObs({ destination: { takeover, graceMs } }: Config): SettingsChange {
  return { section: 'destination', value: { url: null, key: null, takeover, graceMs } }
}

function routeTo(route: Config['route'], { program, destination }: Config, move: Move): SettingsChange {
  const more = program.more.map(({ id, name, url, otherUrl }) => ({ id, name, url, otherUrl }))
  const otherUrl = move.kind === 'take' ? move.otherUrl : destination.otherUrl
  return { section: 'route', value: { route, port: program.port, otherUrl, more } }
}
