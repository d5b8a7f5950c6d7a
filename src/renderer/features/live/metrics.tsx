import type { Leg } from '../../../core/words'
import type { SystemMetrics } from '../../../shared/snapshot'
import { bitrateText, shareText, sizeText } from '../../format'

const legs: Readonly<Record<Leg, string>> = {
  idle: 'Idle',
  connecting: 'Connecting',
  up: 'Up',
  stalled: 'Stalled',
  failed: 'Failed',
}

type Row = readonly [name: string, value: string, alarming: boolean]

const dash = '–'
const bad = (leg: Leg): boolean => leg === 'stalled' || leg === 'failed'

function rows(metrics: SystemMetrics, push: boolean): readonly Row[] {
  const { bitrateKbps, fps, dropShare, congestion, pull, publish, bytesAcknowledged, acknowledgedAgeMs } =
    metrics
  const common: readonly Row[] = [
    ['Bitrate', bitrateKbps === null ? dash : bitrateText(bitrateKbps), false],
    ['Frames', fps === null ? dash : `${Math.round(fps)} fps`, false],
  ]
  if (push) {
    return [
      ...common,
      ['Dropped', dropShare === null ? dash : shareText(dropShare), (dropShare ?? 0) >= 0.05],
      ['Congestion', congestion === null ? dash : shareText(congestion), (congestion ?? 0) >= 0.5],
    ]
  }
  // Below that it only flickers.
  const late = (acknowledgedAgeMs ?? 0) >= 2_000
  const age = late ? `, ${Math.round((acknowledgedAgeMs ?? 0) / 1_000)} s ago` : ''
  return [
    ...common,
    ['Source', pull === null ? dash : legs[pull], pull !== null && bad(pull)],
    ['Sending', publish === null ? dash : legs[publish], publish !== null && bad(publish)],
    ...(bytesAcknowledged === null
      ? []
      : [['Confirmed', `${sizeText(bytesAcknowledged)}${age}`, (acknowledgedAgeMs ?? 0) > 3_000] as const]),
  ]
}

/** The numbers of a system, as name and value. */
export function Metrics({ metrics, push }: { readonly metrics: SystemMetrics; readonly push: boolean }) {
  return (
    <dl className="metrics">
      {rows(metrics, push).map(([name, value, alarming]) => (
        <div
          key={name}
          className={`metric${alarming ? ' metric-bad' : ''}${name === 'Confirmed' ? ' metric-wide' : ''}`}
        >
          <dt>{name}</dt>
          <dd className="numbers">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
