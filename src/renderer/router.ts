import { useSyncExternalStore } from 'react'

/** Sections of the set-up, in the order they are shown. */
export const setupSections = [
  'obs',
  'destination',
  'route',
  'backups',
  'slate',
  'policy',
  'hotkeys',
  'notifications',
  'app',
] as const
export type SetupSection = (typeof setupSections)[number]

export type Route =
  | { readonly screen: 'live' }
  | { readonly screen: 'compact' }
  | { readonly screen: 'rehearsal' }
  | { readonly screen: 'welcome' }
  | { readonly screen: 'setup'; readonly section: SetupSection }

/** An address's hash as a route; what is not known shows the live screen. Null: none given, the page may choose. */
export function parseRoute(hash: string): Route | null {
  const [screen = '', section = ''] = hash.replace(/^#?\/?/, '').split('/')
  switch (screen) {
    case '':
      return hash.length > 1 ? { screen: 'live' } : null
    case 'compact':
    case 'rehearsal':
    case 'welcome':
      return { screen }
    case 'setup':
      return { screen, section: setupSections.find((each) => each === section) ?? 'obs' }
    default:
      return { screen: 'live' }
  }
}

/** The address of a route, for a link's href. */
export function routeHash(route: Route): string {
  if (route.screen === 'live') return '#/'
  return route.screen === 'setup' ? `#/setup/${route.section}` : `#/${route.screen}`
}

/** Shows another screen; the browser's back leads here again. */
export const goTo = (route: Route): void => {
  location.hash = routeHash(route)
}

const subscribe = (listener: () => void): (() => void) => {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

/** What stands in the address now; null: nothing. */
export const useRoute = (): Route | null =>
  parseRoute(useSyncExternalStore(subscribe, () => window.location.hash))
