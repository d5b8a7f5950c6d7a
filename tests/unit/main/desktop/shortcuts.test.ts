import { beforeEach, describe, expect, it } from 'vitest'
import { hotkeyCommand } from '../../../../src/main/desktop/hotkey-command'
import { createShortcuts, type Shortcuts } from '../../../../src/main/desktop/shortcuts'
import { hotkeyActions, hotkeysSchema, type HotkeyAction } from '../../../../src/shared/settings/config'
import { commandSchema } from '../../../../src/shared/contract'
import { globalShortcut, resetFakes } from '../../../fakes/electron'

const defaults = hotkeysSchema.parse({})
let done: HotkeyAction[] = []
let changes = 0
let wall = 0

const make = (wayland = false): Shortcuts =>
  createShortcuts({
    globalShortcut,
    wayland,
    wallMs: () => wall,
    onAction: (action) => done.push(action),
    onChanged: () => {
      changes += 1
    },
  })

beforeEach(() => {
  resetFakes()
  done = []
  changes = 0
  wall = 1_000
})

describe('hotkeys', () => {
  it('are registered with the defaults, and do what they are for', () => {
    const keys = make()
    keys.apply(defaults)
    expect(keys.states()['backup-now']).toEqual({ state: 'registered', accelerator: 'Control+Shift+F7' })
    for (const action of hotkeyActions) globalShortcut.press(defaults[action] ?? '')
    expect(done).toEqual(hotkeyActions)
  })

  it('ask the engine for something it understands', () => {
    expect(hotkeyActions.map((action) => commandSchema.parse(hotkeyCommand(action)).kind)).toEqual(
      hotkeyActions,
    )
    expect(hotkeyCommand('hold')).toEqual({ kind: 'hold', forMs: null })
  })

  it('that are refused are named one by one, and the others go on', () => {
    globalShortcut.taken.add('Control+Shift+F8')
    globalShortcut.unknown.add('Control+Shift+F9')
    const keys = make()
    keys.apply(defaults)
    expect(keys.states()['obs-now']).toMatchObject({
      state: 'refused',
      accelerator: 'Control+Shift+F8',
      text: 'Another program or the system already uses this key.',
    })
    expect(keys.states().hold).toMatchObject({ state: 'refused', text: 'The system does not know this key.' })
    globalShortcut.press('Control+Shift+F7')
    expect(done).toEqual(['backup-now'])
  })

  it('are not promised on Wayland, where the desktop decides', () => {
    const keys = make(true)
    keys.apply(defaults)
    const { hold } = keys.states()
    expect(hold.state === 'registered' && hold.unsure?.next).toContain('Press each key to test it')
  })

  it('that are switched off are off', () => {
    const keys = make()
    keys.apply({ ...defaults, slate: null })
    expect(keys.states().slate).toEqual({ state: 'off' })
  })

  it('are let go when they change', () => {
    const keys = make()
    keys.apply(defaults)
    keys.apply({ ...defaults, 'backup-now': 'Alt+F7', 'obs-now': 'Control+Shift+F7' })
    expect([...globalShortcut.registered.keys()].sort()).toEqual([
      'Alt+F7',
      'Control+Shift+F10',
      'Control+Shift+F11',
      'Control+Shift+F7',
      'Control+Shift+F9',
    ])
    globalShortcut.press('Control+Shift+F7')
    expect(done).toEqual(['obs-now'])
  })

  it('are left alone when nothing changed, but tried again where one was refused', () => {
    globalShortcut.taken.add('Control+Shift+F8')
    const keys = make()
    keys.apply(defaults)
    globalShortcut.taken.clear()
    keys.apply({ ...defaults })
    expect(keys.states()['obs-now'].state).toBe('registered')
    expect(changes).toBe(2)
    keys.apply({ ...defaults })
    expect(changes).toBe(2)
  })

  it('only report while they are tested', () => {
    const keys = make()
    keys.apply(defaults)
    keys.test(true)
    expect(keys.pressed()).toBeNull()
    globalShortcut.press('Control+Shift+F11')
    expect(done).toEqual([])
    expect(keys.pressed()).toEqual({ action: 'slate', wall: 1_000 })
    keys.test(false)
    expect(keys.pressed()).toBeNull()
    globalShortcut.press('Control+Shift+F11')
    expect(done).toEqual(['slate'])
  })

  it('leave what others of the app registered, and let go of their own at the end', () => {
    globalShortcut.register('Alt+F1', () => undefined)
    const keys = make()
    keys.apply(defaults)
    keys.close()
    expect([...globalShortcut.registered.keys()]).toEqual(['Alt+F1'])
    expect(Object.values(keys.states()).every((state) => state.state === 'off')).toBe(true)
  })
})
