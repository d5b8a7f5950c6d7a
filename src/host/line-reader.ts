/** Cuts a byte stream into lines of at most `maxBytes`. Pure of sockets: bytes in, lines out. */
export class LineReader {
  private parts: Buffer[] = []
  private held = 0

  constructor(private readonly maxBytes: number) {}

  /** Bytes of a line that is not complete yet. */
  get heldBytes(): number {
    return this.held
  }

  /** The lines that these bytes completed; null when one is too long: then the peer is not ours. */
  push(bytes: Buffer): readonly string[] | null {
    const lines: string[] = []
    let rest = bytes
    for (;;) {
      const end = rest.indexOf(10)
      if (this.held + (end < 0 ? rest.length : end) > this.maxBytes) return null
      if (end < 0) break
      lines.push(Buffer.concat([...this.parts, rest.subarray(0, end)]).toString('utf8'))
      this.parts = []
      this.held = 0
      rest = rest.subarray(end + 1)
    }
    if (rest.length > 0) {
      this.parts.push(rest)
      this.held += rest.length
    }
    return lines
  }
}
