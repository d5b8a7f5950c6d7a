import { secretsHandOverSchema, type SecretsHandOver } from '../../shared/key-store'
import type { EngineAddress } from './find'
import type { KeyStore } from '../desktop/key-store'
import { callEngine } from './loopback'

type Secrets = SecretsHandOver['secrets']

export interface SecretsDeps {
  readonly keyStore: KeyStore
  /** The engine of now; null: none. */
  readonly engine: () => EngineAddress | null
  /** The engine says that it lacks what a key store keeps for it. */
  readonly locked: () => boolean
  readonly log: (text: string) => void
}

/** Carries secrets between the system's key store and the engine; they are nowhere else in the shell. */
export interface SecretsKeeper {
  /** The line for the standard input of an engine that is started; null: there is nothing to give it. */
  readonly line: () => Promise<string | null>
  /** Brings both sides together: at each attachment, and when the engine's have changed. */
  readonly sync: () => void
}

const askMs = 5_000

export function createSecretsKeeper(deps: SecretsDeps): SecretsKeeper {
  const { keyStore } = deps
  let running = false
  let again = false

  const sync = async (): Promise<void> => {
    const engine = deps.engine()
    if (engine === null) return
    const asked = await ask(engine)
    if (asked === null) return
    const ours = await keyStore.load()
    // An engine that came up without them has forgotten nothing: what it was told since comes on top of what is kept.
    const wanted: Secrets = deps.locked() ? { ...ours, ...asked.secrets } : asked.secrets
    const kept = same(ours ?? {}, wanted) || (await keyStore.save(wanted))
    const inStore = kept && keyStore.part().state === 'ok'
    const reply: SecretsHandOver = { keptIn: inStore ? 'key-store' : 'file', secrets: wanted }
    if (reply.keptIn === asked.keptIn && same(asked.secrets, wanted)) return
    const told = await callEngine({
      url: `${engine.url}api/secrets`,
      method: 'PUT',
      token: engine.token,
      body: reply,
      deadlineMs: askMs,
    })
    if (told?.status !== 200 && told?.status !== 204) deps.log('the engine did not take the secrets')
  }

  const run = async (): Promise<void> => {
    if (running) {
      again = true
      return
    }
    running = true
    do {
      again = false
      await sync().catch(() => deps.log('the secrets could not be brought together'))
    } while (wantedAgain())
    running = false
  }
  const wantedAgain = (): boolean => again

  return {
    line: async () => {
      const secrets = await keyStore.load()
      if (secrets === null || Object.keys(secrets).length === 0) return null
      const handOver: SecretsHandOver = { keptIn: 'key-store', secrets }
      return JSON.stringify(handOver)
    },
    sync: () => void run(),
  }
}

/** Null: it does not answer, or does not know of this. */
async function ask({ url, token }: EngineAddress): Promise<SecretsHandOver | null> {
  const reply = await callEngine({ url: `${url}api/secrets`, method: 'GET', token, deadlineMs: askMs })
  const parsed = secretsHandOverSchema.safeParse(reply?.body)
  return reply?.status === 200 && parsed.success ? parsed.data : null
}

const same = (a: Secrets, b: Secrets): boolean => {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}
