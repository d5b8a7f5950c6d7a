import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'

/** Where an OBS of a rehearsal on route `program` sends to: the carrier opens it. The key is a secret of this rehearsal. */
export interface IngestPlace {
  readonly port: number
  readonly key: string
}

/** A port that is free now, and a new key. */
export async function makeIngestPlace(): Promise<IngestPlace> {
  const server = createServer()
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  await new Promise((resolve) => server.close(resolve))
  return { port, key: randomBytes(12).toString('hex') }
}
