/** Where and how a text stops being JSON. Counted from 1. */
export interface JsonFault {
  readonly line: number
  readonly column: number
  readonly what: string
}

class Fault extends Error {
  constructor(
    readonly at: number,
    readonly what: string,
  ) {
    super(what)
  }
}

const numberPattern = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const escapePattern = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/** Walks a JSON text only to find its first fault. */
class Walker {
  private at = 0

  constructor(private readonly text: string) {}

  walk(): void {
    this.value()
    this.space()
    if (this.at < this.text.length) throw this.fault('text after the end')
  }

  private fault(what: string): Fault {
    return new Fault(this.at, this.at >= this.text.length ? 'the file ends too early' : what)
  }

  private space(): void {
    while (' \t\r\n'.includes(this.text[this.at] ?? 'x')) this.at += 1
  }

  private value(): void {
    this.space()
    const char = this.text[this.at]
    if (char === '{') this.list('}', () => this.member())
    else if (char === '[') this.list(']', () => this.value())
    else if (char === '"') this.string()
    else this.word()
  }

  private word(): void {
    for (const word of ['true', 'false', 'null']) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length
        return
      }
    }
    if (!this.match(numberPattern)) throw this.fault('a value is expected here')
  }

  private list(end: string, item: () => void): void {
    this.at += 1
    this.space()
    if (this.text[this.at] === end) {
      this.at += 1
      return
    }
    for (;;) {
      item()
      this.space()
      const char = this.text[this.at]
      if (char !== ',' && char !== end) throw this.fault(`"," or "${end}" is expected here`)
      this.at += 1
      if (char === end) return
      this.space()
      if (this.text[this.at] === end) throw this.fault(`a comma before "${end}" is one too many`)
    }
  }

  private member(): void {
    this.space()
    if (this.text[this.at] !== '"') throw this.fault('a name in double quotes is expected here')
    this.string()
    this.space()
    if (this.text[this.at] !== ':') throw this.fault('":" is expected here')
    this.at += 1
    this.value()
  }

  private string(): void {
    const start = this.at
    this.at += 1
    for (;;) {
      const char = this.text[this.at]
      if (char === '"') break
      if (char === '\\') {
        if (!this.match(escapePattern)) throw this.fault('this escape in a text is not known')
      } else if (char === undefined || char < ' ') {
        this.at = start
        throw this.fault('this text in quotes is not closed on its line')
      } else this.at += 1
    }
    this.at += 1
  }

  private match(pattern: RegExp): boolean {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found === null) return false
    this.at += found[0].length
    return true
  }
}

/**
 * Line and column of the first fault in a JSON text, null when it has none. Used instead of the runtime's own
 * message, because that quotes the text around the fault, which may be a password.
 */
export function findJsonFault(text: string): JsonFault | null {
  try {
    new Walker(text).walk()
    return null
  } catch (error) {
    if (!(error instanceof Fault)) {
      // Nested deeper than the call stack reaches: not a file of ours.
      return { line: 1, column: 1, what: 'it is nested too deeply' }
    }
    const before = text.slice(0, error.at).split('\n')
    return { line: before.length, column: (before.at(-1) ?? '').length + 1, what: error.what }
  }
}
