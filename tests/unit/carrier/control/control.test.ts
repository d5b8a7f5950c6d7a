import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ControlServer } from '../../../../src/carrier/control/control'
import { carrierProtocol, type CarrierState } from '../../../../src/shared/carrier/control'
import { until } from '../../../support/wait'

const token = 'the-right-token'
const sockets: Socket[] = []
let control: ControlServer
let port: number

beforeEach(async () => {
  const state: CarrierState = { pid: 1, version: '0.0.0', onAir: false, feeds: [], program: null }
  control = new ControlServer({
    token,
    version: '0.0.0',
    state: () => state,
    handle: () => Promise.resolve({ ok: true, value: null }),
    attended: () => undefined,
    mishap: () => undefined,
  })
  port = await control.listen()
})

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  control.close()
})

const hello = (shown: string): string =>
  `${JSON.stringify({ kind: 'hello', token: shown, protocol: carrierProtocol, role: 'engine' })}\n`

/** Connects and says something, if anything. It never ends its own side, whatever the other does. */
async function knock(says = ''): Promise<{ readonly socket: Socket; readonly heard: () => string }> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  sockets.push(socket)
  let heard = ''
  socket.on('data', (bytes) => (heard += bytes.toString()))
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  if (says !== '') socket.write(says)
  return { socket, heard: () => heard }
}

const hears = (visitor: { readonly heard: () => string }, kind: string): Promise<unknown> =>
  until(() => visitor.heard().includes(`"kind":"${kind}"`), { timeoutMs: 5_000, what: kind, everyMs: 2 })

/** Whether ours has let go: what is sent to a closed socket comes back as a reset. */
function letGo(socket: Socket): Promise<unknown> {
  const poke = (): boolean => {
    if (!socket.destroyed) socket.write('x')
    return socket.destroyed
  }
  return until(poke, { timeoutMs: 2_500, what: 'the carrier to let go', everyMs: 5 })
}

describe('the door of the carrier', () => {
  it('lets the right token in, however many wrong ones came before and stand there', async () => {
    for (let n = 0; n < 300; n += 1) await hears(await knock(hello(`wrong-${n}`)), 'refused')
    const engine = await knock(hello(token))
    await hears(engine, 'welcome')
    expect(control.attended).toBe(true)
  })

  it('lets go of who was refused, also where they keep their end open', async () => {
    const wrong = await knock(hello('wrong'))
    await hears(wrong, 'refused')
    await letGo(wrong.socket)
  })

  it('hears nothing more from who was refused', async () => {
    const wrong = await knock(hello('wrong'))
    await hears(wrong, 'refused')
    wrong.socket.write(hello(token))
    await letGo(wrong.socket)
    expect(control.attended).toBe(false)
    expect(wrong.heard()).not.toContain('welcome')
  })

  it('refuses a browser, whose request is no hello', async () => {
    const browser = await knock(
      `POST / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: text/plain\r\n\r\n${hello(token)}`,
    )
    await hears(browser, 'refused')
    expect(control.attended).toBe(false)
  })

  it('holds no more of a line that never ends than a hello can have', async () => {
    const endless = await knock('x'.repeat(5_000))
    await letGo(endless.socket)
  })

  it('holds a bounded crowd of those who say nothing, and an engine comes in through it', async () => {
    const crowd: Socket[] = []
    for (let n = 0; n < 600; n += 1) crowd.push((await knock()).socket)
    const engine = await knock(hello(token))
    await hears(engine, 'welcome')
    // Who stood there longest made room for who came last.
    const ended = (): number => crowd.filter((socket) => socket.readableEnded || socket.destroyed).length
    await until(() => ended() >= 600 - 512, {
      timeoutMs: 2_500,
      what: 'the longest to be let go',
      everyMs: 5,
    })
    expect(crowd.at(-1)?.destroyed).toBe(false)
  })
})
