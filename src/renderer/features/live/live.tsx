import './live.css'
import './systems.css'
import type { Snapshot } from '../../../shared/snapshot'
import { usePage } from '../../store'
import { Charts } from '../../charts/charts'
import { Commands } from './commands'
import { Destination } from './destination'
import { NoBackup } from './no-backup'
import { OnAir } from './on-air'
import { Problems } from './problems'
import { Systems } from './systems'
import { Timeline } from './timeline'

/** What is on air, how everybody is, what can be done: readable from across the room. */
export function Live({ snapshot }: { readonly snapshot: Snapshot }) {
  const stale = usePage((state) => state.connection !== 'open')
  return (
    <div className="live">
      <OnAir snapshot={snapshot} />
      <Commands snapshot={snapshot} disabled={stale} />
      <div className="columns">
        <div className="stack">
          {/* The note on the missing backup says it too, and where to go. */}
          <Problems problems={snapshot.problems.filter(({ code }) => code !== 'no-candidate')} />
          <NoBackup snapshot={snapshot} />
          <Systems snapshot={snapshot} />
          <Charts snapshot={snapshot} />
        </div>
        <div className="stack">
          <Timeline entries={snapshot.timeline} />
          <Destination destination={snapshot.destination} />
        </div>
      </div>
    </div>
  )
}
