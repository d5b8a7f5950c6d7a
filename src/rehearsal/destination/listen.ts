import type { Server } from 'node:net'
import { fail, ok } from '../../core/problem'
import type { Result } from '../../core/problem'

/** Listens on loopback; 0: any free port. Answers the port taken, or `port-in-use`. */
export function listen(server: Server, port: number): Promise<Result<number>> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(fail('port-in-use', port === 0 ? {} : { port })))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address()
      resolve(
        typeof address === 'object' && address !== null
          ? ok(address.port)
          : fail('internal', { where: 'rehearsal listen' }),
      )
    })
  })
}
