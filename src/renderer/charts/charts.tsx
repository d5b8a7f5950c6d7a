import './charts.css'
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { Snapshot } from '../../shared/snapshot'
import { capital, systemName } from '../../shared/messages'
import { chartWords } from '../../shared/messages/page/frame'
import { Card, Segmented } from '../components'
import { bitrateText, shareText, timeOfDay } from '../format'
import { usePage } from '../engine/store'
import { useTheme } from '../theme'
import { chartData, charted, type Charted } from './chart-data'
import { frameEveryMs, makeFrame, ranges, type ChartFrame, type RangeName, type Summary } from './frames'
import { chartColours, chartOptions, type ChartColours } from './options'
import { Plot } from './plot'

const looks: Readonly<
  Record<Charted, { title: string; heightRem: number; least: number; text: (value: number) => string }>
> = {
  bitrateKbps: { title: chartWords.bitrate, heightRem: 9, least: 1_000, text: bitrateText },
  dropShare: { title: chartWords.drops, heightRem: 5, least: 0.05, text: shareText },
  congestion: { title: chartWords.congestion, heightRem: 6.6, least: 0.2, text: shareText },
}

const rangeOptions = (Object.keys(ranges) as RangeName[]).map((value) => ({
  value,
  label: chartWords.ranges[value],
}))

/** A frame of the range, renewed as often as it would look different; what the engine kept is fetched on being shown. */
function useFrame(snapshot: Snapshot, ids: readonly string[], range: RangeName): ChartFrame {
  const open = usePage((state) => state.connection === 'open')
  const record = useSyncExternalStore(chartData.subscribe, chartData.record)
  useEffect(() => {
    const fetchKept = (): void => {
      if (!document.hidden) void chartData.fetch()
    }
    if (open) fetchKept()
    document.addEventListener('visibilitychange', fetchKept)
    return () => document.removeEventListener('visibilitychange', fetchKept)
  }, [open])
  const every = frameEveryMs(range)
  // Rounded: between two roundings nothing new would be seen.
  const moment = Math.ceil(snapshot.wall / every) * every
  return useMemo(() => makeFrame(record, ids, range, moment), [ids, range, moment, record])
}

/** Bitrate, drops and congestion of every system on one time axis, with who was on air behind them. */
export function Charts({ snapshot }: { readonly snapshot: Snapshot }) {
  const [range, setRange] = useState<RangeName>('min5')
  const [hover, setHover] = useState<number | null>(null)
  const theme = useTheme((state) => state.theme)
  const idList = snapshot.systems
    .filter((system) => system.kind !== 'slate')
    .map((system) => system.id)
    .join('\n')
  const ids = useMemo(() => (idList === '' ? [] : idList.split('\n')), [idList])
  const frame = useFrame(snapshot, ids, range)
  // Read again with each theme; the attribute is set before the state changes.
  const colours = useMemo(() => ({ theme, ...chartColours() }), [theme])
  const measured = charted.some((what) => frame.summaries[what].some((one) => one.low !== null))
  return (
    <Card
      title={chartWords.title}
      className="charts"
      actions={
        <Segmented quiet label={chartWords.range} value={range} options={rangeOptions} onChange={setRange} />
      }
    >
      {measured ? (
        charted.map((what) => (
          <Chart
            key={what}
            what={what}
            ids={ids}
            frame={frame}
            systems={snapshot.systems}
            colours={colours}
            hovered={hover}
            onHover={setHover}
          />
        ))
      ) : (
        <p className="muted">{chartWords.none}</p>
      )}
    </Card>
  )
}

interface ChartProps {
  readonly what: Charted
  readonly ids: readonly string[]
  readonly frame: ChartFrame
  readonly systems: Snapshot['systems']
  readonly colours: ChartColours
  readonly hovered: number | null
  readonly onHover: (index: number | null) => void
}

function Chart({ what, ids, frame, systems, colours, hovered, onHover }: ChartProps) {
  const look = looks[what]
  const options = useMemo(
    () =>
      chartOptions({
        ids,
        colours,
        heightRem: look.heightRem,
        least: look.least,
        axis: what === 'congestion',
        value: look.text,
        onAir: () => chartData.onAir,
        onHover,
      }),
    [ids, colours, look, what, onHover],
  )
  const summaries = frame.summaries[what]
  const data = frame.data[what]
  // A system that never has this number (a pulled one drops no frames) is left out.
  const known = summaries.filter((one) => one.low !== null)
  const now = (id: string): number | null => systems.find((system) => system.id === id)?.metrics[what] ?? null
  const at = hovered === null ? null : (data[0][hovered] ?? null)
  return (
    <figure className="chart">
      <figcaption className="chart-head">
        <h3>{look.title}</h3>
        {at === null ? null : <span className="muted numbers small">{timeOfDay(at * 1_000)}</span>}
        <ul className="chart-legend">
          {known.map((one) => {
            const index = summaries.indexOf(one)
            const value = hovered === null ? now(one.id) : (data[index * 2 + 2]?.[hovered] ?? null)
            return (
              <li key={one.id}>
                <span className={`chart-key chart-key-${index % 3}`} aria-hidden="true" />
                {capital(systemName(one.id))}{' '}
                <span className="numbers">{value === null ? '–' : look.text(value)}</span>
              </li>
            )
          })}
        </ul>
      </figcaption>
      <Plot options={options} data={data} label={summaryText(look.title, summaries, now, look.text)} />
    </figure>
  )
}

/** The chart for those who do not see it. */
function summaryText(
  title: string,
  summaries: readonly Summary[],
  newest: (id: string) => number | null,
  text: (value: number) => string,
): string {
  const lines = summaries.map(({ id, low, high }) => {
    const name = capital(systemName(id))
    const now = newest(id)
    if (low === null || high === null) return chartWords.summaryNone(name)
    return chartWords.summary(name, now === null ? null : text(now), text(low), text(high))
  })
  return `${title}. ${lines.join(' ')}`
}
