import type UPlot from 'uplot'
import { timeOfDay } from '../format'
import { bands, type Mark } from './chart-data'

/** What colours the charts take from the tokens. */
export interface ChartColours {
  readonly text: string
  readonly line: string
  readonly air: string
  readonly backup: string
  readonly series: readonly string[]
  readonly font: string
  readonly rem: number
}

/** Reads the tokens of the theme that is shown now. */
export function chartColours(): ChartColours {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string): string => style.getPropertyValue(name).trim()
  const rem = Number.parseFloat(style.fontSize)
  return {
    text: token('--muted'),
    line: token('--line'),
    air: token('--air'),
    backup: token('--backup'),
    series: [token('--chart-1'), token('--chart-2'), token('--chart-3')],
    font: `${0.75 * rem}px ${token('--font')}`,
    rem,
  }
}

interface Wanted {
  readonly ids: readonly string[]
  readonly colours: ChartColours
  /** Heights in rem. */
  readonly heightRem: number
  readonly axis: boolean
  readonly value: (value: number) => string
  /** The scale reaches at least this high. */
  readonly least: number
  readonly onAir: () => readonly Mark[]
  readonly onHover: (index: number | null) => void
}

/** One cursor over all charts. */
const syncKey = 'understudy'

const alpha = (hex: string, share: number): string =>
  `${hex}${Math.round(share * 255)
    .toString(16)
    .padStart(2, '0')}`

/** Behind the lines: who was on air, as a strip at the top, a veil below it while it was a backup, and a line at each change. */
function drawOnAir(plot: UPlot, wanted: Wanted): void {
  const { min = null, max = null } = plot.scales['x'] ?? {}
  if (min === null || max === null) return
  const [fromWall, toWall] = [min * 1_000, max * 1_000]
  const { ctx, bbox } = plot
  const place = (wall: number): number => plot.valToPos(wall / 1_000, 'x', true)
  const strip = Math.round(3 * devicePixelRatio)
  ctx.save()
  for (const band of bands(wanted.onAir(), fromWall, toWall)) {
    const backup = band.id !== wanted.ids[0]
    const colour = backup ? wanted.colours.backup : wanted.colours.air
    const [left, right] = [
      Math.max(bbox.left, place(band.from)),
      Math.min(bbox.left + bbox.width, place(band.to)),
    ]
    if (backup) {
      ctx.fillStyle = alpha(colour, 0.12)
      ctx.fillRect(left, bbox.top, right - left, bbox.height)
    }
    ctx.fillStyle = colour
    ctx.fillRect(left, bbox.top, right - left, strip)
    if (band.from > fromWall) ctx.fillRect(left, bbox.top, Math.max(1, devicePixelRatio), bbox.height)
  }
  ctx.restore()
}

/** How one chart is drawn. */
export function chartOptions(wanted: Wanted): Omit<UPlot.Options, 'width'> {
  const { colours, ids, heightRem, axis } = wanted
  const { rem } = colours
  const line = (index: number): UPlot.Series => ({
    stroke: colours.series[index % colours.series.length] ?? colours.text,
    width: 1.5,
    points: { show: false },
    spanGaps: false,
  })
  const axisLook = { stroke: colours.text, font: colours.font, ticks: { show: false } }
  return {
    height: Math.round(heightRem * rem),
    legend: { show: false },
    padding: [rem * 0.6, rem * 0.5, axis ? 0 : rem * 0.25, 0],
    cursor: { y: false, points: { show: false }, sync: { key: syncKey }, drag: { x: false, y: false } },
    scales: {
      x: { range: (_plot, first, last) => [first, last] },
      y: { range: (_plot, _low, high) => [0, Math.max(wanted.least, high * 1.1)] },
    },
    axes: [
      {
        ...axisLook,
        show: axis,
        size: 1.6 * rem,
        grid: { show: false },
        space: 5 * rem,
        values: (_plot, splits) => splits.map((split) => timeOfDay(split * 1_000).slice(0, 5)),
      },
      {
        ...axisLook,
        size: 4.5 * rem,
        grid: { stroke: colours.line, width: 1 },
        space: 2 * rem,
        values: (_plot, splits) => splits.map(wanted.value),
      },
    ],
    series: [{}, ...ids.flatMap((_, index) => [line(index), line(index)])],
    bands: ids.map((_, index) => ({
      series: [index * 2 + 2, index * 2 + 1] as [number, number],
      fill: alpha(colours.series[index % colours.series.length] ?? '#888888', 0.25),
    })),
    hooks: {
      drawClear: [(plot) => drawOnAir(plot, wanted)],
      setCursor: [(plot) => wanted.onHover(plot.cursor.idx ?? null)],
    },
  }
}
