import { lookup } from 'node:dns/promises'
import { within } from '../../host/within'
import { fail, ok, problem, type Problem, type Result } from '../../core/problem'
import { RtmpClientSession, type ClientEvent } from '../../media/rtmp/client-session'
import type { ReachReply } from '../../shared/carrier/control'
import type { PublishTarget } from './publisher'
import { openRtmpSocket } from './rtmp-socket'
import { parseRtmpUrl, type RtmpAddress } from './rtmp-url'
import { parseSrtTarget } from './srt-url'

/**
 * Does a destination take a connection? RTMP: TCP, TLS, handshake and `connect` to the application; what would come next
 * (and would name the key) is not sent. SRT has no step before its stream begins, so only its name is looked up.
 */
export async function reach(target: PublishTarget, deadlineMs: number): Promise<Result<ReachReply>> {
  if (/^srt:/i.test(target.url)) {
    const address = parseSrtTarget(target)
    return address.ok ? resolveName(address.value.host, deadlineMs) : address
  }
  const address = parseRtmpUrl(target.url)
  return address.ok ? connectRtmp(address.value, target.auth !== null, deadlineMs) : address
}

async function resolveName(host: string, deadlineMs: number): Promise<Result<ReachReply>> {
  const missing = fail('destination-unreachable', { host, reason: 'name not found' })
  const late = fail('destination-unreachable', { host, reason: 'timeout' })
  const found = lookup(host.replace(/^\[|\]$/g, '')).then(
    () => ok({ checked: 'name' as const }),
    () => missing,
  )
  return within(found, deadlineMs, late)
}

function connectRtmp(
  address: RtmpAddress,
  hasLogin: boolean,
  deadlineMs: number,
): Promise<Result<ReachReply>> {
  const { host, app, tcUrl } = address
  return new Promise((resolve) => {
    const session = new RtmpClientSession({ app, tcUrl, key: '' })
    let isOpen = false
    const finish = (result: Result<ReachReply>): void => {
      clearTimeout(timer)
      socket.drop('close')
      resolve(result)
    }
    const failed = (why: Problem): void => finish({ ok: false, problem: why })
    const timer = setTimeout(
      () =>
        failed(
          problem(isOpen ? 'destination-protocol' : 'destination-unreachable', { host, reason: 'timeout' }),
        ),
      deadlineMs,
    )
    const socket = openRtmpSocket(address, {
      open: () => {
        isOpen = true
        socket.write(session.start())
      },
      data: (bytes) => {
        const step = session.receive(bytes)
        const [event] = step.events.filter(({ type }) => type !== 'acknowledged')
        if (event !== undefined) finish(outcome(event, host, hasLogin))
        // Its answer to our connect was yes; the session would go on by naming the key.
        else if (session.stage !== 'handshake' && session.stage !== 'connect') finish(ok({ checked: 'rtmp' }))
        else socket.write(step.send)
      },
      closed: (why) => failed(why ?? problem('destination-closed', { host })),
    })
  })
}

function outcome(event: ClientEvent, host: string, hasLogin: boolean): Result<ReachReply> {
  switch (event.type) {
    case 'challenged':
      // It asks for a user and password: whether they are right is seen when a stream begins.
      return hasLogin ? ok({ checked: 'rtmp' }) : fail('destination-auth', { host })
    case 'refused':
      return fail(event.reason === 'auth' ? 'destination-auth' : 'destination-refused', {
        host,
        reason: event.status,
      })
    case 'accepted':
    case 'acknowledged':
      return ok({ checked: 'rtmp' })
    case 'ended':
    case 'fault':
      return fail('destination-protocol', { host })
  }
}
