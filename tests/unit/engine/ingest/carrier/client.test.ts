import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { CarrierClient } from '../../../../../src/engine/ingest/carrier/client'
import { carrierProtocol, maxReplyBytes, type CarrierLock } from '../../../../../src/shared/carrier/control'
import { until } from '../../../../support/wait'

const state = { pid: 1, version: '1.0-größer', onAir: false, feeds: [], program: null }
const line = (message: unknown): Buffer => Buffer.from(`${JSON.stringify(message)}\n`)
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A carrier that answers a hello in these pieces, each in a turn of its own; then the client that they made. */
async function helloAnsweredWith(pieces: readonly Buffer[]): Promise<CarrierClient | null> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.once('data', () => {
      const send = ([piece, ...rest]: readonly Buffer[]): void => {
        if (piece !== undefined) socket.write(piece, () => setImmediate(() => setImmediate(send, rest)))
      }
      send(pieces)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const lock: CarrierLock = {
    pid: process.pid,
    processStart: null,
    port: (server.address() as AddressInfo).port,
    token: 'token',
    protocol: carrierProtocol,
    version: '1',
  }
  const client = await CarrierClient.connect(lock, 'engine', 5_000)
  if (client === null || client instanceof CarrierClient) return client
  throw new Error(client.problem.code)
}

describe('what a carrier says', () => {
  const welcome = line({ kind: 'welcome', protocol: carrierProtocol, state })
  const nextState = line({ kind: 'state', state: { ...state, onAir: true } })

  it('is understood wherever it was cut, inside a sign too', async () => {
    const inside = welcome.indexOf(Buffer.from('ö')) + 1
    const client = await helloAnsweredWith([welcome.subarray(0, inside), welcome.subarray(inside)])
    expect(client?.state.version).toBe('1.0-größer')
  })

  it('is taken whole where the next message came with the welcome, or a part of it', async () => {
    const client = await helloAnsweredWith([
      Buffer.concat([welcome, nextState, nextState.subarray(0, 9)]),
      nextState.subarray(9),
    ])
    await until(() => client?.state.onAir === true, { timeoutMs: 5_000, what: 'the second state' })
    expect(client?.open).toBe(true)
  })

  it('ends the connection where a line is longer than any of ours', async () => {
    const client = await helloAnsweredWith([welcome, Buffer.alloc(maxReplyBytes + 1, 'x')])
    await until(() => client?.open === false, { timeoutMs: 5_000, what: 'the client to hang up' })
    expect(await helloAnsweredWith([Buffer.alloc(maxReplyBytes + 1, 'x')])).toBeNull()
  })
})
