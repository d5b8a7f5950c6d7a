import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTray, type TrayDeps } from '../../../../src/main/desktop/tray'
import {
  noHotkeys,
  trayIconFile,
  trayIcons,
  trayModel,
  type TrayAction,
  type TrayItem,
  type TrayModel,
} from '../../../../src/main/desktop/tray-model'
import type { Snapshot } from '../../../../src/shared/snapshot'
import { FakeTray, Menu, nativeImage, resetFakes, Tray } from '../../../fakes/electron'
import { backupSystem, makeSnapshot, obsSystem } from '../../../support/story/snapshots'
import { useTempDir } from '../../../support/temp-dir'

const clock = (wall: number): string => new Date(wall).toISOString().slice(11, 16)
const model = (snapshot: Snapshot | null): TrayModel => trayModel(snapshot, noHotkeys, clock)

const wall = Date.UTC(2026, 0, 2, 20, 0, 0)
const onObs = makeSnapshot({
  onAir: 'obs',
  phase: { kind: 'on-air', system: 'obs', sinceWall: wall, proof: 'server' },
  systems: [obsSystem, backupSystem],
})
const onBackup = makeSnapshot({
  ...onObs,
  onAir: 'backup',
  phase: { kind: 'on-air', system: 'backup', sinceWall: wall, proof: 'acknowledged' },
  systems: [
    { ...obsSystem, verdict: 'unknown' },
    { ...backupSystem, verdict: 'good', causes: [] },
  ],
})
const failing = makeSnapshot({
  ...onObs,
  systems: [{ ...obsSystem, verdict: 'bad', causes: [{ code: 'network-drops' }] }, backupSystem],
})
const switching = makeSnapshot({
  phase: {
    kind: 'switching',
    from: 'obs',
    to: 'backup',
    step: 'start',
    sinceWall: wall,
    attempt: 1,
    reason: { code: 'operator', asked: 'backup-now' },
    problem: null,
  },
  systems: [obsSystem, backupSystem],
})
const dark = makeSnapshot({
  phase: { kind: 'dark', sinceWall: wall, problem: { code: 'destination-unreachable' } },
})
const hold = { sinceWall: wall, untilWall: wall + 900_000 }

describe('the tray as a function of the snapshot', () => {
  it.each([
    ['no engine', null, 'no-engine'],
    ['not live', makeSnapshot(), 'offline'],
    ['OBS on air', onObs, 'obs'],
    ['the backup on air', onBackup, 'backup'],
    ['a switch under way', switching, 'switching'],
    ['nothing on air', dark, 'trouble'],
    ['OBS failing', failing, 'trouble'],
    ['OBS failing under a hold', { ...failing, hold }, 'trouble'],
    ['a hold', { ...onObs, hold }, 'hold'],
  ] as const)('%s has its own picture', (_name, snapshot, icon) => {
    expect(model(snapshot).icon).toBe(icon)
  })

  it('says in words what is on air and who would take over', () => {
    expect(model(onObs).tooltip).toBe('Understudy\nOBS is on air\nArmed, the backup is ready')
    expect(model({ ...onObs, armed: false }).tooltip).toMatch(/Not armed: nothing switches by itself$/)
    expect(model({ ...onObs, hold }).tooltip).toMatch(/Hold until 20:15$/)
    const alone = { ...onObs, systems: [obsSystem, { ...backupSystem, readiness: 'not-ready' as const }] }
    expect(model(alone).tooltip).toMatch(/No backup is ready$/)
    expect(model(failing).tooltip).toContain('OBS loses too many frames on the network')
    expect(model({ ...onObs, mode: 'rehearsal' }).tooltip).toContain('Rehearsal: OBS is on air')
    expect(model(null).tooltip).toContain('the stream is not guarded')
  })

  it('keeps a tooltip within what Windows shows', () => {
    const long = { ...dark, phase: { ...dark.phase, problem: { code: 'destination-busy' } } } as Snapshot
    expect([model(long), model(switching), model(failing)].every((each) => each.tooltip.length <= 127)).toBe(
      true,
    )
  })

  it('offers what can be done now, and nothing of an engine that is not there', () => {
    expect(menu(onObs)).toEqual([
      '(OBS is on air)',
      '(Armed, the backup is ready)',
      '-',
      'Backup now',
      '[OBS now]',
      '-',
      'Hold > For 5 minutes, For 15 minutes, For 60 minutes, Until I release it',
      '[Release the hold]',
      'Disarm',
      '-',
      'Open Understudy',
      'Quit',
    ])
    expect(menu({ ...onBackup, hold, armed: false }).slice(3, 9)).toEqual([
      '[Backup now]',
      'OBS now',
      '-',
      'Hold > For 5 minutes, For 15 minutes, For 60 minutes, Until I release it',
      'Release the hold',
      'Arm',
    ])
    expect(menu(null).slice(-2)).toEqual(['Open Understudy', 'Quit'])
    expect(menu(null)).toHaveLength(4)
  })

  it('shows a hotkey only where it is registered', () => {
    const keys = {
      ...noHotkeys,
      'backup-now': { state: 'registered', accelerator: 'Control+Shift+F7' },
      'obs-now': { state: 'refused', accelerator: 'Control+Shift+F8', text: '', next: '' },
    } as const
    const items = trayModel(onObs, keys, clock).items
    const accelerators = items.flatMap((item) =>
      item.kind === 'action' ? [[item.label, item.accelerator]] : [],
    )
    expect(accelerators).toContainEqual(['Backup now', 'Control+Shift+F7'])
    expect(accelerators).toContainEqual(['OBS now', null])
  })

  it('asks the engine for what is written on the item', () => {
    const actions = model(onObs).items.flatMap((item) =>
      item.kind === 'submenu'
        ? item.items.map((each) => each.action)
        : item.kind === 'action'
          ? [item.action]
          : [],
    )
    expect(actions).toContainEqual({ kind: 'command', command: { kind: 'backup-now' } })
    expect(actions).toContainEqual({ kind: 'command', command: { kind: 'hold', forMs: 900_000 } })
    expect(actions).toContainEqual({ kind: 'command', command: { kind: 'hold', forMs: null } })
  })

  function menu(snapshot: Snapshot | null): string[] {
    const brief = (item: TrayItem): string => {
      switch (item.kind) {
        case 'line':
          return `(${item.label})`
        case 'separator':
          return '-'
        case 'submenu':
          return `${item.label} > ${item.items.map(brief).join(', ')}`
        case 'action':
          return item.enabled ? item.label : `[${item.label}]`
      }
    }
    return model(snapshot).items.map(brief)
  }
})

describe('the icon in the tray', () => {
  const tempDir = useTempDir()
  let dir = ''
  let host = true
  let done: TrayAction[] = []
  let changes = 0
  const deps = (platform: TrayDeps['platform']): TrayDeps => ({
    Tray,
    Menu,
    nativeImage,
    platform,
    iconDir: dir,
    hasHost: () => Promise.resolve(host),
    onAction: (action) => done.push(action),
    onChanged: () => {
      changes += 1
    },
  })

  beforeEach(() => {
    resetFakes()
    host = true
    done = []
    changes = 0
    dir = tempDir()
    for (const platform of ['linux', 'windows', 'mac'] as const) {
      for (const icon of trayIcons) writeFileSync(join(dir, trayIconFile(icon, platform)), '')
    }
  })
  afterEach(() => {
    resetFakes()
  })

  const only = (): FakeTray => {
    expect(FakeTray.all).toHaveLength(1)
    return FakeTray.all[0]!
  }

  it('is missing until a tray was found, and says so', async () => {
    const tray = createTray(deps('linux'))
    expect(tray.part()).toMatchObject({ state: 'missing' })
    expect(await tray.refresh()).toBe(true)
    expect(tray.part()).toEqual({ state: 'ok' })
    expect(changes).toBe(1)
  })

  it.each([
    ['linux', 'obs.png'],
    ['windows', 'obs.ico'],
    ['mac', 'obsTemplate.png'],
  ] as const)('shows icon, tooltip and menu on %s', async (platform, file) => {
    const tray = createTray(deps(platform))
    tray.update(model(onObs))
    await tray.refresh()
    expect(only().image).toBe(join(dir, file))
    expect(only().tooltip).toContain('OBS is on air')
    expect(only().menu.map((item) => item.label)).toContain('Backup now')
  })

  it('changes only what changed, so that an open menu stays open', async () => {
    const tray = createTray(deps('linux'))
    tray.update(model(onObs))
    await tray.refresh()
    tray.update(model({ ...onObs, wall: wall + 1_000 }))
    expect(only().menusSet).toBe(1)
    tray.update(model(onBackup))
    expect(only().menusSet).toBe(2)
    expect(only().image).toBe(join(dir, 'backup.png'))
  })

  it('does what the menu says, and opens the window at a click', async () => {
    const tray = createTray(deps('windows'))
    tray.update(model(onObs))
    await tray.refresh()
    const item = only().menu.find((each) => each.label === 'Backup now')
    item?.click?.(...([] as unknown as Parameters<NonNullable<typeof item.click>>))
    only().emit('click')
    expect(done).toEqual([{ kind: 'command', command: { kind: 'backup-now' } }, { kind: 'open-window' }])
  })

  it.each([
    ['windows', { label: 'Backup now', accelerator: 'Control+Shift+F7', registerAccelerator: false }],
    ['linux', { label: 'Backup now (Ctrl+Shift+F7)' }],
  ] as const)('shows a hotkey beside its action on %s, without registering it', async (platform, item) => {
    const tray = createTray(deps(platform))
    const accelerator = 'Control+Shift+F7'
    tray.update(trayModel(onObs, { ...noHotkeys, 'backup-now': { state: 'registered', accelerator } }, clock))
    await tray.refresh()
    expect(only().menu.find((each) => each.label?.startsWith('Backup now'))).toMatchObject(item)
  })

  it('leaves the click to the menu on macOS', async () => {
    const tray = createTray(deps('mac'))
    tray.update(model(onObs))
    await tray.refresh()
    only().emit('click')
    expect(done).toEqual([])
  })

  it('is taken away where the tray went, and comes back with it', async () => {
    const tray = createTray(deps('linux'))
    tray.update(model(onObs))
    await tray.refresh()
    host = false
    expect(await tray.refresh()).toBe(false)
    expect(only().destroyed).toBe(true)
    expect(tray.part()).toMatchObject({ state: 'missing', text: 'This desktop shows no tray icons.' })
    host = true
    expect(await tray.refresh()).toBe(true)
    expect(FakeTray.all[1]?.tooltip).toContain('OBS is on air')
  })

  it('says what is wrong where the system refuses it or its pictures are gone', async () => {
    FakeTray.refuses = true
    const refused = createTray(deps('windows'))
    expect(await refused.refresh()).toBe(false)
    expect(refused.part()).toMatchObject({ text: 'The system did not accept the tray icon.' })
    FakeTray.refuses = false
    dir = join(dir, 'empty')
    mkdirSync(dir)
    const bare = createTray(deps('windows'))
    expect(await bare.refresh()).toBe(false)
    expect(bare.part()).toMatchObject({ next: 'Reinstall Understudy.' })
  })

  it('makes no icon any more once the app is closing', async () => {
    const tray = createTray(deps('linux'))
    const looking = tray.refresh()
    tray.close()
    expect(await looking).toBe(false)
    expect(FakeTray.all).toEqual([])
  })
})
