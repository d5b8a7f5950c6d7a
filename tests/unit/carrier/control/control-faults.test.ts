import { connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { ControlServer, type ControlDeps } from '../../../../src/carrier/control/control'
import { fail, ok } from '../../../../src/core/problem'
import { carrierProtocol, type CarrierState } from '../../../../src/shared/carrier/control'
import { until } from '../../../support/wait'

const state: CarrierState = { pid: 1, version: '0', onAir: false, feeds: [], program: null }
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A control server, and a client that is let in by it. */
async function talk(over: Partial<ControlDeps>) {
  const mishaps: string[] = []
  const server = new ControlServer({
    token: 't',
    version: '0',
    state: () => state,
    handle: () => Promise.resolve(ok(null)),
    attended: () => undefined,
    mishap: (_error, where) => mishaps.push(where),
    ...over,
  })
  const socket = connect(await server.listen(), '127.0.0.1')
  let text = ''
  let isClosed = false
  socket.on('data', (bytes) => (text += bytes.toString()))
  socket.on('error', () => undefined)
  socket.on('close', () => (isClosed = true))
  closers.push(
    () => server.close(),
    () => socket.destroy(),
  )
  const say = (message: unknown): void => void socket.write(`${JSON.stringify(message)}\n`)
  say({ kind: 'hello', token: 't', protocol: carrierProtocol, role: 'engine' })
  const heard = (part: string) => until(() => text.includes(part), { timeoutMs: 5_000, what: part })
  const closed = () => until(() => isClosed, { timeoutMs: 5_000, what: 'the connection to be closed' })
  return { say, heard, closed, mishaps }
}

it('answers a fault of its own with a code, and goes on', async () => {
  let calls = 0
  const client = await talk({
    handle: () => {
      calls += 1
      if (calls === 1) throw new TypeError('at once')
      return calls === 2 ? Promise.reject(new Error('later')) : Promise.resolve(fail('refused-busy'))
    },
  })
  for (const id of [1, 2, 3]) client.say({ kind: 'ffmpeg', id })
  await client.heard('"id":1,"ok":false,"problem":{"code":"internal","params":{"what":"ffmpeg"}}')
  await client.heard('"id":2,"ok":false,"problem":{"code":"internal"')
  await client.heard('"id":3,"ok":false,"problem":{"code":"refused-busy"}')
  expect(client.mishaps).toEqual(['control ffmpeg', 'control ffmpeg'])
})

it('answers though the state cannot be told any more', async () => {
  let isBroken = false
  const client = await talk({
    state: () => {
      if (isBroken) throw new Error('no state')
      return state
    },
  })
  await client.heard('welcome')
  isBroken = true
  client.say({ kind: 'configure', id: 4, ffmpeg: { configured: null, bundled: null } })
  await client.heard('"id":4,"ok":false,"problem":{"code":"internal"}')
  expect(client.mishaps).toEqual(['control state'])
})

it('lets a client go whose greeting it stumbles over', async () => {
  const client = await talk({
    attended: (isAttended) => {
      if (isAttended) throw new Error('room')
    },
  })
  await client.closed()
  expect(client.mishaps).toEqual(['control'])
})
