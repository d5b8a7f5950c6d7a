type Method = (this: { readonly length: number }, ...args: unknown[]) => unknown

/** What a call moves: the whole list it is made on, or the bytes that it copies. */
const counted: readonly (readonly [
  object,
  string,
  (self: { readonly length: number }, out: unknown, args: readonly unknown[]) => number,
])[] = [
  ...['shift', 'unshift', 'splice', 'slice'].map(
    (name) => [Array.prototype, name, (self: { readonly length: number }) => self.length] as const,
  ),
  [Uint8Array.prototype, 'slice', (_, out) => (out as Uint8Array).length],
  [Uint8Array.prototype, 'set', (_self, _out, [source]) => (source as Uint8Array).length],
]

/**
 * Elements that were moved while `run` ran, in lists and in bytes. A measure of work that no clock and no other program on the
 * machine touches. `run` asserts nothing: its tools move lists too.
 */
export function movedBy(run: () => void): number {
  let moved = 0
  const restore = counted.map(([prototype, name, cost]) => {
    // The typed arrays inherit theirs.
    const owner = Object.hasOwn(prototype, name) ? prototype : (Object.getPrototypeOf(prototype) as object)
    const whole = Reflect.get(owner, name) as Method
    const spy: Method = function (...args) {
      const before = this.length
      const out = whole.apply(this, args)
      moved += cost({ length: before }, out, args)
      return out
    }
    Object.defineProperty(owner, name, { value: spy, writable: true, configurable: true })
    return () => Object.defineProperty(owner, name, { value: whole, writable: true, configurable: true })
  })
  try {
    run()
  } finally {
    for (const back of restore) back()
  }
  return moved
}
