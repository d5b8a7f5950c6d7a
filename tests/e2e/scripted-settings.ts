import type { Page, Route } from '@playwright/test'
import {
  settingsChangeSchema,
  type FieldFault,
  type SettingsChange,
  type SettingsView,
  type TestReport,
  type TestRequest,
  testRequestSchema,
} from '../../src/shared/settings/settings'
import {
  obsRouteRequestSchema,
  type ObsRouteRequest,
  type ObsRouteView,
} from '../../src/shared/settings/obs-route'
import { makePreflight, makeSettings } from '../support/app/settings'
import type { ScriptedEngine } from './scripted-engine'

/**
 * Answers for settings, tests and preflight in the browser itself, as an engine words them: what a screen does with
 * an answer is tested here, what an engine answers is tested on a real one.
 */
export class ScriptedSettings {
  view = makeSettings()
  preflight = makePreflight()
  obsRoute: ObsRouteView = {
    state: 'elsewhere',
    restorable: false,
    account: false,
    streaming: false,
    now: 'rtmp://live.twitch.tv/app',
    before: null,
    profile: 'Untitled',
    keptFor: [],
    asksServer: null,
    differs: null,
  }
  readonly obsRoutes: ObsRouteRequest[] = []
  report: TestReport = { ok: true, steps: [] }
  /** Refuses the next save with these. */
  faults: readonly FieldFault[] = []
  refusal: { readonly text: string; readonly next: string } | null = null
  readonly changes: SettingsChange[] = []
  readonly tests: TestRequest[] = []
  readonly rehearsals: unknown[] = []

  constructor(private readonly engine: ScriptedEngine) {}

  async answer(page: Page): Promise<void> {
    await page.route('**/api/settings', (route) => this.settings(route))
    await page.route('**/api/preflight', (route) => route.fulfill({ json: this.preflight }))
    await page.route('**/api/test', (route) => {
      this.tests.push(testRequestSchema.parse(route.request().postDataJSON()))
      return route.fulfill({ json: this.report })
    })
    await page.route('**/api/obs/route', (route) => {
      if (route.request().method() === 'GET') return route.fulfill({ json: this.obsRoute })
      const request = obsRouteRequestSchema.parse(route.request().postDataJSON())
      this.obsRoutes.push(request)
      this.obsRoute =
        request.action === 'point'
          ? { ...this.obsRoute, state: 'pointed', restorable: true, before: this.obsRoute.now }
          : { ...this.obsRoute, state: 'elsewhere', restorable: false, before: null }
      return route.fulfill({ json: { ok: true } })
    })
    await page.route('**/api/rehearsal', (route) => {
      this.rehearsals.push(route.request().postDataJSON())
      return route.fulfill({ json: { ok: true } })
    })
  }

  private settings(route: Route): Promise<void> {
    if (route.request().method() === 'GET') return route.fulfill({ json: this.view })
    const change = settingsChangeSchema.parse(route.request().postDataJSON())
    if (this.faults.length > 0 || this.refusal !== null) {
      const said = this.refusal ?? { text: 'Some fields are wrong.', next: 'Correct them.' }
      return route.fulfill({ status: 400, json: { ok: false, faults: this.faults, ...said } })
    }
    this.changes.push(change)
    this.view = { ...this.apply(change), revision: this.view.revision + 1 }
    this.engine.show({ settingsRevision: this.view.revision })
    return route.fulfill({ json: { ok: true, settings: this.view } })
  }

  private apply(change: SettingsChange): SettingsView {
    const hidden = (value: string | null | undefined, before: { set: boolean; hint: string | null }) =>
      value === undefined
        ? before
        : value === null || value === ''
          ? { set: false, hint: null }
          : { set: true, hint: `ends in ${value.slice(-4)}` }
    switch (change.section) {
      case 'obs':
        return {
          ...this.view,
          obs: { ...change.value, password: hidden(change.value.password, this.view.obs.password) },
        }
      case 'destination': {
        const { url, key, takeover, graceMs } = change.value
        return {
          ...this.view,
          destination: {
            url: url === undefined ? this.view.destination.url : url,
            key: hidden(key, this.view.destination.key),
            takeover: { kind: takeover.kind, url: takeover.kind === 'backup-url' ? takeover.url : null },
            graceMs,
          },
        }
      }
      case 'route':
        return {
          ...this.view,
          route: {
            ...change.value,
            more: change.value.more.map((one) => ({
              ...one,
              key: hidden(one.key, { set: false, hint: null }),
            })),
          },
        }
      case 'backups':
        return {
          ...this.view,
          backups: change.value.map(({ id, source, ingest, convert }) => ({
            id,
            convert: convert ?? false,
            source: {
              label: source.url ?? this.view.backups.find((one) => one.id === id)?.source.label ?? '',
              transport: source.transport,
            },
            ingest:
              ingest.kind === 'carrier'
                ? ingest
                : { ...ingest, password: hidden(ingest.password, { set: false, hint: null }) },
          })),
        }
      case 'slate':
        return { ...this.view, slate: change.value }
      case 'general':
        return { ...this.view, general: change.value }
      case 'policy':
        return { ...this.view, policy: change.value }
      case 'hotkeys':
        return { ...this.view, hotkeys: change.value }
      case 'notifications':
        return { ...this.view, notifications: change.value }
      case 'app':
        return { ...this.view, app: change.value }
    }
  }
}
