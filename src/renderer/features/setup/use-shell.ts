import { useEffect, useState } from 'react'
import type { ShellBridge, ShellState } from '../../../shared/shell-bridge'

/** The desktop app around the page; null: a browser. */
export const shell = (): ShellBridge | null => window.understudyShell ?? null

/** What the desktop app says of its parts; null: a browser, or not answered yet. */
export function useShellState(): ShellState | null {
  const [state, setState] = useState<ShellState | null>(null)
  useEffect(() => {
    const bridge = shell()
    if (bridge === null) return
    let gone = false
    void bridge.state().then(
      (now) => {
        if (!gone) setState(now)
      },
      () => undefined,
    )
    const stop = bridge.onChanged(setState)
    return () => {
      gone = true
      stop()
    }
  }, [])
  return state
}
