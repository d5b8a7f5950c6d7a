import type { Stoppable } from '../tests/support/app/stage'

/** Runs `body` and ends whatever it started, newest first, however it ended. */
export async function owned<T>(body: (own: <P extends Stoppable>(peer: P) => P) => Promise<T>): Promise<T> {
  const started: Stoppable[] = []
  try {
    return await body((peer) => {
      started.push(peer)
      return peer
    })
  } finally {
    for (const peer of started.reverse()) await peer.stop()
  }
}
