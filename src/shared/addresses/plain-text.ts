/**
 * What may reach a program's command line, an address or the name of a file. Each check answers what is wrong in words
 * that go on after the field's name ("must not hold ..."), or null. No check throws, whatever the text.
 */

/** Longest path that a system takes, letters (Linux: PATH_MAX 4096 bytes, with its ending NUL). */
export const longestPath = 4_000
/** Longest address that the carrier takes (carrier-control). */
export const longestUrl = 8_000

const controls = 'must not hold a line break or another control character'

/** A text that can be handed on at all: not too long, no control characters, no half of a character. */
export function textFault(text: unknown, longest: number): string | null {
  if (typeof text !== 'string') return 'must be text in quotes'
  if (text.length > longest) return `must be at most ${longest} letters long`
  if (/\p{Cc}/u.test(text)) return controls
  // Half of a surrogate pair has no UTF-8 form: the system would be handed another text.
  if (/\p{Cs}/u.test(text)) return 'must not hold half of a character'
  return null
}

/** A path on this PC, or the name of a program. */
export const pathFault = (text: unknown): string | null => textFault(text, longestPath)

/**
 * An address, as it is written and as it is meant: `%00` is a NUL as soon as somebody decodes it, and Node refuses to start a
 * program with one by an exception. What no address decodes to is looked for everywhere but behind the `?`: there tokens
 * end in an encoded line break now and then, and only a NUL cuts them off. A `%` that encodes nothing is a letter, as players
 * and servers take it; in a `file:` URL, which is decoded to a path, it is a fault.
 */
export function addressFault(text: unknown): string | null {
  const plain = textFault(text, longestUrl)
  if (plain !== null || typeof text !== 'string') return plain
  const isFile = /^file:/i.test(text)
  // A path is not decoded, unless it is written as a URL.
  if (!isFile && !/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return pathFault(text)
  if (isFile) {
    const path = decoded(text.slice('file:'.length))
    return path === null ? 'must not hold a % that encodes nothing' : pathFault(path)
  }
  const [place = '', ...query] = text.split('?')
  if (/%(?:[01][0-9a-f]|7f)/i.test(place) || query.some((part) => /%00/.test(part)))
    return 'must not hold an encoded control character, such as %00'
  return null
}

const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
