import { describe, expect, it } from 'vitest'
import { applyChange, type Disk } from '../../../../src/engine/settings/apply'
import { fieldFaults } from '../../../../src/engine/settings/field-faults'
import { settingsView } from '../../../../src/engine/settings/view'
import { configSchema } from '../../../../src/shared/settings/config'
import { settingsChangeSchema, type SettingsChange } from '../../../../src/shared/settings/settings'

const disk: Disk = { isFile: (path) => path === '/film.mp4', isDirectory: (path) => path === '/obs' }
const carrier = { kind: 'carrier' as const }
const mediamtx = {
  kind: 'mediamtx' as const,
  url: 'https://m.example:9997',
  username: 'u',
  fingerprint: null,
  path: 'understudy-backup',
}
const camera = 'rtsp://u:word@10.0.0.9/yard'
const config = configSchema.parse({
  obs: { password: 'secret-of-obs' },
  destination: {
    url: 'rtmp://ingest.example/app',
    key: 'live_1',
    witnesses: [{ kind: 'nginx-stat', url: 'http://h/stat' }],
  },
  backups: [
    { id: 'camera', source: { url: camera } },
    {
      id: 'remote',
      source: { url: 'rtmp://r.example/a' },
      ingest: { ...mediamtx, password: 'secret-of-mtx' },
    },
  ],
})
const apply = (change: SettingsChange) => applyChange(config, change, disk)
const applied = (change: SettingsChange) => {
  const done = apply(change)
  if (!done.ok) throw new Error(JSON.stringify(done.faults))
  return done
}
const faults = (change: SettingsChange) => {
  const done = apply(change)
  return done.ok ? [] : done.faults.map(({ path, text }) => `${path} ${text}`)
}
const source = (url?: string) => ({ transport: 'tcp' as const, ...(url === undefined ? {} : { url }) })

describe('a change of the settings', () => {
  it('keeps a secret that is left out, and forgets one that is emptied', () => {
    const rest = { host: '127.0.0.1', port: null, configDir: null }
    expect(applied({ section: 'obs', value: rest }).config.obs.password).toBe('secret-of-obs')
    for (const password of [null, '']) {
      const done = applied({ section: 'obs', value: { ...rest, password } })
      expect(done.config.obs.password).toBeNull()
      expect(done.cleared).toEqual(['obs.password'])
    }
    expect(applied({ section: 'obs', value: { ...rest, password: 'new' } }).config.obs.password).toBe('new')
  })

  it('keeps sources by their id, also in another order and when one is taken away', () => {
    const done = applied({
      section: 'backups',
      value: [
        { id: 'remote', source: source(), ingest: mediamtx },
        { id: 'camera', source: source('rtsp://***@10.0.0.9/yard'), ingest: carrier },
      ],
    })
    expect(done.config.backups.map(({ source: { url } }) => url)).toEqual(['rtmp://r.example/a', camera])
    expect(done.config.backups[0]?.ingest).toMatchObject({ password: 'secret-of-mtx' })
  })

  it('keeps witnesses and what stands on no screen', () => {
    const value = { takeover: { kind: 'none' as const }, graceMs: 90_000 }
    const { destination } = applied({ section: 'destination', value }).config
    expect(destination).toMatchObject({ url: 'rtmp://ingest.example/app', key: 'live_1', graceMs: 90_000 })
    expect(destination.witnesses).toHaveLength(1)
  })

  it.each<readonly [SettingsChange, readonly string[]]>([
    [
      { section: 'obs', value: { host: 'h', port: 1, configDir: '/none' } },
      ['configDir is no folder on this PC'],
    ],
    [{ section: 'slate', value: { file: '/none.png' } }, ['file is no file on this PC']],
    [
      { section: 'general', value: { autoArm: true, ffmpeg: '/none/ffmpeg' } },
      ['ffmpeg is no file on this PC'],
    ],
    [{ section: 'policy', value: { obs: { stallMs: -1 } } }, ['obs.stallMs must not be negative']],
    [
      { section: 'policy', value: { failover: { slateBeatsNothing: 1 } } },
      ['failover.slateBeatsNothing must be true or false'],
    ],
    [
      {
        section: 'destination',
        value: { url: 'rtmp://***@other/app', takeover: { kind: 'none' }, graceMs: null },
      },
      ['url must be the whole address: *** hides a part of it'],
    ],
  ])('says what is wrong: %j', (change, found) => {
    expect(faults(change)).toEqual(found)
  })

  it('says what is wrong with each backup', () => {
    const value = [
      { id: 'obs', source: source('/film.mp4'), ingest: carrier },
      { id: 'slate', source: source('/none.mp4'), ingest: carrier },
      { id: 'new', source: source(), ingest: carrier },
      { id: 'new', source: source('ftp://x/y'), ingest: carrier },
      { id: 'one', source: source('/film.mp4'), ingest: mediamtx },
      { id: 'two', source: source('rtsp://h/a'), ingest: mediamtx },
    ]
    expect(faults({ section: 'backups', value }).map((each) => each.split(' ')[0])).toEqual([
      '0.id',
      '1.id',
      '1.source.url',
      '2.source.url',
      '3.id',
      '3.source.url',
      '4.source.url',
      '5.ingest.path',
    ])
  })

  it('takes a file, a bare program name and a folder that are there', () => {
    expect(faults({ section: 'general', value: { autoArm: true, ffmpeg: 'ffmpeg' } })).toEqual([])
    expect(faults({ section: 'obs', value: { host: 'h', port: null, configDir: '/obs' } })).toEqual([])
    expect(
      faults({ section: 'backups', value: [{ id: 'a', source: source('/film.mp4'), ingest: carrier }] }),
    ).toEqual([])
  })
})

describe('faults of the form itself', () => {
  const found = (change: unknown) => {
    const parsed = settingsChangeSchema.safeParse(change)
    return parsed.success ? [] : fieldFaults(parsed.error.issues)?.map(({ path, text }) => `${path} ${text}`)
  }
  it.each([
    [
      { section: 'obs', value: { host: '', port: 'x', configDir: null } },
      ['host is missing', 'port must be a number'],
    ],
    [
      { section: 'obs', value: { port: 1.5, configDir: null } },
      ['host is missing', 'port must be a whole number'],
    ],
    [
      { section: 'obs', value: { host: 'h', port: 0, configDir: null, extra: 1 } },
      ['port must be at least 1', 'extra is not known'],
    ],
    [
      { section: 'backups', value: [{ id: 'A b', source: source(), ingest: carrier }] },
      ['0.id must begin with a small letter and hold small letters, digits and - only'],
    ],
    [
      { section: 'backups', value: [{ id: 'a', source: source(), ingest: { kind: 'x' } }] },
      ['0.ingest.kind is not valid'],
    ],
    [
      { section: 'hotkeys', value: { hold: 'Control+Alt+F7' } },
      ['hold must not use Ctrl with Alt: on many keyboards that is AltGr, which types letters'],
    ],
    [
      { section: 'notifications', value: { quietHours: { from: '25:00', to: '07:00' } } },
      ['quietHours.from must be a time such as 22:00'],
    ],
    [{ section: 'app', value: { closeToTray: 'yes' } }, ['closeToTray must be on or off']],
  ])('%j', (change, words) => {
    expect(found(change)).toEqual(words)
  })
  it.each([[{ section: 'nothing', value: {} }], [null], [7]])('is no field of %j', (change) => {
    expect(fieldFaults(settingsChangeSchema.safeParse(change).error?.issues ?? [])).toBeNull()
  })
})

describe('the view', () => {
  it('holds no secret', () => {
    const view = settingsView({ config, missing: ['destination.key'], revision: 3, secretsIn: 'file' })
    expect(JSON.stringify(view)).not.toMatch(/secret-of|:word|live_1/)
    expect(view.obs.password).toEqual({ set: true, hint: null })
    expect(view.destination.key).toEqual({ set: true, hint: null })
    expect(view.backups[0]?.source.label).toBe('rtsp://***@10.0.0.9/yard')
  })
})
