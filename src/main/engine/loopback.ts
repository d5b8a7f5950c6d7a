import { request } from 'node:http'

export interface LoopbackCall {
  readonly url: string
  readonly method: 'GET' | 'POST' | 'PUT'
  /** The engine's token; null for what needs none. */
  readonly token: string | null
  readonly body?: object
  readonly deadlineMs: number
}

/** `body` is null where the answer was not JSON. */
export interface LoopbackReply {
  readonly status: number
  readonly body: unknown
}

/** Longest answer taken, characters; the engine's replies to the shell are far shorter. */
const maxChars = 1_000_000

/**
 * One call to the engine; null when it did not answer within the deadline. By `node:http`, because an older Electron's
 * main process knows no `fetch`.
 */
export function callEngine(call: LoopbackCall): Promise<LoopbackReply | null> {
  return new Promise((resolve) => {
    const body = call.body === undefined ? null : JSON.stringify(call.body)
    const sent = request(call.url, {
      method: call.method,
      headers: {
        ...(call.token === null ? {} : { authorization: `Bearer ${call.token}` }),
        ...(body === null
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    })
    const finish = (answer: LoopbackReply | null): void => {
      clearTimeout(timer)
      sent.destroy()
      resolve(answer)
    }
    const timer = setTimeout(() => {
      finish(null)
    }, call.deadlineMs)
    sent.on('error', () => {
      finish(null)
    })
    sent.on('response', (reply) => {
      let said = ''
      reply.setEncoding('utf8')
      reply.on('data', (chunk: string) => {
        said += chunk
        if (said.length > maxChars) finish(null)
      })
      reply.on('error', () => {
        finish(null)
      })
      reply.on('end', () => {
        finish({ status: reply.statusCode ?? 0, body: parsed(said) })
      })
    })
    sent.end(body ?? undefined)
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
