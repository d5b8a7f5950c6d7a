/** Middle of several runs; the mean of the two middle ones where their number is even. Null: no runs. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}

/** Median and range, for a cell. */
export function spread(values: readonly (number | null)[], unit = 'ms'): string {
  const known = values.filter((value) => value !== null)
  const middle = median(known)
  if (middle === null) return 'never'
  const shown = known.length < values.length ? ` (${known.length} of ${values.length})` : ''
  return `${Math.round(middle)} ${unit} (${Math.round(Math.min(...known))}-${Math.round(Math.max(...known))})${shown}`
}

/** Rows under a head, columns aligned. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  )
  const line = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')
  return [line(head), widths.map((width) => '-'.repeat(width)).join('-|-'), ...rows.map(line)].join('\n')
}
