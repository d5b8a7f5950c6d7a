import type { Snapshot } from '../shared/snapshot'
import { notSetUp } from '../shared/availability'
import { Controls } from './features/controls'
import { Destination } from './features/destination'
import { ConnectionBanner } from './features/connection-banner'
import { Header } from './features/header'
import { OnAir } from './features/on-air'
import { Problems } from './features/problems'
import { Rehearsal } from './features/rehearsal'
import { SetUp } from './features/set-up'
import { Systems } from './features/systems'
import { Timeline } from './features/timeline'
import { usePage } from './store'

export function App() {
  const snapshot = usePage((state) => state.snapshot)
  return (
    <>
      <ConnectionBanner />
      {snapshot === null ? <Waiting /> : <Desk snapshot={snapshot} />}
    </>
  )
}

function Waiting() {
  const connection = usePage((state) => state.connection)
  if (connection !== 'connecting') return null
  return (
    <main className="waiting" aria-busy="true">
      <p>Connecting to Understudy…</p>
    </main>
  )
}

function Desk({ snapshot }: { readonly snapshot: Snapshot }) {
  const stale = usePage((state) => state.connection !== 'open')
  const rehearsal = snapshot.mode === 'rehearsal'
  return (
    <div className={stale ? 'desk desk-stale' : 'desk'}>
      <Header snapshot={snapshot} />
      <main className="grid">
        <div className="column column-main">
          <OnAir snapshot={snapshot} />
          <Controls snapshot={snapshot} disabled={stale} />
          <Problems problems={snapshot.problems} />
          {notSetUp(snapshot) ? <SetUp /> : null}
          <Systems snapshot={snapshot} />
          {rehearsal ? <Timeline entries={snapshot.timeline} /> : null}
        </div>
        <div className="column column-side">
          {rehearsal ? <Rehearsal view={snapshot.rehearsal} disabled={stale} /> : null}
          <Destination snapshot={snapshot} />
          {rehearsal ? null : <Timeline entries={snapshot.timeline} />}
        </div>
      </main>
    </div>
  )
}
