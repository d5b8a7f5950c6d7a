import type { TimelineEntry } from '../../../shared/snapshot'
import { timeOfDay } from '../../format'

const marks: Readonly<Record<TimelineEntry['urgency'], string>> = { info: '·', warning: '▲', alarm: '■' }

export function Timeline({ entries }: { readonly entries: readonly TimelineEntry[] }) {
  return (
    <section className="card timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">What happened</h2>
      {entries.length === 0 ? (
        <p className="muted">Nothing yet. Switches and their reasons appear here.</p>
      ) : (
        <ol tabIndex={0} aria-label="Events, newest first">
          {entries.map((entry, index) => (
            <li key={`${entry.wall} ${entries.length - index}`} className={`entry entry-${entry.urgency}`}>
              <span className="entry-mark" aria-hidden="true">
                {marks[entry.urgency]}
              </span>
              <time className="numbers" dateTime={new Date(entry.wall).toISOString()}>
                {timeOfDay(entry.wall)}
              </time>
              <span>{entry.text}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
