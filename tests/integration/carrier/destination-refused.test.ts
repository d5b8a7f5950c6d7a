import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Destination } from '../../../src/carrier/program/destination'
import { RtmpPublisher } from '../../../src/carrier/publish/rtmp-publisher'
import { RtmpServerSession, type ServerStep } from '../../../src/media/rtmp/server-session'
import { startNginx } from '../../support/peers/nginx'
import { suite } from '../../support/suite'
import { until } from '../../support/wait'

/** How a platform says no: a code with its words, or nothing but the end of the connection. */
type No = 'close' | readonly [code: string, words?: string]
type Step = 'handshake' | 'connect' | 'publish'

interface Platform {
  readonly url: string
  /** Connections so far, at whatever step they ended. */
  connections(): number
  /** Turns away so many at this step. */
  refuse(no: No, step: Step, times: number): void
  /** Throws out whoever publishes. */
  drop(): void
}

suite('a destination that turns a reconnect away', ['nginx'], () => {
  const closers: (() => unknown)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
  })

  async function platform(): Promise<Platform> {
    const sockets = new Set<Socket>()
    let connections = 0
    let next: { readonly no: No; readonly step: Step; times: number } | null = null
    const turn = (step: Step): No | null => {
      if (next?.step !== step || next.times === 0) return null
      next.times -= 1
      return next.no
    }
    const server = createServer((socket) => {
      connections += 1
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
      if (turn('handshake') !== null) {
        socket.destroy()
        return
      }
      const session = new RtmpServerSession()
      const follow = ({ send, events }: ServerStep): void => {
        if (socket.writable) socket.write(send)
        for (const event of events) {
          if (event.type !== 'question') continue
          const no = event.question.kind === 'play' ? 'close' : turn(event.question.kind)
          if (no === null) follow(session.accept())
          else if (no === 'close') socket.end()
          else socket.end(session.reject(...no).send)
        }
      }
      socket.on('data', (bytes) => follow(session.receive(bytes)))
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const drop = (): void => {
      for (const socket of sockets) socket.destroy()
    }
    closers.push(() => {
      drop()
      server.close()
    })
    return {
      url: `rtmp://127.0.0.1:${(server.address() as AddressInfo).port}/live`,
      connections: () => connections,
      refuse: (no, step, times) => void (next = { no, step, times }),
      drop,
    }
  }

  /** Its clock can be put forward: a session that stood for seconds needs no waiting. */
  let ahead = 0
  beforeEach(() => void (ahead = 0))
  function destinationAt(url: string, key = 'k'): Destination {
    const destination = new Destination(
      { id: 'main', target: { url, key, auth: null }, other: null },
      {
        create: (to) => new RtmpPublisher(to),
        now: () => performance.now() + ahead,
        random: () => 0,
        changed: () => undefined,
        kept: () => [],
      },
    )
    closers.push(() => destination.stop('abrupt'))
    return destination
  }
  const up = (destination: Destination, sessions: number): Promise<unknown> =>
    until(() => destination.mark().up && destination.mark().session === sessions, {
      timeoutMs: 30_000,
      what: `session ${sessions}`,
    })
  const refused = (destination: Destination): Promise<unknown> =>
    until(() => destination.refused !== null, { timeoutMs: 10_000, what: 'the end of it' })

  const passing: readonly (readonly [No, Step])[] = [
    ['close', 'handshake'],
    ['close', 'connect'],
    ['close', 'publish'],
    [['NetStream.Publish.Denied'], 'publish'],
    [['NetStream.Publish.Denied', 'not allowed at the moment'], 'publish'],
    [['NetStream.Publish.BadName'], 'publish'],
    [['NetStream.Publish.BadName', 'Already publishing'], 'publish'],
    [['NetStream.Publish.Rejected'], 'publish'],
    [['NetStream.Publish.Failed', 'authentication service unavailable'], 'publish'],
    [['NetStream.Failed'], 'publish'],
    [['NetConnection.Connect.Rejected'], 'connect'],
    [['NetConnection.Connect.Rejected', 'Already publishing'], 'connect'],
    [['NetConnection.Connect.InvalidApp', 'no such app'], 'connect'],
    [['NetConnection.Connect.AppShutdown'], 'connect'],
    [['NetConnection.Connect.Failed', 'too many connections'], 'connect'],
  ]

  it.each([1, 2, 4])('comes back from every kind of no that came %i times in a row', async (times) => {
    const all = await Promise.all(
      passing.map(async ([no, step]) => {
        const server = await platform()
        const destination = destinationAt(server.url)
        await up(destination, 1)
        return { no, step, server, destination }
      }),
    )
    ahead += 4_000
    await Promise.all(
      all.map(async ({ no, step, server, destination }) => {
        server.refuse(no, step, times)
        server.drop()
        await up(destination, 2)
        expect({ no, step, connections: server.connections() }).toEqual({ no, step, connections: 2 + times })
        expect(destination.sample()).toMatchObject({ leg: 'up', problem: null })
      }),
    )
  })

  it.each<readonly [No, Step]>([
    [['NetStream.Publish.Denied', 'Invalid stream key'], 'publish'],
    [['NetStream.Publish.Unauthorized', 'Authorization required.'], 'publish'],
    [['NetConnection.Connect.Rejected', 'this account was banned'], 'connect'],
  ])('takes %j at %s for an answer, in a running broadcast too', async (no, step) => {
    const server = await platform()
    const destination = destinationAt(server.url)
    await up(destination, 1)
    ahead += 4_000
    server.refuse(no, step, 1)
    server.drop()
    await refused(destination)
    expect(destination.sample()).toMatchObject({ leg: 'failed', problem: { code: 'destination-auth' } })
    expect(destination.alive).toBe(false)
  })

  it('takes any no for an answer at the first start', async () => {
    for (const [no, step] of passing.filter(([, step]) => step !== 'handshake')) {
      const words = no === 'close' ? '' : no.join(' ')
      if (/BadName|Already/.test(words)) continue
      const server = await platform()
      server.refuse(no, step, 1)
      const destination = destinationAt(server.url)
      await refused(destination)
      expect(server.connections()).toBe(1)
    }
  })

  it('comes back to an nginx-rtmp that threw it out and whose on_publish then said no', async () => {
    let answers: number[] = []
    const hook = createHttpServer((_request, response) => {
      response.statusCode = answers.shift() ?? 200
      response.end()
    })
    await new Promise<void>((done) => hook.listen(0, '127.0.0.1', done))
    closers.push(() => hook.close())
    const onPublish = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`
    const nginx = await startNginx({ onPublish })
    closers.push(() => nginx.stop())
    const destination = destinationAt(nginx.rtmpUrl, 'show')
    await up(destination, 1)
    for (const [session, no] of [[403], [403, 500, 404], [500]].entries()) {
      ahead += 4_000
      answers = [...no]
      expect(await nginx.dropPublisher('live', 'show')).toBe(true)
      await up(destination, session + 2)
      expect(answers).toEqual([])
      expect((await nginx.stream('show'))?.publishing).toBe(true)
    }
    // The same answer at a first start is one.
    answers = [403]
    const first = destinationAt(nginx.rtmpUrl, 'other')
    await refused(first)
    expect(first.problem).toMatchObject({ code: 'destination-refused' })
  })
})
