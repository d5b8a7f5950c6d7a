import type { ApiCommand, Channel, ClientMessage, CommandReply, ServerMessage } from '../../shared/contract'
import type { Snapshot } from '../../shared/snapshot'

/** How the page stands with the engine. `refused`: it answers, but not to us (no access, or access ended). */
export type Connection = 'connecting' | 'open' | 'lost' | 'refused'

export interface TransportEvents {
  snapshot(snapshot: Snapshot): void
  patch(patch: Partial<Snapshot>): void
  connection(state: Connection): void
}

export interface Transport {
  send(command: ApiCommand): Promise<CommandReply>
  close(): void
}

/** Waits between attempts to connect again, ms; the last repeats. Each is shortened by up to a fifth by chance. */
const backoffMs = [250, 500, 1_000, 2_000, 3_000]
const replyDeadlineMs = 35_000
/** The page sees no pings, so it asks for a sign of life itself: a frozen engine keeps its socket open. */
const lifeEveryMs = 4_000
const lifeDeadlineMs = 3_000

const unanswered: CommandReply = {
  ok: false,
  problem: { code: 'timeout', params: { what: 'Understudy' } },
  text: 'Understudy does not answer.',
  next: 'What is on air goes on. Check that the engine is still running, then try again.',
}

interface Waiting {
  readonly settle: (reply: CommandReply) => void
  readonly timer: number
}

/** One socket to a channel of the engine, made again until it is closed. */
export function connect(events: TransportEvents, channel: Channel = 'main'): Transport {
  const waiting = new Map<number, Waiting>()
  let socket: WebSocket | null = null
  let closed = false
  let attempt = 0
  let revision = 0
  let nextId = 1
  let retry = 0

  const post = (message: ClientMessage): boolean => {
    if (socket?.readyState !== WebSocket.OPEN) return false
    socket.send(JSON.stringify(message))
    return true
  }
  const settle = (id: number, reply: CommandReply): void => {
    const asker = waiting.get(id)
    if (asker === undefined) return
    waiting.delete(id)
    window.clearTimeout(asker.timer)
    asker.settle(reply)
  }
  const receive = (message: ServerMessage): void => {
    if (message.type === 'reply') {
      settle(message.id, message.reply)
      return
    }
    // Said to programs only; a page is never told of secrets.
    if (message.type === 'secrets-changed') return
    const expected = revision + 1
    revision = message.revision
    if (message.type === 'snapshot') events.snapshot(message.snapshot)
    else if (message.revision === expected) events.patch(message.patch)
    // A patch was missed: asking to be shown again brings a whole snapshot.
    else post({ type: 'visible', visible: true })
  }
  const open = (): void => {
    const made = new WebSocket(socketUrl(channel))
    socket = made
    made.onopen = () => {
      attempt = 0
      revision = 0
      events.connection('open')
      if (document.hidden) post({ type: 'visible', visible: false })
    }
    made.onmessage = (event: MessageEvent<string>) => receive(JSON.parse(event.data) as ServerMessage)
    made.onclose = () => {
      if (socket === made) lost()
    }
  }
  const lost = (): void => {
    socket = null
    for (const id of [...waiting.keys()]) settle(id, unanswered)
    if (closed) return
    events.connection('lost')
    void accessEnded().then((ended) => {
      if (ended && !closed && socket === null) events.connection('refused')
    })
    const base = backoffMs[Math.min(attempt, backoffMs.length - 1)] ?? 3_000
    attempt += 1
    retry = window.setTimeout(open, base * (1 - Math.random() * 0.2))
  }
  const onVisibility = (): void => {
    post({ type: 'visible', visible: !document.hidden })
  }
  const life = window.setInterval(() => {
    if (document.hidden || socket?.readyState !== WebSocket.OPEN) return
    const asked = socket
    void alive().then((answered) => {
      if (answered || socket !== asked) return
      asked.onclose = null
      asked.close()
      lost()
    })
  }, lifeEveryMs)

  document.addEventListener('visibilitychange', onVisibility)
  events.connection('connecting')
  open()
  return {
    send: (command) =>
      new Promise((resolve) => {
        const id = nextId
        nextId += 1
        const timer = window.setTimeout(() => settle(id, unanswered), replyDeadlineMs)
        waiting.set(id, { settle: resolve, timer })
        if (!post({ type: 'command', id, command })) settle(id, unanswered)
      }),
    close: () => {
      closed = true
      window.clearTimeout(retry)
      window.clearInterval(life)
      document.removeEventListener('visibilitychange', onVisibility)
      socket?.close()
    },
  }
}

function socketUrl(channel: Channel): string {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  return `${scheme}://${location.host}/api/socket${channel === 'main' ? '' : `?channel=${channel}`}`
}

async function alive(): Promise<boolean> {
  try {
    return (await fetch('/healthz', { signal: AbortSignal.timeout(lifeDeadlineMs), cache: 'no-store' })).ok
  } catch {
    return false
  }
}

/** A socket that is refused looks to a page like one that cannot be reached; plain HTTP tells them apart. */
async function accessEnded(): Promise<boolean> {
  try {
    const reply = await fetch('/api/snapshot', {
      signal: AbortSignal.timeout(lifeDeadlineMs),
      cache: 'no-store',
    })
    return reply.status === 401 || reply.status === 403
  } catch {
    return false
  }
}
