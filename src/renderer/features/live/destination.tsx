import type { DestinationView, Snapshot } from '../../../shared/snapshot'
import { durationText, problemNext, problemText } from '../../../shared/messages'

const takeovers: Readonly<Record<DestinationView['takeover'], string>> = {
  none: 'The old sender must let go first',
  query: 'A new sender takes over at once',
  'backup-url': 'Takes two senders at once',
}

const witnessNames: Readonly<Record<string, string>> = {
  server: 'Server statistics',
  'nginx-stat': 'Server statistics',
  mediamtx: 'Media server',
  playback: 'Playback',
}

const seen = { flowing: '✓ Media arrives', absent: '✕ No media', unknown: '? Cannot look' }

export function Destination({ snapshot }: { readonly snapshot: Snapshot }) {
  const { destination } = snapshot
  const source =
    destination.source === 'obs' ? 'from OBS' : destination.source === 'config' ? 'from the settings' : ''
  return (
    <section className="card" aria-labelledby="destination-title">
      <h2 id="destination-title">Destination</h2>
      {destination.label === null ? (
        <p className="muted">Not known yet. It is read from OBS.</p>
      ) : (
        <p className="wrap-anywhere">
          {destination.label} <span className="muted">{source}</span>
        </p>
      )}
      {destination.problem === null ? null : (
        <p className="trouble">
          {problemText(destination.problem)} <span className="muted">{problemNext(destination.problem)}</span>
        </p>
      )}
      <dl className="facts">
        {destination.label === null ? null : <Fact name="Stream key" value={destination.keyHint ?? 'none'} />}
        {destination.label === null ? null : (
          <Fact name="Hand-over" value={takeovers[destination.takeover]} />
        )}
        {destination.graceMs === null ? null : (
          <Fact name="Patience" value={`${durationText(destination.graceMs)} without media`} />
        )}
        {destination.witnesses.map((witness, index) => (
          <Fact
            key={`${witness.kind} ${index}`}
            name={witnessNames[witness.kind] ?? witness.kind}
            value={seen[witness.media]}
            tone={witness.media}
          />
        ))}
      </dl>
    </section>
  )
}

function Fact({
  name,
  value,
  tone,
}: {
  readonly name: string
  readonly value: string
  readonly tone?: string
}) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd className={tone === undefined ? undefined : `seen-${tone}`}>{value}</dd>
    </div>
  )
}
