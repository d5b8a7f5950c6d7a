import type { IpcMainInvokeEvent } from 'electron'
import { beforeEach, describe, expect, it } from 'vitest'
import { registerIpc, type CallHandlers } from '../../../../src/main/window/ipc'
import { shellChannel, shellChannels, type ShellState } from '../../../../src/shared/shell-bridge'

type Listener = (event: IpcMainInvokeEvent, ...words: unknown[]) => unknown

const event = { senderFrame: null } as unknown as IpcMainInvokeEvent
const ok = { state: 'ok' } as const
const calls = Object.entries(shellChannels).filter(([, kind]) => kind === 'call')

describe('the table of calls', () => {
  const registered = new Map<string, Listener>()
  const done: unknown[] = []
  let ours = true
  const handlers: CallHandlers = {
    state: () => ({}) as ShellState,
    testHotkeys: (on) => {
      done.push(on)
      return {} as ShellState
    },
    testNotification: () => ok,
    setCompact: (on) => {
      done.push(on)
      return {} as ShellState
    },
    pickPath: (kind) => {
      done.push(kind)
      return null
    },
  }
  beforeEach(() => {
    registered.clear()
    done.length = 0
    ours = true
    registerIpc(
      { handle: (name, listener) => void registered.set(name, listener) },
      handlers,
      () => ours,
      () => undefined,
    )
  })
  const call = (name: keyof typeof shellChannels, ...words: unknown[]): unknown =>
    registered.get(shellChannel(name))?.(event, ...words)

  it('has every call of the contract, and nothing else', () => {
    expect([...registered.keys()].sort()).toEqual(
      calls.map(([name]) => shellChannel(name as keyof typeof shellChannels)).sort(),
    )
  })

  it('does what is asked', () => {
    call('setCompact', true)
    call('pickPath', 'media')
    expect(done).toEqual([true, 'media'])
    expect(call('testNotification')).toEqual(ok)
  })

  it.each([
    ['setCompact', []],
    ['setCompact', ['yes']],
    ['setCompact', [true, true]],
    ['testHotkeys', [1]],
    ['pickPath', ['/etc/passwd']],
    ['state', [{}]],
  ] as const)('refuses %s with %j', (name, words) => {
    expect(() => call(name, ...words)).toThrow('not a call of the contract')
    expect(done).toEqual([])
  })

  it.each(calls)('refuses %s from anybody else', (name) => {
    ours = false
    expect(() => call(name as keyof typeof shellChannels, true)).toThrow('refused')
    expect(done).toEqual([])
  })
})
