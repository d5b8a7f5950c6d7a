import { z } from 'zod'
import { fetchText } from './http-text'
import type { Look, Witness } from './look'

export interface MediaMtxWitnessOptions {
  readonly url: string
  /** Path on which the destination receives the stream, e.g. `live/key`. */
  readonly path: string
  readonly username?: string | undefined
  readonly password?: string | undefined
}

const pathReply = z.object({ available: z.boolean(), online: z.boolean(), inboundBytes: z.number() })
const missingReply = z.object({ error: z.string().regex(/path not found/i) })

/** A destination that is a MediaMTX: its path's inbound bytes. */
export function mediaMtxWitness({ url, path, username, password }: MediaMtxWitnessOptions): Witness {
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  return {
    proof: 'server',
    look: async (timeoutMs) => {
      const reply = await fetchText({
        url: `${url.replace(/\/+$/, '')}/v3/paths/get/${encoded}`,
        timeoutMs,
        maxBytes: 1024 * 1024,
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
      })
      return reply === null ? { kind: 'unknown' } : readPath(reply.status, reply.text)
    },
  }
}

/** A path that is not there, or that no real source feeds (a slate does not count), is a definite no. */
export function readPath(status: number, text: string): Look {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { kind: 'unknown' }
  }
  if (status === 404) return missingReply.safeParse(json).success ? { kind: 'absent' } : { kind: 'unknown' }
  const path = pathReply.safeParse(json)
  if (status !== 200 || !path.success) return { kind: 'unknown' }
  const { available, online, inboundBytes } = path.data
  return available && online ? { kind: 'seen', bytes: inboundBytes } : { kind: 'absent' }
}
