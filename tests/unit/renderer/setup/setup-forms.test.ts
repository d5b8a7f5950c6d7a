import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acceleratorSchema, hotkeysSchema } from '../../../../src/shared/settings/config'
import type { SettingsView } from '../../../../src/shared/settings/settings'
import { keysOf, recorded, type Press } from '../../../../src/renderer/features/setup/hotkeys/accelerator'
import { backupTest, check, draftFrom, obsTest } from '../../../../src/renderer/features/setup/form/check'
import { freeId, newBackup, numberOr } from '../../../../src/renderer/features/setup/form/drafts'
import { movedTo } from '../../../../src/renderer/features/setup/backups/backup-order'
import { secretChange, secretOpen } from '../../../../src/renderer/features/setup/form/secret'
import { makeSettings } from '../../../support/app/settings'

const faultsAt = (found: ReturnType<typeof check>): Readonly<Record<string, string>> =>
  found.ok ? {} : Object.fromEntries(found.faults.map(({ path, text }) => [path, text]))

const full: SettingsView = makeSettings({
  obs: { host: '10.0.0.2', port: 4460, configDir: '/opt/obs', password: { set: true, hint: null } },
  destination: {
    url: 'rtmp://live.example.tv/app',
    key: { set: true, hint: 'ends in 7f3a' },
    takeover: { kind: 'backup-url', url: 'rtmp://b.example.tv/app' },
    graceMs: 90_000,
  },
  backups: [
    {
      id: 'camera',
      convert: false,
      source: { label: 'rtsp://camera.lan/1', transport: 'udp' },
      ingest: { kind: 'carrier' },
    },
    {
      id: 'server',
      convert: false,
      source: { label: 'rtmp://10.0.0.4/live/b', transport: 'tcp' },
      ingest: {
        kind: 'mediamtx',
        url: 'https://mtx.example:9997',
        username: 'ctl',
        password: { set: true, hint: null },
        fingerprint: null,
        path: 'understudy-backup',
      },
    },
  ],
  slate: { file: '/pictures/soon.png' },
  policy: { obs: { stallMs: 4_000 }, failover: { slateBeatsNothing: true, busyRetryMs: [500, 2_000] } },
  notifications: {
    ...makeSettings().notifications,
    quietHours: { from: '22:00', to: '07:30' },
  },
})

describe('a form that nobody touched', () => {
  it.each([
    'obs',
    'destination',
    'backups',
    'slate',
    'general',
    'policy',
    'hotkeys',
    'notifications',
    'app',
  ] as const)('saves %s as it is, and no secret', (section) => {
    for (const view of [makeSettings(), full]) {
      const found = check(section, draftFrom(section, view))
      if (!found.ok) throw new Error(`${section}: ${JSON.stringify(found.faults)}`)
      const said = JSON.stringify(found.change)
      expect(said).not.toContain('"password"')
      expect(said).not.toContain('"key"')
    }
  })

  it('keeps addresses that may hold credentials by leaving them out', () => {
    const destination = check('destination', draftFrom('destination', full))
    expect(destination).toMatchObject({
      change: { value: { takeover: { kind: 'backup-url' }, graceMs: 90_000 } },
    })
    expect(JSON.stringify(destination)).not.toContain('live.example.tv')
    expect(check('backups', draftFrom('backups', full))).toMatchObject({
      change: { value: [{ id: 'camera', source: { transport: 'udp' } }, { id: 'server' }] },
    })
    expect(JSON.stringify(check('backups', draftFrom('backups', full)))).not.toContain('camera.lan')
  })

  it('keeps the numbers of the policy to the millisecond', () => {
    expect(check('policy', draftFrom('policy', full))).toMatchObject({ change: { value: full.policy } })
  })
})

describe('what is wrong is said by field', () => {
  const bad = {
    obs: { ...draftFrom('obs', full), host: ' ', port: '99999' },
    destination: {
      ...draftFrom('destination', full),
      url: 'http://nope',
      takeoverUrl: 'nope',
      grace: '-3',
    },
  }

  it('OBS', () => {
    expect(faultsAt(check('obs', bad.obs))).toEqual({ host: 'is missing', port: 'must be at most 65535' })
    expect(faultsAt(check('obs', { ...bad.obs, host: 'a', port: 'many' }))).toEqual({
      port: 'must be a number',
    })
    expect(faultsAt(check('obs', { ...bad.obs, host: 'a', port: '1.5' }))).toHaveProperty('port')
  })

  it('the destination', () => {
    expect(faultsAt(check('destination', bad.destination))).toEqual({
      url: 'must be a URL that begins with rtmp://, rtmps://, srt://',
      'takeover.url': 'must be a URL that begins with rtmp://, rtmps://',
      graceMs: 'must be more than 0',
    })
  })

  it('backups: no address, a name that is taken, reserved or not a name', () => {
    const list = [
      { ...newBackup([]), id: 'obs' },
      { ...newBackup([]), id: 'cam', url: 'rtsp://a/1' },
      { ...newBackup([]), id: 'cam', url: 'rtsp://a/2' },
      {
        ...newBackup([]),
        id: 'My Cam',
        url: 'rtsp://a/3',
        ingest: 'mediamtx' as const,
        apiUrl: 'x',
        path: 'a b',
      },
    ]
    expect(faultsAt(check('backups', list))).toEqual({
      '0.id': 'is a name that Understudy needs itself',
      '0.source.url': 'is missing',
      '2.id': 'is used above already',
      '3.id': 'must begin with a small letter and hold small letters, digits and - only',
      '3.ingest.url': 'must be a URL that begins with http:// or https://',
      '3.ingest.path': 'may hold letters, digits and _ - . ~ / only',
    })
  })

  it('times of the quiet hours, hotkeys used twice or typed as text', () => {
    const quiet = { ...draftFrom('notifications', full), quietFrom: '25:00', quietTo: '7' }
    expect(faultsAt(check('notifications', quiet))).toEqual({
      'quietHours.from': 'must be a time such as 22:00',
      'quietHours.to': 'must be a time such as 22:00',
    })
    const keys = { ...hotkeysSchema.parse({}), hold: 'Control+Shift+F7', release: 'Shift+A' }
    expect(faultsAt(check('hotkeys', keys))).toHaveProperty(
      'release',
      'must use Ctrl, Alt or the system key: Shift alone with a letter is plain typing',
    )
    expect(faultsAt(check('hotkeys', { ...hotkeysSchema.parse({}), hold: 'Control+Shift+F7' }))).toEqual({
      hold: 'is used above already',
    })
  })

  it('policy numbers outside their range', () => {
    const found = check('policy', {
      'obs.stallMs': 'soon',
      'obs.dropShareBad': '500',
      'failover.governorMaxSwitches': '2.5',
      'failover.busyRetryMs': '1, x',
    })
    expect(faultsAt(found)).toEqual({
      'obs.stallMs': 'must be a number',
      'obs.dropShareBad': 'must lie between 1 and 100 %',
      'failover.governorMaxSwitches': 'must be a whole number',
      'failover.busyRetryMs': 'must be numbers with commas, such as 0.5, 1, 2',
    })
  })

  it('tests are checked before they are asked for', () => {
    expect(obsTest(bad.obs).ok).toBe(false)
    const wrong = backupTest(newBackup([]))
    expect(wrong.ok ? [] : wrong.faults).toEqual([{ path: 'source.url', text: 'is missing' }])
    expect(backupTest({ ...newBackup([]), url: 'rtsp://a/1' }).ok).toBe(true)
  })
})

describe('secrets', () => {
  it('are kept, replaced or forgotten', () => {
    expect(secretChange({ does: 'keep' })).toBeUndefined()
    expect(secretChange({ does: 'replace', value: '' })).toBeUndefined()
    expect(secretChange({ does: 'replace', value: 'new' })).toBe('new')
    expect(secretChange({ does: 'forget' })).toBeNull()
  })

  it('stand open only where there is something to type', () => {
    expect(secretOpen({ set: false, hint: null }, { does: 'keep' })).toBe(true)
    expect(secretOpen({ set: true, hint: null }, { does: 'keep' })).toBe(false)
    expect(secretOpen({ set: true, hint: null }, { does: 'forget' })).toBe(false)
    expect(secretOpen({ set: true, hint: null }, { does: 'replace', value: '' })).toBe(true)
  })
})

describe('lists and numbers', () => {
  it('a backup moves by one place and never out of the list', () => {
    const list = ['a', 'b', 'c'].map((id) => ({ ...newBackup([]), id }))
    const ids = (index: number, by: -1 | 1): string =>
      movedTo(list, index, by)
        .map(({ id }) => id)
        .join('')
    expect([ids(0, 1), ids(2, -1), ids(0, -1), ids(2, 1), ids(1, 1)]).toEqual([
      'bac',
      'acb',
      'abc',
      'abc',
      'acb',
    ])
  })

  it('a new name is free', () => {
    expect(freeId([])).toBe('backup')
    expect(freeId(['backup', 'backup-2'])).toBe('backup-3')
  })

  it('numbers as typed', () => {
    expect([numberOr(''), numberOr('1,5', 1_000), numberOr('x'), numberOr(' 90 ', 1_000)]).toEqual([
      null,
      1_500,
      'x',
      90_000,
    ])
  })
})

describe('hotkeys by pressing them', () => {
  const press = (more: Partial<Press>): Press => ({
    key: 'F7',
    code: 'F7',
    ctrlKey: false,
    altKey: false,
    shiftKey: false,
    metaKey: false,
    ...more,
  })

  it('names keys as Electron does', () => {
    expect(recorded(press({ ctrlKey: true, shiftKey: true }), 'linux')).toEqual({
      kind: 'keys',
      accelerator: 'Control+Shift+F7',
    })
    const accelerator = (more: Partial<Press>, platform: 'mac' | 'windows' = 'windows'): string => {
      const found = recorded(press(more), platform)
      return found.kind === 'keys' ? found.accelerator : found.kind
    }
    expect(accelerator({ key: 'a', code: 'KeyQ', ctrlKey: true })).toBe('Control+A')
    expect(accelerator({ key: '!', code: 'Digit1', ctrlKey: true, shiftKey: true })).toBe('Control+Shift+1')
    expect(accelerator({ key: '5', code: 'Numpad5', altKey: true })).toBe('Alt+num5')
    expect(accelerator({ key: 'ArrowUp', code: 'ArrowUp', metaKey: true }, 'mac')).toBe('Command+Up')
    expect(accelerator({ key: 'Control', code: 'ControlLeft', ctrlKey: true })).toBe('waits')
    expect(accelerator({ key: 'Dead', code: 'Quote' })).toBe('unusable')
  })

  it('whatever was recorded with Ctrl and Shift, the schema takes', () => {
    const keys = fc.constantFrom('a', 'Z', '4', 'F1', 'F24', 'ArrowLeft', 'Home')
    fc.assert(
      fc.property(keys, fc.boolean(), (key, shiftKey) => {
        const found = recorded(press({ key, code: key, ctrlKey: true, shiftKey }), 'windows')
        if (found.kind !== 'keys') throw new Error(`${key}: ${found.kind}`)
        expect(acceleratorSchema.safeParse(found.accelerator).success).toBe(true)
        expect(keysOf(found.accelerator, 'windows')[0]).toBe('Ctrl')
      }),
    )
  })
})
