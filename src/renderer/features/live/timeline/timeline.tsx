import { Dot, OctagonAlert, TriangleAlert } from 'lucide-react'
import { liveWords } from '../../../../shared/messages/page/frame'
import { Card } from '../../../components'
import { timeOfDay } from '../../../format'
import type { TimelineLine } from './timeline-lines'

const marks = { info: Dot, warning: TriangleAlert, alarm: OctagonAlert }

/** What happened and why, newest first; the engine keeps a hundred. */
export function Timeline({ lines }: { readonly lines: readonly TimelineLine[] }) {
  const { title, label, none } = liveWords.timeline
  return (
    <Card title={title} className="timeline">
      {lines.length === 0 ? (
        <p className="muted">{none}</p>
      ) : (
        <ol tabIndex={0} aria-label={label}>
          {lines.map((entry) => {
            const Mark = marks[entry.urgency]
            return (
              <li key={entry.key} className={`entry entry-${entry.urgency}`}>
                <Mark className="entry-mark" aria-hidden="true" />
                <p>{entry.text}</p>
                <time className="numbers" dateTime={new Date(entry.wall).toISOString()}>
                  {timeOfDay(entry.wall)}
                </time>
              </li>
            )
          })}
        </ol>
      )}
    </Card>
  )
}
