import { isLive } from '../shared/live'
import type { Snapshot } from '../shared/snapshot'
import type { Route } from './router'

/**
 * The screen shown when the address names none: the first run while there is nothing to switch to, a rehearsal's own
 * screen where the whole engine rehearses, else what is on air.
 */
export function landing(snapshot: Snapshot, welcomed: boolean): Route {
  if (snapshot.mode === 'rehearsal') return { screen: 'rehearsal' }
  const bare = snapshot.systems.every((system) => system.kind === 'push')
  return bare && !welcomed && !isLive(snapshot) ? { screen: 'welcome' } : { screen: 'live' }
}

const key = 'understudy-welcomed'

/** Was the first run finished or put aside in this browser? */
export function wasWelcomed(): boolean {
  try {
    return localStorage.getItem(key) !== null
  } catch {
    return false
  }
}

/** The first run is not shown by itself any more. */
export function setWelcomed(): void {
  try {
    localStorage.setItem(key, '1')
  } catch {
    // Without storage it comes again at the next start.
  }
}
