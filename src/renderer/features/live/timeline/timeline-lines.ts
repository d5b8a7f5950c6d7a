import { visitAlarms, visitText } from '../../../../shared/messages/page/program'
import type { Snapshot, TimelineEntry } from '../../../../shared/snapshot'

/** A line of what happened. */
export interface TimelineLine {
  readonly key: string
  readonly wall: number
  readonly text: string
  readonly urgency: TimelineEntry['urgency']
}

/** What the engine told, and strangers and takeovers at the way in of OBS among it, newest first. */
export function timelineLines({
  timeline,
  program,
}: Pick<Snapshot, 'timeline' | 'program'>): readonly TimelineLine[] {
  const told = timeline.map(({ id, wall, text, urgency }) => ({ key: `told ${id}`, wall, text, urgency }))
  const visits = program?.ingest.visits ?? []
  const came = visits.flatMap((visit, index): readonly TimelineLine[] =>
    visitAlarms(visit)
      ? [
          {
            key: `came ${visit.what} ${visits.length - index}`,
            wall: visit.wall,
            text: visitText(visit),
            urgency: 'warning',
          },
        ]
      : [],
  )
  // The engine's own order stays where walls are equal.
  return came.length === 0 ? told : [...told, ...came].sort((one, other) => other.wall - one.wall)
}
