import { configSchema } from '../../../src/shared/settings/config'
import type { Preflight, SettingsView } from '../../../src/shared/settings/settings'

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
  route: { route: 'direct', port: 19_350, otherUrl: null, more: [] },
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
