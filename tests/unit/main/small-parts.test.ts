import type { PowerSaveBlocker } from 'electron'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SnapshotStore } from '../../../src/main/engine/socket'
import { createLoginItem, desktopEntry, type LoginItemDeps } from '../../../src/main/desktop/login-item'
import { ownPage, ownPageAction } from '../../../src/main/window/own-page'
import { createPower } from '../../../src/main/desktop/power'
import { createQuitQuestion } from '../../../src/main/quit'
import {
  arrangementOf,
  emptyMemory,
  loadMemory,
  placeFor,
  remember,
  saveMemory,
} from '../../../src/main/window/window-state'
import type { Snapshot } from '../../../src/shared/snapshot'
import { makeSnapshot } from '../../support/story/snapshots'
import { useTempDir } from '../../support/temp-dir'

const tempDir = useTempDir()
const live = makeSnapshot({
  onAir: 'obs',
  phase: { kind: 'on-air', system: 'obs', sinceWall: 0, proof: null },
})

describe('keeping the PC awake', () => {
  class Blocker implements Pick<PowerSaveBlocker, 'start' | 'stop'> {
    readonly held = new Set<number>()
    private next = 0
    start(): number {
      this.held.add(this.next)
      return this.next++
    }
    stop(id: number): boolean {
      return this.held.delete(id)
    }
  }

  it('holds once while live, through an engine that is away, and lets go after', () => {
    const blocker = new Blocker()
    const power = createPower(blocker, () => undefined)
    power.update(makeSnapshot())
    expect(blocker.held.size).toBe(0)
    power.update(live)
    power.update(live)
    power.update(null)
    expect(blocker.held.size).toBe(1)
    power.update(makeSnapshot())
    expect(blocker.held.size).toBe(0)
  })

  it('sleeps through a rehearsal, and lets go at the end', () => {
    const blocker = new Blocker()
    const power = createPower(blocker, () => undefined)
    power.update({ ...live, mode: 'rehearsal' })
    expect(blocker.held.size).toBe(0)
    power.update(live)
    power.release()
    expect(blocker.held.size).toBe(0)
  })

  it('lives on where the system does not allow it', () => {
    const said: string[] = []
    const refuses = {
      start: () => {
        throw new Error('not here')
      },
      stop: () => false,
    }
    createPower(refuses, (text) => said.push(text)).update(live)
    expect(said[0]).toContain('not here')
  })
})

describe('start at login', () => {
  const deps = (more: Partial<LoginItemDeps> = {}): LoginItemDeps => ({
    platform: 'linux',
    packaged: true,
    execPath: '/opt/Understudy/understudy',
    env: {},
    home: tempDir(),
    app: {
      getLoginItemSettings: () => {
        throw new Error('not on Linux')
      },
      setLoginItemSettings: () => {
        throw new Error('not on Linux')
      },
    },
    ...more,
  })

  it('says why it cannot be while it runs from its sources, and touches nothing', () => {
    const given = deps({ packaged: false })
    const item = createLoginItem(given)
    item.set(true)
    expect(item.state).toMatchObject({ state: 'missing', on: false })
    expect(existsSync(join(given.home, '.config'))).toBe(false)
  })

  it('writes and takes away the autostart file of Linux', () => {
    const home = tempDir()
    const path = join(home, '.config/autostart/understudy.desktop')
    const item = createLoginItem(deps({ home }))
    item.set(true)
    expect(readFileSync(path, 'utf8')).toContain('Exec="/opt/Understudy/understudy" --hidden')
    expect(item.state).toEqual({ state: 'ok', on: true })
    item.set(false)
    expect(existsSync(path)).toBe(false)
    expect(item.state).toEqual({ state: 'ok', on: false })
  })

  it('names the AppImage, not its mount, and the place that XDG says', () => {
    const config = tempDir()
    const env = { APPIMAGE: '/home/a/Understudy.AppImage', XDG_CONFIG_HOME: config }
    createLoginItem(deps({ env, execPath: '/tmp/.mount_x/understudy' })).set(true)
    const written = readFileSync(join(config, 'autostart/understudy.desktop'), 'utf8')
    expect(written).toContain('Exec="/home/a/Understudy.AppImage"')
  })

  it('quotes what the Desktop Entry Specification wants quoted', () => {
    expect(desktopEntry('/a b/"x"$y/50%')).toContain('Exec="/a b/\\\\"x\\\\"\\\\$y/50%%" --hidden')
  })

  it('says in words when the file cannot be written', () => {
    const home = tempDir()
    writeFileSync(join(home, '.config'), 'a file')
    const item = createLoginItem(deps({ home }))
    item.set(true)
    expect(item.state).toMatchObject({ state: 'missing', on: false })
    expect(item.state.state === 'missing' && item.state.next).toContain('by hand')
  })

  it.each(['win32', 'darwin'] as const)(
    'uses the list of the system on %s, with the same arguments',
    (platform) => {
      let on = false
      const asked: (readonly string[] | undefined)[] = []
      const item = createLoginItem(
        deps({
          platform,
          app: {
            getLoginItemSettings: (options) => {
              asked.push(options?.args)
              return { openAtLogin: on } as ReturnType<LoginItemDeps['app']['getLoginItemSettings']>
            },
            setLoginItemSettings: (settings) => {
              asked.push(settings.args)
              on = settings.openAtLogin === true
            },
          },
        }),
      )
      item.set(true)
      expect(on).toBe(true)
      expect(item.state).toEqual({ state: 'ok', on: true })
      expect(asked.every((args) => args?.[0] === '--hidden')).toBe(true)
      item.set(false)
      expect(on).toBe(false)
    },
  )

  it('believes the system, not itself: macOS ignores an app that is not signed', () => {
    const app = {
      getLoginItemSettings: () =>
        ({ openAtLogin: false }) as ReturnType<LoginItemDeps['app']['getLoginItemSettings']>,
      setLoginItemSettings: () => undefined,
    }
    const item = createLoginItem(deps({ platform: 'darwin', app }))
    item.set(true)
    expect(item.state).toMatchObject({ state: 'missing', on: false })
  })
})

describe('the question before quitting', () => {
  const asker = (snapshot: Snapshot | null, response: number, hurried = false) => {
    const boxes: { message: string; detail?: string; buttons?: string[] }[] = []
    const question = createQuitQuestion({
      snapshot: () => snapshot,
      hurried: () => hurried,
      pointed: () => Promise.resolve(false),
      giveBack: () => Promise.reject(new Error('not asked for')),
      dialog: {
        showMessageBox: (...words: unknown[]) => {
          boxes.push(words.at(-1) as (typeof boxes)[number])
          return Promise.resolve({ response, checkboxChecked: false })
        },
      },
    })
    return { question, boxes }
  }

  it.each([
    [0, 'keep'],
    [1, 'shell-only'],
    [2, 'stop-guarding'],
  ] as const)('button %i means %s', async (button, choice) => {
    expect(await asker(live, button).question()).toBe(choice)
  })

  it('is not asked where nothing is live, nor of a rehearsal, nor when the system ends the session', async () => {
    for (const [snapshot, hurried, choice] of [
      [null, false, 'idle'],
      [makeSnapshot(), false, 'idle'],
      [{ ...live, mode: 'rehearsal' as const }, false, 'idle'],
      [live, true, 'shell-only'],
    ] as const) {
      const { question, boxes } = asker(snapshot, 0, hurried)
      expect(await question()).toBe(choice)
      expect(boxes).toHaveLength(0)
    }
  })

  it('asks once, however often quitting is wanted meanwhile', async () => {
    const { question, boxes } = asker(live, 0)
    expect(await Promise.all([question(), question()])).toEqual(['keep', 'keep'])
    expect(boxes).toHaveLength(1)
    await question()
    expect(boxes).toHaveLength(2)
  })

  it('says what is true: who is on air, and whether the engine may switch', async () => {
    const say = async (more: Partial<Snapshot>): Promise<string> => {
      const { question, boxes } = asker({ ...live, ...more }, 0)
      await question()
      return `${boxes[0]?.message ?? ''}\n${boxes[0]?.detail ?? ''}`
    }
    expect(await say({})).toContain('still switches to the backup when OBS fails')
    expect(await say({ armed: false })).toContain('not allowed to switch')
    expect(await say({ hold: { sinceWall: 0, untilWall: null } })).toContain('not allowed to switch')
    expect(await say({ onAir: 'backup' })).toMatch(/live from the backup[\s\S]*when the backup fails/)
    expect(await say({ onAir: null, phase: { kind: 'dark', sinceWall: 0, problem: null } })).toContain(
      'nothing reaches',
    )
  })

  it('harms nobody where no box can be shown', async () => {
    const question = createQuitQuestion({
      snapshot: () => live,
      hurried: () => false,
      pointed: () => Promise.resolve(false),
      giveBack: () => Promise.reject(new Error('not asked for')),
      dialog: { showMessageBox: () => Promise.reject(new Error('no display')) },
    })
    expect(await question()).toBe('shell-only')
  })
})

describe('the own page', () => {
  const html = (url: string | null): string => decodeURIComponent((url ?? '').replace(/^[^,]*,/, ''))

  it('is none while the engine runs', () => {
    expect(ownPage({ kind: 'running', engine: { url: 'http://x/', token: 't', pid: 1 } }, false)).toBeNull()
  })

  it('shows what the engine said, escaped, without its code, and lets nothing run', () => {
    const text = 'The file <b>&"x" is wrong. [config-invalid]\nMend it.'
    const page = html(ownPage({ kind: 'failed', text, next: 'Then try again.', exitCode: 2 }, true))
    expect(page).not.toContain('<b>')
    expect(page).not.toContain('config-invalid')
    expect(page).toContain('Mend it.')
    expect(page).toContain("default-src 'none'")
    expect(page).not.toMatch(/<script|unsafe|javascript:/)
    expect(page).toContain('stays on air')
  })

  it('knows its own wishes and no others', () => {
    const page = html(ownPage({ kind: 'ended' }, false))
    const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, link]) => ownPageAction(link ?? ''))
    expect(links).toEqual(['retry', 'quit'])
    expect(ownPageAction('https://shell.understudy.invalid/format')).toBeNull()
    expect(ownPageAction('https://example.com/retry')).toBeNull()
  })
})

describe('where the window stood', () => {
  const display = (x: number, width = 1920) => ({
    bounds: { x, y: 0, width, height: 1080 },
    workArea: { x, y: 27, width, height: 1053 },
    scaleFactor: 1,
  })
  const at = (x: number, y: number) => ({ x, y, width: 1000, height: 700 })

  it('is taken again on the same displays, and each arrangement has its own', () => {
    const desk = [display(0), display(1920)]
    const road = [display(0)]
    const both = remember(remember(emptyMemory, desk, at(2500, 100), false), road, at(50, 60), true)
    expect(placeFor(both, desk)).toMatchObject({ x: 2500, maximized: false })
    expect(placeFor(both, road)).toMatchObject({ x: 50, maximized: true })
    expect(placeFor(both, [display(0, 1280)])).toBeNull()
  })

  it.each([
    [1880, 100],
    [-950, 100],
    [100, 1070],
    [100, -20],
    [5000, 5000],
  ])('is not taken where nobody could grasp it (%i, %i)', (x, y) => {
    expect(placeFor(remember(emptyMemory, [display(0)], at(x, y), false), [display(0)])).toBeNull()
  })

  it('keeps a few arrangements, the newest', () => {
    let memory = emptyMemory
    for (let width = 1000; width < 1020; width += 1) {
      memory = remember(memory, [display(0, width)], at(0, 30), false)
    }
    expect(Object.keys(memory.places)).toHaveLength(8)
    expect(placeFor(memory, [display(0, 1019)])).not.toBeNull()
  })

  it('tells arrangements apart by place and scale', () => {
    expect(arrangementOf([display(0), display(1920)])).toBe(arrangementOf([display(1920), display(0)]))
    expect(arrangementOf([{ ...display(0), scaleFactor: 2 }])).not.toBe(arrangementOf([display(0)]))
  })

  it('survives in a file, and a broken file is as good as none', () => {
    const path = join(tempDir(), 'window.json')
    expect(loadMemory(path)).toEqual(emptyMemory)
    const memory = remember(emptyMemory, [display(0)], at(1, 40), false)
    expect(saveMemory(path, memory)).toBe(true)
    expect(loadMemory(path)).toEqual(memory)
    writeFileSync(path, '{"places": 3')
    expect(loadMemory(path)).toEqual(emptyMemory)
    expect(saveMemory(join(path, 'no', 'place'), memory)).toBe(false)
  })
})

describe('the picture that is kept', () => {
  it('is put together from patches, and asked for anew after a gap', () => {
    const store = new SnapshotStore()
    const first = makeSnapshot()
    expect(store.take({ type: 'snapshot', revision: 1, snapshot: first })).toEqual(first)
    expect(store.take({ type: 'patch', revision: 2, patch: { armed: false } })?.armed).toBe(false)
    expect(store.take({ type: 'patch', revision: 4, patch: { armed: true } })).toBeNull()
    expect(store.take({ type: 'patch', revision: 5, patch: { armed: true } })).toBeNull()
    expect(store.take({ type: 'snapshot', revision: 6, snapshot: first })).toEqual(first)
  })
})
