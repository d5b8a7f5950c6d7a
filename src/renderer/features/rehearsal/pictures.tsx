import { Picture, Player } from '../../components'
import type { Channel } from '../../../shared/contract'
import { capital, systemName } from '../../../shared/messages'
import {
  pictureAlt,
  pictureNone,
  rehearsalWords as words,
  standingText,
  viewersSee,
} from '../../../shared/messages/page/rehearsal'
import type { Snapshot, SystemView } from '../../../shared/snapshot'

interface Props {
  readonly snapshot: Snapshot
  readonly channel: Channel
}

type Tally = 'air' | 'backup' | 'change' | 'dark' | 'off'

function viewerTally({ phase, onAir, systems }: Snapshot): Tally {
  if (phase.kind === 'reconnecting') return phase.settling ? 'change' : 'dark'
  if (phase.kind === 'switching' || phase.kind === 'adopting') return 'change'
  if (phase.kind !== 'on-air') return 'dark'
  return systems.find(({ id }) => id === onAir)?.kind === 'push' ? 'air' : 'backup'
}

/** What a viewer sees, big, beside what each system shows; a tally says which one is on air. */
export function Pictures({ snapshot, channel }: Props) {
  const wall = snapshot.rehearsal?.viewerPictureWall ?? null
  return (
    <div className="stage">
      <figure className={`screen screen-${viewerTally(snapshot)}`}>
        <Player on={wall !== null} alt={pictureAlt('viewer')} channel={channel} none={words.viewerNone} />
        <figcaption>
          <span className="screen-name">{words.viewer}</span>
          <span className="screen-tally">{viewersSee(snapshot)}</span>
        </figcaption>
      </figure>
      {snapshot.systems.map((system) => (
        <Source key={system.id} system={system} channel={channel} onAir={snapshot.onAir === system.id} />
      ))}
    </div>
  )
}

interface SourceProps {
  readonly system: SystemView
  readonly channel: Channel
  readonly onAir: boolean
}

function Source({ system, channel, onAir }: SourceProps) {
  const tally: Tally = onAir ? (system.kind === 'push' ? 'air' : 'backup') : 'off'
  return (
    <figure className={`screen screen-small screen-${tally}`}>
      <Picture
        of={system.id}
        wall={system.pictureWall}
        alt={pictureAlt(system.id)}
        channel={channel}
        none={pictureNone(system.id)}
      />
      <figcaption>
        <span className="screen-name">{capital(systemName(system.id))}</span>
        <span className="screen-tally">{standingText(system, onAir)}</span>
      </figcaption>
    </figure>
  )
}
