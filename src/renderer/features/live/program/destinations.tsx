import { Check, CircleHelp, OctagonX } from 'lucide-react'
import type { ProgramDestinationView } from '../../../../shared/snapshot'
import {
  destinationHelp,
  destinationTrouble,
  programWords as words,
  proofLine,
} from '../../../../shared/messages/page/program'
import { liveWords } from '../../../../shared/messages/page/frame'
import { bitrateText, clockText, sizeText } from '../../../format'

export const destinationIcons = { good: Check, bad: OctagonX, unknown: CircleHelp }

/** Where the program goes, each with its own verdict and what that rests on. */
export function Destinations({ destinations }: { readonly destinations: readonly ProgramDestinationView[] }) {
  return (
    <section className="program-destinations" aria-label={words.destinations}>
      <h3 className="program-lane">{words.destinations}</h3>
      {destinations.length === 0 ? <p className="muted small">{words.noDestinations}</p> : null}
      <ul>
        {destinations.map((destination) => (
          <Destination key={destination.id} destination={destination} />
        ))}
      </ul>
    </section>
  )
}

function Destination({ destination }: { readonly destination: ProgramDestinationView }) {
  const { label, verdict, leg, acknowledges } = destination
  const Icon = destinationIcons[verdict]
  const help = destinationHelp(destination)
  const trouble = verdict === 'bad' ? destinationTrouble(destination) : []
  return (
    <li className={`going going-${verdict} going-leg-${leg}`}>
      <p className="going-head">
        <span className="going-name wrap-anywhere">{label}</span>
        <span className={`going-verdict verdict-${verdict}`}>
          <Icon aria-hidden="true" /> {liveWords.verdicts[verdict]}
        </span>
      </p>
      {trouble.map((text) => (
        <p key={text} className="going-cause">
          {text}
        </p>
      ))}
      <p className={`small ${acknowledges === 'no' && leg === 'up' ? 'tone-warn' : 'muted'}`}>
        {proofLine(destination)}
      </p>
      {help === null ? null : <p className="small">{help}</p>}
      <dl className="going-facts">
        {facts(destination).map(({ name, value, bad }) => (
          <div key={name} className={bad ? 'metric metric-bad' : 'metric'}>
            <dt>{name}</dt>
            <dd className="numbers">{value}</dd>
          </div>
        ))}
      </dl>
    </li>
  )
}

interface DestinationFact {
  readonly name: string
  readonly value: string
  readonly bad: boolean
}

const fact = (name: string, value: string, bad = false): DestinationFact => ({ name, value, bad })

function facts(destination: ProgramDestinationView): readonly DestinationFact[] {
  const { sentKbps, backlogBytes, droppedFrames, sessions, uptimeMs, on, hasOther, verdict } = destination
  const reconnects = Math.max(0, sessions - 1)
  return [
    fact(words.facts.sent, bitrateText(sentKbps), verdict === 'bad'),
    fact(words.facts.waiting, sizeText(backlogBytes), verdict === 'bad' && backlogBytes > 0),
    fact(words.facts.dropped, words.frames(droppedFrames), droppedFrames > 0),
    fact(words.facts.reconnects, String(reconnects), reconnects > 0),
    ...(uptimeMs === null ? [] : [fact(words.facts.uptime, clockText(uptimeMs))]),
    ...(hasOther ? [fact(words.facts.ingest, words.ingests[on], on === 'other')] : []),
  ]
}
