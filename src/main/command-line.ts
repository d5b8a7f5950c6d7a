const flags: ReadonlySet<string> = new Set(['--rehearsal', '--obs'])
const withValue: ReadonlySet<string> = new Set(['--config', '--data-dir', '--port'])

/** What on the shell's command line belongs to the engine. Chromium's and Electron's own switches do not. */
export function engineArgs(words: readonly string[]): readonly string[] {
  const found: string[] = []
  for (let index = 1; index < words.length; index++) {
    const word = words[index] ?? ''
    const name = word.split('=')[0] ?? ''
    if (flags.has(word)) found.push(word)
    else if (withValue.has(name)) {
      found.push(word)
      const value = words[index + 1]
      if (!word.includes('=') && value !== undefined) {
        found.push(value)
        index++
      }
    }
  }
  return found
}

/** The data directory that the command line names; null: the default one. */
export function namedDataDir(words: readonly string[]): string | null {
  const args = engineArgs(words)
  const at = args.findIndex((word) => word === '--data-dir' || word.startsWith('--data-dir='))
  const word = args[at]
  if (word === undefined) return null
  return word === '--data-dir' ? (args[at + 1] ?? null) : word.slice('--data-dir='.length)
}
