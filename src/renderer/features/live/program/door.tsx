import { DoorOpen } from 'lucide-react'
import type { ProgramView } from '../../../../shared/snapshot'
import { problemNext, problemText } from '../../../../shared/messages'
import { programWords, visitAlarms, visitText } from '../../../../shared/messages/page/program'
import { Card, Facts, Note } from '../../../components'
import { timeOfDay } from '../../../format'

const words = programWords.door

/** Where OBS comes in, and who else tried to. */
export function Door({ ingest }: { readonly ingest: ProgramView['ingest'] }) {
  const { url, obsPublishing, problem, visits } = ingest
  return (
    <Card title={words.title} icon={<DoorOpen />}>
      {problem === null ? null : (
        <Note tone="alarm" title={problemText(problem)}>
          {problemNext(problem)}
        </Note>
      )}
      <Facts
        facts={[
          { name: words.address, value: url ?? words.closed, tone: url === null ? 'warn' : 'plain' },
          {
            name: words.sends,
            value: obsPublishing ? words.yes : words.no,
            tone: obsPublishing ? 'good' : 'muted',
          },
        ]}
      />
      {visits.length === 0 ? (
        <p className="muted small">{words.none}</p>
      ) : (
        <ol className="visits" aria-label={words.visits}>
          {visits.map((visit, index) => (
            <li
              key={`${visit.what} ${visits.length - index}`}
              className={`small${visitAlarms(visit) ? ' tone-warn' : ' muted'}`}
            >
              <span>{visitText(visit)}</span>
              <time className="numbers" dateTime={new Date(visit.wall).toISOString()}>
                {timeOfDay(visit.wall)}
              </time>
            </li>
          ))}
        </ol>
      )}
    </Card>
  )
}
