/** Two accelerators that mean the same keys, whatever the order and names of their modifiers. */
export function sameKeys(one: string, other: string, mac: boolean): boolean {
  const sorted = (keys: string): string =>
    keys
      .split('+')
      .map((key) =>
        key === 'CommandOrControl' ? (mac ? 'Super' : 'Control') : key === 'Command' ? 'Super' : key,
      )
      .sort()
      .join('+')
  return sorted(one) === sorted(other)
}
