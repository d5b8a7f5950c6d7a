/** Compile-time proof that a union was handled to the last member; at run time it is a bug, so it throws. */
export function assertNever(value: never, what: string): never {
  throw new Error(`unhandled ${what}: ${JSON.stringify(value)}`)
}
