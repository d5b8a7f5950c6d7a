/** Values for the gaps of a sentence. */
export type Params = Readonly<Record<string, string | number>>

/**
 * One sentence in several versions, the most telling first; `{name}` is a gap. The last one has no gap, so there is
 * always something to say.
 */
export type Sentence = string | readonly [...string[], string]

const gap = /\{([a-zA-Z]+)\}/g

/** Null: a gap cannot be filled. */
const fillOne = (text: string, params: Params): string | null => {
  const known = (name: string): boolean => (params[name] ?? '') !== ''
  if (!gapsOf(text).every(known)) return null
  return text.replace(gap, (_all, name: string) => String(params[name] ?? ''))
}

/** The first version whose gaps can all be filled. */
export function fill(sentence: Sentence, params: Params = {}): string {
  const versions = typeof sentence === 'string' ? [sentence] : sentence
  for (const version of versions) {
    const filled = fillOne(version, params)
    if (filled !== null) return filled
  }
  return (versions.at(-1) ?? '').replace(gap, '')
}

/** Names of the gaps in any version of a sentence. */
export const gapsOf = (sentence: Sentence): string[] =>
  [...(typeof sentence === 'string' ? sentence : sentence.join(' ')).matchAll(gap)].map(
    (found) => found[1] ?? '',
  )

/** First letter large: for a name at the beginning of a sentence. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** A time for people: '59 ms', '2.4 s', '12 s', '2 min 5 s', '1 h 5 min'. */
export function durationText(ms: number): string {
  if (ms < 999.5) return `${Math.round(Math.max(0, ms))} ms`
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  if (seconds < 120) return `${seconds} s`
  if (seconds < 3_600) return minutesText(seconds)
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Whole seconds as '2 min 5 s'; an even minute is '3 min'. */
export function minutesText(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60]
  return [minutes === 0 ? '' : `${minutes} min`, rest === 0 && minutes > 0 ? '' : `${rest} s`]
    .filter((part) => part !== '')
    .join(' ')
}
