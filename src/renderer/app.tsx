import { lazy, Suspense, useState } from 'react'
import type { Snapshot } from '../shared/snapshot'
import { assertNever } from '../core/assert-never'
import { frameWords } from '../shared/messages/page/frame'
import { Compact } from './features/compact/compact'
import { ConnectionBanner } from './features/frame/connection-banner'
import { Frame } from './features/frame/frame'
import { Live } from './features/live/live'
import { useHotkeys } from './hotkeys'
import { useRoute, type Route } from './router'
import { landing, wasWelcomed } from './screens'
import { usePage } from './engine/store'

/** What most days are never opened comes when it is: the live screen is there the sooner. */
const RehearsalScreen = lazy(async () => ({
  default: (await import('./features/rehearsal/screen')).RehearsalScreen,
}))
const SetupScreen = lazy(async () => ({ default: (await import('./features/setup/screen')).SetupScreen }))
const WelcomeScreen = lazy(async () => ({
  default: (await import('./features/first-run/screen')).WelcomeScreen,
}))

export function App() {
  const snapshot = usePage((state) => state.snapshot)
  return (
    <>
      <ConnectionBanner />
      {snapshot === null ? <Waiting /> : <Routed snapshot={snapshot} />}
    </>
  )
}

function Waiting() {
  const connection = usePage((state) => state.connection)
  if (connection !== 'connecting') return null
  return (
    <main className="waiting" aria-busy="true">
      <p>{frameWords.connecting}</p>
    </main>
  )
}

function Routed({ snapshot }: { readonly snapshot: Snapshot }) {
  const named = useRoute()
  useHotkeys()
  // Decided once: the screen must not change under the reader's eyes when a backup appears.
  const [first] = useState(() => landing(snapshot, wasWelcomed()))
  const route = named ?? first
  if (route.screen === 'compact') return <Compact snapshot={snapshot} />
  return (
    <Frame snapshot={snapshot} route={route}>
      <Suspense fallback={null}>
        <Screen snapshot={snapshot} route={route} />
      </Suspense>
    </Frame>
  )
}

interface ScreenProps {
  readonly snapshot: Snapshot
  readonly route: Exclude<Route, { readonly screen: 'compact' }>
}

function Screen({ snapshot, route }: ScreenProps) {
  switch (route.screen) {
    case 'live':
      return <Live snapshot={snapshot} />
    case 'rehearsal':
      return <RehearsalScreen snapshot={snapshot} />
    case 'welcome':
      return <WelcomeScreen snapshot={snapshot} />
    case 'setup':
      return <SetupScreen snapshot={snapshot} section={route.section} />
    default:
      return assertNever(route, 'screen')
  }
}
