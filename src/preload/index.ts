import { contextBridge, ipcRenderer } from 'electron'
import { shellChannel, type PickKind, type ShellBridge, type ShellState } from '../shared/shell-bridge'

/**
 * What a page cannot do by itself, name by name, and nothing else. Answers come from src/main/window/ipc.ts, which looks at who
 * asks and with what.
 */
const bridge: ShellBridge = {
  state: () => ipcRenderer.invoke(shellChannel('state')) as ReturnType<ShellBridge['state']>,
  testHotkeys: (on: boolean) =>
    ipcRenderer.invoke(shellChannel('testHotkeys'), on) as ReturnType<ShellBridge['testHotkeys']>,
  testNotification: () =>
    ipcRenderer.invoke(shellChannel('testNotification')) as ReturnType<ShellBridge['testNotification']>,
  setCompact: (on: boolean) =>
    ipcRenderer.invoke(shellChannel('setCompact'), on) as ReturnType<ShellBridge['setCompact']>,
  pickPath: (kind: PickKind) =>
    ipcRenderer.invoke(shellChannel('pickPath'), kind) as ReturnType<ShellBridge['pickPath']>,
  onChanged: (listener: (state: ShellState) => void) => {
    const heard = (_event: unknown, state: ShellState): void => {
      listener(state)
    }
    ipcRenderer.on(shellChannel('changed'), heard)
    return () => {
      ipcRenderer.removeListener(shellChannel('changed'), heard)
    }
  },
}

// The page of the engine, never a frame inside of it.
if (process.isMainFrame) contextBridge.exposeInMainWorld('understudyShell', bridge)
