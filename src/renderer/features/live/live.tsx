import './live.css'
import './systems.css'
import type { Snapshot } from '../../../shared/snapshot'
import { usePage } from '../../engine/store'
import { Charts } from '../../charts/charts'
import { Commands } from './commands'
import { Destination } from './destination'
import { NoBackup } from './no-backup'
import { OnAir } from './on-air'
import { Problems } from './problems'
import { Door } from './program/door'
import { Program } from './program/program'
import { Systems } from './systems'
import { Timeline } from './timeline/timeline'
import { timelineLines } from './timeline/timeline-lines'

/** What is on air, how everybody is, what can be done: readable from across the room. */
export function Live({ snapshot }: { readonly snapshot: Snapshot }) {
  const stale = usePage((state) => state.connection !== 'open')
  const { program } = snapshot
  return (
    <div className="live">
      <OnAir snapshot={snapshot} />
      <Commands snapshot={snapshot} disabled={stale} />
      {program === undefined ? null : <Program snapshot={snapshot} program={program} />}
      <div className="columns">
        <div className="stack">
          {/* The note on the missing backup says it too, and where to go. */}
          <Problems problems={snapshot.problems.filter(({ code }) => code !== 'no-candidate')} />
          <NoBackup snapshot={snapshot} />
          <Systems snapshot={snapshot} />
          <Charts snapshot={snapshot} />
        </div>
        <div className="stack">
          <Timeline lines={timelineLines(snapshot)} />
          {program === undefined ? null : <Door ingest={program.ingest} />}
          <Destination destination={snapshot.destination} />
        </div>
      </div>
    </div>
  )
}
