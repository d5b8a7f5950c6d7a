import { z } from 'zod'
import { fail, ok, problem, type Problem, type Result } from '../core/problem'
import type { Config } from '../shared/config'
import type { ObsRouteRequest, ObsRouteView } from '../shared/obs-route'
import { redactUrl } from '../shared/redact'
import type { SettingsChange } from '../shared/settings'
import type { ObsPort, ObsService } from './ports'

export interface ObsRouteDeps {
  readonly obs: () => ObsPort | null
  readonly config: () => Config
  /** Saves one section and puts it in force. */
  readonly change: (change: SettingsChange) => Promise<Problem | null>
  /** OBS's own settings while it is pointed here: a secret. */
  readonly kept: { load(): string | null; save(text: string | null): Problem | null }
  readonly streaming: () => boolean
}

/** What is kept of OBS while it is pointed here. */
const keptSchema = z.object({
  type: z.string(),
  settings: z.record(z.string(), z.unknown()),
  /** The destination was read from OBS, and is to be again. */
  fromObs: z.boolean(),
})

type Kept = z.infer<typeof keptSchema>

/** Where OBS has to publish to. */
export const doorUrl = (port: number): string => `rtmp://127.0.0.1:${port}/live`

/** OBS's stream settings, changed on one click and given back on another. Recording and replay buffer are never touched. */
export class ObsRoute {
  private account = false

  constructor(private readonly deps: ObsRouteDeps) {}

  run({ action }: ObsRouteRequest): Promise<Result<void>> {
    return action === 'point' ? this.point() : this.restore()
  }

  /** A connected account has overwritten the key: looked at whenever OBS begins to stream. */
  get problem(): Problem | null {
    return this.account ? problem('obs-account-connected') : null
  }

  async look(): Promise<void> {
    const read = await this.deps.obs()?.readService()
    if (read?.ok !== true) return
    const { program } = this.deps.config()
    const here = serverOf(read.value) === doorUrl(program.port)
    this.account = here && program.key !== '' && read.value.settings['key'] !== program.key
  }

  async view(): Promise<ObsRouteView> {
    const read = await this.deps.obs()?.readService()
    const kept = this.load()
    const now = read?.ok === true ? serverOf(read.value) : null
    return {
      state:
        now === null ? 'unknown' : now === doorUrl(this.deps.config().program.port) ? 'pointed' : 'elsewhere',
      restorable: kept !== null,
      account: this.account,
      streaming: this.deps.streaming(),
      now: now === null ? null : redactUrl(now),
      before: kept === null ? null : redactUrl(serverOf(kept)),
    }
  }

  private load(): Kept | null {
    try {
      const parsed = keptSchema.safeParse(JSON.parse(this.deps.kept.load() ?? ''))
      return parsed.success ? parsed.data : null
    } catch {
      return null
    }
  }

  private async point(): Promise<Result<void>> {
    const obs = this.deps.obs()
    if (obs === null) return fail('obs-not-found')
    if (this.deps.streaming()) return fail('obs-route-live')
    const read = await obs.readService()
    if (!read.ok) return read
    const fromObs = this.deps.config().destination.url === null
    const alreadyHere = serverOf(read.value) === doorUrl(this.deps.config().program.port)
    if (!alreadyHere) {
      // Kept before anything changes: whatever fails from here on, it can be given back.
      const kept: Kept = { ...read.value, settings: { ...read.value.settings }, fromObs }
      const unsaved = this.deps.kept.save(JSON.stringify(kept))
      if (unsaved !== null) return { ok: false, problem: unsaved }
    }
    if (fromObs) {
      const taken = await this.takeDestination(obs)
      if (!taken.ok) return taken
    }
    const routed = await this.setRoute('program')
    if (routed !== null) return { ok: false, problem: routed }
    const { program } = this.deps.config()
    const ours = { server: doorUrl(program.port), key: program.key, use_auth: false }
    // Another type begins with empty settings; the same type keeps what is not named, so a test flag is taken away.
    const flags = 'bwtest' in read.value.settings ? { bwtest: false } : {}
    const written = await obs.writeService({ type: 'rtmp_custom', settings: { ...ours, ...flags } })
    if (!written.ok) return written
    const after = await obs.readService()
    if (!after.ok) return after
    const held = serverOf(after.value) === ours.server && after.value.settings['key'] === ours.key
    return held ? ok(undefined) : fail('obs-route-lost')
  }

  /** Server and key move from OBS into Understudy's store. */
  private async takeDestination(obs: ObsPort): Promise<Result<void>> {
    const found = await obs.readDestination()
    if (!found.ok) return found
    const { url, key, auth } = found.value
    if (auth !== null) return fail('obs-route-login')
    const { takeover, graceMs } = this.deps.config().destination
    const failed = await this.deps.change({ section: 'destination', value: { url, key, takeover, graceMs } })
    return failed === null ? ok(undefined) : { ok: false, problem: failed }
  }

  private setRoute(route: Config['route']): Promise<Problem | null> {
    const { program, destination } = this.deps.config()
    const more = program.more.map(({ id, name, url, otherUrl }) => ({ id, name, url, otherUrl }))
    const value = { route, port: program.port, otherUrl: destination.otherUrl, more }
    return this.deps.change({ section: 'route', value })
  }

  private async restore(): Promise<Result<void>> {
    const obs = this.deps.obs()
    if (obs === null) return fail('obs-not-found')
    if (this.deps.streaming()) return fail('obs-route-live')
    const kept = this.load()
    if (kept === null) return fail('obs-route-nothing')
    const written = await obs.writeService(kept)
    if (!written.ok) return written
    const failed = (await this.setRoute('direct')) ?? (kept.fromObs ? await this.readFromObs() : null)
    this.account = false
    const forgotten = this.deps.kept.save(null)
    const why = failed ?? forgotten
    return why === null ? ok(undefined) : { ok: false, problem: why }
  }

  private readFromObs(): Promise<Problem | null> {
    const { takeover, graceMs } = this.deps.config().destination
    return this.deps.change({ section: 'destination', value: { url: null, key: null, takeover, graceMs } })
  }
}

function serverOf({ settings }: Pick<ObsService, 'settings'>): string {
  const { server } = settings
  return typeof server === 'string' ? server.trim() : ''
}
