import { describe } from 'vitest'
import { peers } from './peers/peers'
import type { PeerName } from './peers/peers'

/**
 * A `describe` that needs real peers. Where one is missing the whole suite is skipped and its title ends with
 * `[skipped: reason]`, for the test command to print.
 */
export function suite(name: string, needs: readonly PeerName[], body: () => void): void {
  const presence = peers(...needs)
  if (presence.present) describe(name, body)
  else describe.skip(`${name} [skipped: ${presence.reason}]`, body)
}
