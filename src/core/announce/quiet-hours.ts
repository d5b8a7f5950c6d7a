/** Times of day on the person's clock, '22:00'. Over midnight where `from` is later than `to`. */
export interface QuietHours {
  readonly from: string
  readonly to: string
}

/** Is it quiet at this minute of the day (0..1439)? From and to alike: never, since nobody means always by it. */
export function isQuiet(hours: QuietHours | null, minuteOfDay: number): boolean {
  if (hours === null) return false
  const from = minuteOf(hours.from)
  const to = minuteOf(hours.to)
  if (from <= to) return from <= minuteOfDay && minuteOfDay < to
  return minuteOfDay >= from || minuteOfDay < to
}

function minuteOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':')
  return Number(hours) * 60 + Number(minutes)
}
