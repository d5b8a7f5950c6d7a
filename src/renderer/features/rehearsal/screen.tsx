import type { Snapshot } from '../../../shared/snapshot'
import { usePage } from '../../store'
import { Live } from '../live/live'
import { Rehearsal } from './rehearsal'

export function RehearsalScreen({ snapshot }: { readonly snapshot: Snapshot }) {
  const stale = usePage((state) => state.connection !== 'open')
  return (
    <div className="stack">
      {snapshot.mode === 'rehearsal' ? <Rehearsal view={snapshot.rehearsal} disabled={stale} /> : null}
      <Live snapshot={snapshot} />
    </div>
  )
}
