import { z } from 'zod'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFileAtomic } from '../../host/atomic-file'
import { within } from '../../host/within'
import type { SecretsHandOver } from '../../shared/key-store'
import { keyStoreMissing } from '../../shared/messages/shell/parts'
import type { ShellPart } from '../../shared/shell-bridge'

export type Secrets = SecretsHandOver['secrets']

/** What is used of Electron's `safeStorage`. The asynchronous half is younger than some Electrons, the backend is Linux's. */
export interface SafeStorage {
  isEncryptionAvailable(): boolean
  encryptString(plain: string): Buffer
  decryptString(sealed: Buffer): string
  isAsyncEncryptionAvailable?(): Promise<boolean>
  encryptStringAsync?(plain: string): Promise<Buffer>
  decryptStringAsync?(sealed: Buffer): Promise<{ readonly result: string; readonly shouldReEncrypt: boolean }>
  getSelectedStorageBackend?(): string
}

export interface KeyStoreDeps {
  readonly safeStorage: SafeStorage
  /** Where the sealed file is kept: <userData>. */
  readonly dir: string
  /** For the name of a file that is kept aside. */
  wallMs(): number
  /** `part()` says something else than before. */
  onChanged(): void
  /** How long the system may take, ms; a locked key ring asks the person first. Default 60 s. */
  readonly deadlineMs?: number
}

export interface KeyStore {
  /** What was sealed; null: nothing was, or it cannot be opened (then `part()` says so). */
  load(): Promise<Secrets | null>
  /** Seals all of them again. True: they are in the key store. False: they are not, and the engine must keep them. */
  save(secrets: Secrets): Promise<boolean>
  part(): ShellPart
}

const sealedFile = 'secrets.sealed'
const patienceMs = 60_000
const secretsSchema = z.record(z.string(), z.string())

type Missing = keyof typeof keyStoreMissing

/**
 * Stream keys and passwords as one file that only the system's key store can open (Keychain, DPAPI, a key ring of
 * Linux). Where the store protects nothing, nothing is written: a plain copy on the disk would only look safe.
 */
export function createKeyStore(deps: KeyStoreDeps): KeyStore {
  const { safeStorage, deadlineMs = patienceMs } = deps
  const path = join(deps.dir, sealedFile)
  let missing: Missing | null = null
  /** The file that is there could not be opened: it may be again, with another key ring, so it is never written over. */
  let unreadable = false
  let looked = false
  let queue: Promise<unknown> = Promise.resolve()

  const say = (next: Missing | null): void => {
    if (missing === next) return
    missing = next
    deps.onChanged()
  }

  /** Null: it protects. */
  const unprotected = async (): Promise<Missing | null> => {
    const available = await within(
      safeStorage.isAsyncEncryptionAvailable?.() ?? Promise.resolve(safeStorage.isEncryptionAvailable()),
      deadlineMs,
      null,
    )
    if (available === null) return 'silence'
    if (!available) return 'unavailable'
    return safeStorage.getSelectedStorageBackend?.() === 'basic_text' ? 'unprotected' : null
  }

  const load = async (): Promise<Secrets | null> => {
    const problem = await unprotected().catch((): Missing => 'unavailable')
    if (problem !== null) {
      say(problem)
      return null
    }
    looked = true
    const sealed = await readFile(path).catch(absent)
    if (sealed === null) {
      say(null)
      return null
    }
    const opened = await unseal(safeStorage, sealed, deadlineMs)
    if (opened === 'silence') {
      say('silence')
      return null
    }
    if (opened === null) {
      unreadable = true
      say('unreadable')
      return null
    }
    say(null)
    // The system changed its key: what it gave back is sealed again with the new one.
    if (opened.stale) await write(opened.secrets)
    return opened.secrets
  }

  const write = async (secrets: Secrets): Promise<boolean> => {
    const sealed = await seal(safeStorage, JSON.stringify(secrets), deadlineMs)
    if (sealed === null) {
      say('silence')
      return false
    }
    try {
      if (unreadable) await rename(path, `${path}.unreadable-${deps.wallMs()}`)
      unreadable = false
      await writePrivately(path, sealed)
    } catch {
      say('disk')
      return false
    }
    say(null)
    return true
  }

  const save = async (secrets: Secrets): Promise<boolean> => {
    const problem = await unprotected().catch((): Missing => 'unavailable')
    if (problem !== null) {
      say(problem)
      return false
    }
    // What is there from before may be another key ring's.
    if (!looked) await load()
    return write(secrets)
  }

  /** One after the other: a later save must not be overtaken by an earlier one. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work)
    queue = done.catch(() => undefined)
    return done
  }

  return {
    load: () => inTurn(load),
    save: (secrets) => inTurn(() => save(secrets)),
    part: () => (missing === null ? { state: 'ok' } : { state: 'missing', ...keyStoreMissing[missing] }),
  }
}

const absent = (): null => null

async function seal(store: SafeStorage, plain: string, deadlineMs: number): Promise<Buffer | null> {
  try {
    return await within(
      store.encryptStringAsync?.(plain) ?? Promise.resolve(store.encryptString(plain)),
      deadlineMs,
      null,
    )
  } catch {
    return null
  }
}

/** Null: it cannot be opened, or what is in it is not what was put there. `stale`: to be sealed again. */
async function unseal(
  store: SafeStorage,
  sealed: Buffer,
  deadlineMs: number,
): Promise<{ readonly secrets: Secrets; readonly stale: boolean } | null | 'silence'> {
  try {
    const opened = await within(
      store.decryptStringAsync?.(sealed) ??
        Promise.resolve({ result: store.decryptString(sealed), shouldReEncrypt: false }),
      deadlineMs,
      null,
    )
    if (opened === null) return 'silence'
    const parsed = secretsSchema.safeParse(JSON.parse(opened.result))
    return parsed.success ? { secrets: parsed.data, stale: opened.shouldReEncrypt } : null
  } catch {
    return null
  }
}

/** Whole or not at all, and for this user's eyes alone. */
async function writePrivately(path: string, content: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  // Half a file of an earlier version that was killed while it wrote, perhaps with other rights.
  await rm(`${path}.new`, { force: true })
  writeFileAtomic(path, content)
}
