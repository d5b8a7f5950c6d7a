import { CircleCheck, CircleHelp, CircleX } from 'lucide-react'
import type { DestinationView } from '../../../shared/snapshot'
import { problemNext, problemText } from '../../../shared/messages'
import { liveWords } from '../../../shared/messages/page/frame'
import { Card, Facts, Note, type Fact } from '../../components'

const words = liveWords.destination
const seenIcons = { flowing: CircleCheck, absent: CircleX, unknown: CircleHelp }
const seenTones = { flowing: 'good', absent: 'bad', unknown: 'muted' } as const

/** Where the stream goes, and what is seen there. */
export function Destination({ destination }: { readonly destination: DestinationView }) {
  const { label, source, problem } = destination
  return (
    <Card title={words.title}>
      {label === null ? (
        <p className="muted">{words.unknown}</p>
      ) : (
        <p className="wrap-anywhere">
          {label} {source === null ? null : <span className="muted">{words.from[source]}</span>}
        </p>
      )}
      {problem === null ? null : (
        <Note tone="warn" title={problemText(problem)}>
          {problemNext(problem)}
        </Note>
      )}
      <Facts facts={[...known(destination), ...witnessFacts(destination)]} />
    </Card>
  )
}

function known({ label, keyHint, takeover, graceMs }: DestinationView): readonly Fact[] {
  if (label === null) return []
  return [
    { name: words.key, value: keyHint ?? words.noKey },
    { name: words.handOver, value: words.takeover[takeover] },
    ...(graceMs === null ? [] : [{ name: words.patience, value: words.patienceText(graceMs) }]),
  ]
}

function witnessFacts({ witnesses }: DestinationView): readonly Fact[] {
  return witnesses.map(({ kind, media }) => {
    const Icon = seenIcons[media]
    return {
      name: words.witness[kind] ?? kind,
      tone: seenTones[media],
      value: (
        <span className="seen">
          <Icon aria-hidden="true" /> {words.seen[media]}
        </span>
      ),
    }
  })
}
