import type { Page, Route } from '@playwright/test'
import { configSchema } from '../../src/shared/config'
import {
  settingsChangeSchema,
  type FieldFault,
  type Preflight,
  type SettingsChange,
  type SettingsView,
  type TestReport,
  type TestRequest,
  testRequestSchema,
} from '../../src/shared/settings'
import type { ScriptedEngine } from './scripted-engine'

const defaults = configSchema.parse({})

/** The settings of an engine that was just installed; `more` changes them. */
export const makeSettings = (more: Partial<SettingsView> = {}): SettingsView => ({
  revision: 1,
  obs: { ...defaults.obs, password: { set: false, hint: null } },
  destination: {
    url: null,
    key: { set: false, hint: null },
    takeover: { kind: 'none', url: null },
    graceMs: null,
  },
  backups: [],
  slate: null,
  general: { autoArm: true, ffmpeg: null },
  policy: {},
  hotkeys: defaults.hotkeys,
  notifications: defaults.notifications,
  app: defaults.app,
  secretsIn: 'file',
  ...more,
})

export const makePreflight = (more: Partial<Preflight['obs']> = {}, ready = false): Preflight => ({
  obs: {
    installed: true,
    running: true,
    webSocket: 'on',
    connected: true,
    version: '31.1.2',
    streaming: false,
    stopCutsRecording: false,
    problem: null,
    ...more,
  },
  checks: [
    { code: 'obs', state: 'ok', text: 'OBS 31.1.2 is connected.', next: null },
    { code: 'destination', state: 'ok', text: 'Your stream goes to live.twitch.tv.', next: null },
    ready
      ? { code: 'backup', state: 'ok', text: 'The backup is ready.', next: null }
      : { code: 'backup', state: 'missing', text: 'There is no backup yet.', next: 'Add one.' },
    {
      code: 'rehearsed',
      state: 'warning',
      text: 'Not rehearsed yet.',
      next: 'Rehearse once before you go live.',
    },
  ],
  ready,
})

/**
 * Answers for settings, tests and preflight in the browser itself, as an engine words them: what a screen does with
 * an answer is tested here, what an engine answers is tested on a real one.
 */
export class ScriptedSettings {
  view = makeSettings()
  preflight = makePreflight()
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
      case 'backups':
        return {
          ...this.view,
          backups: change.value.map(({ id, source, ingest }) => ({
            id,
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
