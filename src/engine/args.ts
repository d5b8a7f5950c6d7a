/** What the command line asks for. The same words for `npm start` and for the engine alone. */
export interface Args {
  readonly headless: boolean
  readonly rehearsal: boolean
  /** Rehearse with the OBS installed here instead of the stand-in. */
  readonly rehearsalObs: boolean
  readonly config: string | null
  readonly dataDir: string | null
  readonly port: number | null
  /** The first line of standard input is a `SecretsHandOver` (shared/key-store). */
  readonly secretsStdin: boolean
  readonly stop: boolean
  readonly help: boolean
}

export type ParsedArgs =
  { readonly ok: true; readonly args: Args } | { readonly ok: false; readonly message: string }

export const usage = `Understudy keeps your stream on air when OBS fails.

  npm start -- [options]

  --headless        no window: the engine alone, its page in a browser
  --rehearsal       rehearse against a destination on this PC (nothing leaves it)
  --obs             with --rehearsal: use the OBS running here instead of a stand-in
  --config FILE     the set-up file (default: config.json in the data directory)
  --data-dir DIR    where Understudy keeps its files
  --port N          port of the page on 127.0.0.1 (0: any free one)
  --stop            end the engine and the carrier that run on this data directory
  --help            this text
`

const flags = {
  '--headless': 'headless',
  '--rehearsal': 'rehearsal',
  '--obs': 'rehearsalObs',
  '--secrets-stdin': 'secretsStdin',
  '--stop': 'stop',
  '--help': 'help',
} as const
const values = { '--config': 'config', '--data-dir': 'dataDir', '--port': 'port' } as const

/** Reads the arguments; a word that is not known, or a value that is missing, is refused by name. */
export function parseArgs(words: readonly string[]): ParsedArgs {
  const found = new Map<string, string | true>()
  for (let index = 0; index < words.length; index++) {
    const [name, inline] = splitWord(words[index] ?? '')
    if (name in flags && inline === undefined) {
      found.set(flags[name as keyof typeof flags], true)
    } else if (name in values) {
      const value = inline ?? words[++index]
      if (value === undefined || value === '' || (inline === undefined && value.startsWith('--'))) {
        return wrong(`${name} needs a value.`)
      }
      found.set(values[name as keyof typeof values], value)
    } else {
      return wrong(`"${words[index] ?? ''}" is not an option of Understudy.`)
    }
  }
  const port = text(found, 'port')
  if (port !== null && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535))
    return wrong(`--port ${port} is not a port number.`)
  return {
    ok: true,
    args: {
      headless: found.has('headless'),
      rehearsal: found.has('rehearsal'),
      rehearsalObs: found.has('rehearsalObs'),
      secretsStdin: found.has('secretsStdin'),
      stop: found.has('stop'),
      help: found.has('help'),
      config: text(found, 'config'),
      dataDir: text(found, 'dataDir'),
      port: port === null ? null : Number(port),
    },
  }
}

const wrong = (what: string): ParsedArgs => ({ ok: false, message: `${what} --help lists what can be said.` })

function splitWord(word: string): readonly [string, string | undefined] {
  const at = word.indexOf('=')
  return at > 0 && word.startsWith('--') ? [word.slice(0, at), word.slice(at + 1)] : [word, undefined]
}

function text(found: ReadonlyMap<string, string | true>, name: string): string | null {
  const value = found.get(name)
  return typeof value === 'string' ? value : null
}
