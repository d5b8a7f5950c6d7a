import type { LockContent } from './lock'

/** What came of asking a running engine to end. */
export type Stopped = 'stopped' | 'none' | 'no-answer'

/**
 * Asks the engine that holds the lock to end itself and its carrier, over its own API: signals do not exist on Windows.
 * `url` null: it has no port yet.
 */
export async function stopRunning(owner: LockContent | null, url: string | null): Promise<Stopped> {
  if (owner === null) return 'none'
  if (url === null || owner.token === null) return 'no-answer'
  try {
    const reply = await fetch(`${url}api/command`, {
      method: 'POST',
      headers: { authorization: `Bearer ${owner.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'shutdown', carrier: true }),
      signal: AbortSignal.timeout(10_000),
    })
    return reply.ok ? 'stopped' : 'no-answer'
  } catch {
    return 'no-answer'
  }
}
