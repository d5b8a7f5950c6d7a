/** A stream of JPEGs one after the other -> each of them. A marker FF D9 ends one: in its data FF is always followed by 00. */
export class JpegSplitter {
  private held: Uint8Array = new Uint8Array(0)

  /** More than this without an end is no JPEG of ours: thrown away. */
  constructor(private readonly maxBytes = 4 * 1024 * 1024) {}

  push(bytes: Uint8Array): readonly Uint8Array[] {
    const found: Uint8Array[] = []
    let from = Math.max(0, this.held.length - 1)
    const all = new Uint8Array(this.held.length + bytes.length)
    all.set(this.held)
    all.set(bytes, this.held.length)
    let start = 0
    for (;;) {
      const at = all.indexOf(0xff, from)
      if (at < 0 || at + 1 >= all.length) break
      from = at + 1
      if (all[at + 1] !== 0xd9) continue
      found.push(all.slice(start, at + 2))
      start = at + 2
      from = start
    }
    this.held = all.length - start > this.maxBytes ? new Uint8Array(0) : all.slice(start)
    return found
  }
}
