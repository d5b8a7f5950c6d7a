import './program.css'
import { Cast } from 'lucide-react'
import type { ProgramView, Snapshot } from '../../../../shared/snapshot'
import { capital, systemName } from '../../../../shared/messages'
import { cutText, programWords as words } from '../../../../shared/messages/page/program'
import { Card, Picture } from '../../../components'
import { timeOfDay } from '../../../format'
import { Destinations } from './destinations'
import { Feeds } from './feeds'

/** The whole way at a glance: what comes in, which of it goes out, where it goes and how that is known. */
export function Program({
  snapshot,
  program,
}: {
  readonly snapshot: Snapshot
  readonly program: ProgramView
}) {
  return (
    <Card
      title={words.title}
      icon={<Cast />}
      className="program"
      actions={<span className="muted small program-tell">{words.tell}</span>}
    >
      <div className="program-flow">
        <Feeds snapshot={snapshot} program={program} />
        <OnProgram snapshot={snapshot} program={program} />
        <Destinations destinations={program.destinations} />
      </div>
    </Card>
  )
}

/** What is sent out now, and the newest cut. */
function OnProgram({ snapshot, program }: { readonly snapshot: Snapshot; readonly program: ProgramView }) {
  const { onFeed, lastCut } = program
  const system = snapshot.systems.find((each) => each.id === onFeed)
  const backup = onFeed !== null && onFeed !== snapshot.systems[0]?.id
  const tally = onFeed === null ? 'off' : backup ? 'backup' : 'air'
  return (
    <section className={`program-out program-out-${tally}`} aria-label={words.program}>
      <h3 className="program-lamp">{words.program}</h3>
      <Picture
        of={onFeed ?? ''}
        wall={system?.pictureWall ?? null}
        alt={words.pictureOfProgram}
        none={onFeed === null ? words.off : words.noPicture}
      />
      <p className="program-on">{onFeed === null ? words.off : capital(systemName(onFeed))}</p>
      {onFeed === null ? <p className="small">{words.offTell}</p> : null}
      <dl className="program-cuts">
        <div>
          <dt>{words.cuts}</dt>
          <dd className="numbers">{program.cuts}</dd>
        </div>
        <div>
          <dt>{words.lastCut}</dt>
          <dd>
            {lastCut === null ? (
              words.noCut
            ) : (
              <>
                <time className="numbers" dateTime={new Date(lastCut.wall).toISOString()}>
                  {timeOfDay(lastCut.wall)}
                </time>{' '}
                {cutText(lastCut)}
              </>
            )}
          </dd>
        </div>
      </dl>
    </section>
  )
}
