/** A gap drawn as a bar, with seconds beneath. */
export interface GapScale {
  /** Right end, ms. */
  readonly toMs: number
  readonly ticks: readonly { readonly label: string; readonly share: number }[]
  /** Length of the bar, 0..1. */
  readonly share: number
  /** Where the destination's patience ends, 0..1; null: beyond the scale. */
  readonly graceShare: number | null
}

const endsMs = [2_000, 5_000, 10_000, 20_000, 40_000, 60_000, 120_000, 300_000, 600_000]

/** The shortest of a few round scales that holds the gap with some room. */
export function gapScale(gapMs: number | null, graceMs: number | null): GapScale {
  const need = (gapMs ?? 0) * 1.05
  const toMs = endsMs.find((end) => end >= need) ?? Math.ceil(need / 600_000) * 600_000
  const share = Math.min(1, Math.max(0, (gapMs ?? 0) / toMs))
  const inMinutes = toMs >= 120_000
  const ticks = [0, 0.5, 1].map((at) => {
    const value = (toMs * at) / (inMinutes ? 60_000 : 1_000)
    const rounded = Number.isInteger(value) ? String(value) : value.toFixed(1)
    return { share: at, label: at === 0 ? '0' : `${rounded} ${inMinutes ? 'min' : 's'}` }
  })
  return { toMs, ticks, share, graceShare: graceMs !== null && graceMs < toMs ? graceMs / toMs : null }
}
