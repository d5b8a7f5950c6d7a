import type { PowerSaveBlocker } from 'electron'
import { isLive } from '../../shared/live'
import type { Snapshot } from '../../shared/snapshot'

/** Is a real stream under way? A rehearsal is none. */
export const isRealStreamLive = (snapshot: Snapshot | null): boolean =>
  snapshot !== null && snapshot.mode === 'normal' && isLive(snapshot)

export interface Power {
  /** Keeps the PC awake while live, and only then. */
  update(snapshot: Snapshot | null): void
  release(): void
}

/**
 * Keeps the PC from going to sleep by itself while live ('prevent-app-suspension': the screen may still go dark). An
 * engine that is away for a moment changes nothing: `update(null)` keeps what is.
 */
export function createPower(
  blocker: Pick<PowerSaveBlocker, 'start' | 'stop'>,
  log: (text: string) => void,
): Power {
  let id: number | null = null
  const set = (awake: boolean): void => {
    if (awake === (id !== null)) return
    try {
      if (id === null) id = blocker.start('prevent-app-suspension')
      else {
        const held = id
        id = null
        blocker.stop(held)
      }
    } catch (error) {
      log(`the PC could not be kept awake: ${String(error)}`)
    }
  }
  return {
    update: (snapshot) => {
      if (snapshot !== null) set(isRealStreamLive(snapshot))
    },
    release: () => set(false),
  }
}
