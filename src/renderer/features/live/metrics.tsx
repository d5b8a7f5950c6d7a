import type { Leg } from '../../../core/words'
import type { SystemMetrics } from '../../../shared/snapshot'
import { liveWords } from '../../../shared/messages/page/frame'
import { bitrateText, shareText, sizeText } from '../../format'

const { metrics: names, legs } = liveWords
const dash = '–'

interface Row {
  readonly name: string
  readonly value: string
  readonly alarming?: boolean
}

const or = <T,>(value: T | null, text: (value: T) => string): string => (value === null ? dash : text(value))
const leg = (name: string, state: Leg | null): Row => ({
  name,
  value: or(state, (known) => legs[known]),
  alarming: state === 'stalled' || state === 'failed',
})

function rows(metrics: SystemMetrics, push: boolean): readonly Row[] {
  const { bitrateKbps, fps, dropShare, congestion, bytesAcknowledged, acknowledgedAgeMs } = metrics
  const common: readonly Row[] = [
    { name: names.bitrate, value: or(bitrateKbps, bitrateText) },
    { name: names.frames, value: or(fps, (value) => `${Math.round(value)} fps`) },
  ]
  if (push) {
    return [
      ...common,
      { name: names.dropped, value: or(dropShare, shareText), alarming: (dropShare ?? 0) >= 0.05 },
      { name: names.congestion, value: or(congestion, shareText), alarming: (congestion ?? 0) >= 0.5 },
    ]
  }
  const age = acknowledgedAgeMs ?? 0
  // Below two seconds it only flickers.
  const late = age >= 2_000 ? `, ${Math.round(age / 1_000)} s ago` : ''
  return [
    ...common,
    leg(names.source, metrics.pull),
    leg(names.sending, metrics.publish),
    ...(bytesAcknowledged === null
      ? []
      : [{ name: names.confirmed, value: `${sizeText(bytesAcknowledged)}${late}`, alarming: age > 3_000 }]),
  ]
}

/** The numbers of a system, as name and value. */
export function Metrics({ metrics, push }: { readonly metrics: SystemMetrics; readonly push: boolean }) {
  return (
    <dl className="metrics">
      {rows(metrics, push).map(({ name, value, alarming = false }) => (
        <div key={name} className={alarming ? 'metric metric-bad' : 'metric'}>
          <dt>{name}</dt>
          <dd className="numbers">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
