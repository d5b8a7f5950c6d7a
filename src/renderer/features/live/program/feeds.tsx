import { Check, CircleDashed, CircleX, Hourglass, OctagonX } from 'lucide-react'
import type { Leg } from '../../../../core/words'
import type { ProgramFeedView, ProgramView, Snapshot, SystemView } from '../../../../shared/snapshot'
import { capital, systemName } from '../../../../shared/messages'
import {
  breakText,
  convertedText,
  feedText,
  leftOutLine,
  matchText,
  programWords as words,
  staleMediaMs,
} from '../../../../shared/messages/page/program'
import { Chip, Picture } from '../../../components'

const icons: Readonly<Record<Leg, typeof Check>> = {
  idle: CircleDashed,
  connecting: Hourglass,
  up: Check,
  stalled: OctagonX,
  failed: CircleX,
}

/** What the program can cut to, each with what viewers would notice. */
export function Feeds({ snapshot, program }: { readonly snapshot: Snapshot; readonly program: ProgramView }) {
  const primary = snapshot.systems[0]
  return (
    <section className="program-feeds" aria-label={words.feeds}>
      <h3 className="program-lane">{words.feeds}</h3>
      {program.feeds.length === 0 ? <p className="muted small">{words.noFeeds}</p> : null}
      <ul>
        {program.feeds.map((feed) => (
          <Feed
            key={feed.system}
            feed={feed}
            system={snapshot.systems.find((system) => system.id === feed.system)}
            primary={primary}
            on={program.onFeed === feed.system}
          />
        ))}
      </ul>
    </section>
  )
}

interface FeedProps {
  readonly feed: ProgramFeedView
  readonly system: SystemView | undefined
  readonly primary: SystemView | undefined
  readonly on: boolean
}

const toneOf = ({ leg, mediaAgeMs }: ProgramFeedView): string => {
  if (leg === 'stalled' || leg === 'failed') return 'bad'
  if (leg !== 'up') return 'muted'
  return mediaAgeMs !== null && mediaAgeMs > staleMediaMs ? 'bad' : 'good'
}

function Feed({ feed, system, primary, on }: FeedProps) {
  const first = feed.system === primary?.id
  const known = (system?.tracks.length ?? 0) > 0 && (primary?.tracks.length ?? 0) > 0
  const match = first ? null : matchText(feed.differences, known)
  const name = systemName(feed.system)
  const Icon = icons[feed.leg]
  return (
    <li className={`feed${on ? (first ? ' feed-air' : ' feed-air feed-backup') : ''}`}>
      <Picture
        of={feed.system}
        wall={system?.pictureWall ?? null}
        alt={`What ${name} shows, a moment ago`}
        none={words.noPicture}
      />
      <div className="feed-words">
        <p className="feed-name">
          {capital(name)} {on ? <Chip tone={first ? 'air' : 'backup'}>{words.onProgram}</Chip> : null}
        </p>
        <p className={`feed-leg numbers tone-${toneOf(feed)}`}>
          <Icon aria-hidden="true" /> {feedText(feed)}
        </p>
        {match === null ? null : (
          <p className={`small ${feed.differences.length > 0 ? 'tone-warn' : 'muted'}`}>{match}</p>
        )}
        {[breakText(feed), leftOutLine(feed)].map((text) =>
          text === null ? null : (
            <p key={text} className="small tone-warn">
              {text}
            </p>
          ),
        )}
        {feed.converted === null ? null : <p className="small muted">{convertedText(feed.converted)}</p>}
      </div>
    </li>
  )
}
