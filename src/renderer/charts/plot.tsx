import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

interface Props {
  /** Made again when this changes: theme, systems, range. */
  readonly options: Omit<UPlot.Options, 'width'>
  /** Time in seconds, then the series; replaced, never written to. */
  readonly data: UPlot.AlignedData
  /** What the picture says, in words. */
  readonly label: string
}

/** uPlot in React's hands: made, resized with its box, given data, taken down. */
export function Plot({ options, data, label }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot | null>(null)
  const newest = useRef(data)
  useEffect(() => {
    newest.current = data
    plot.current?.setData(data)
  }, [data])
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const made = new UPlot({ ...options, width: element.clientWidth }, newest.current, element)
    plot.current = made
    const resized = new ResizeObserver(() => {
      if (element.clientWidth !== made.width)
        made.setSize({ width: element.clientWidth, height: options.height })
    })
    resized.observe(element)
    return () => {
      resized.disconnect()
      plot.current = null
      made.destroy()
    }
  }, [options])
  return <div ref={box} className="plot" role="img" aria-label={label} style={{ height: options.height }} />
}
