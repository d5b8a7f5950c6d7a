import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect as tlsConnect } from 'node:tls'
import type { AgentOptions } from 'node:https'

/** A reply larger than this is not from a MediaMTX that we talk to: the largest, a path's configuration, has 4 kB. */
const maxReplyBytes = 1024 * 1024

export interface HttpReply {
  readonly status: number
  readonly body: string
}

export interface HttpClient {
  /** @throws TlsError, or any other Error where there is no reply within `timeoutMs`. */
  request(
    method: string,
    path: string,
    options: { readonly body?: string; readonly timeoutMs: number },
  ): Promise<HttpReply>
  close(): void
}

/** The server's certificate is not to be trusted, or is not the pinned one. Nothing was sent to it. */
export class TlsError extends Error {}

export interface HttpClientOptions {
  readonly baseUrl: string
  readonly username: string
  readonly password: string
  /** SHA-256 of the only certificate that is trusted, hex with or without colons; null: the system's authorities. */
  readonly fingerprint: string | null
}

/** Hex of a fingerprint as people write it (`AB:CD..`, `ab cd..`, `sha256:..`), or null where it is none. */
export function plainFingerprint(text: string): string | null {
  const hex = text
    .replace(/^sha-?256[:= ]/i, '')
    .replace(/[:\s]/g, '')
    .toLowerCase()
  return /^[0-9a-f]{64}$/.test(hex) ? hex : null
}

/**
 * Opens a connection only after the certificate was compared, so that neither user nor password reaches another
 * server. `fetch` cannot do this without a dispatcher of its own.
 */
class PinningAgent extends HttpsAgent {
  readonly #fingerprint: string

  constructor(fingerprint: string, options: AgentOptions) {
    super(options)
    this.#fingerprint = fingerprint
  }

  override createConnection(
    options: AgentOptions & { host?: string; port?: number | string | null },
    callback?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const socket = tlsConnect({
      host: options.host ?? 'localhost',
      port: options.port ?? 443,
      ...(options.servername === undefined ? {} : { servername: options.servername }),
      // The pin is stronger than any authority: self-signed is the reason for a pin.
      rejectUnauthorized: false,
    })
    const refused = (error: Error): void => callback?.(error, socket)
    socket.once('error', refused)
    socket.once('secureConnect', () => {
      socket.off('error', refused)
      const seen = socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase()
      if (seen === this.#fingerprint) {
        callback?.(null, socket)
        return
      }
      socket.on('error', () => undefined)
      socket.destroy()
      callback?.(new TlsError('the certificate is not the pinned one'), socket)
    })
  }
}

/** A keep-alive client of one server, with Basic authentication. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const base = new URL(options.baseUrl)
  const secure = base.protocol === 'https:'
  const pin = options.fingerprint === null ? null : plainFingerprint(options.fingerprint)
  const agentOptions = { keepAlive: true, maxSockets: 4 }
  const agent = secure
    ? pin === null
      ? new HttpsAgent(agentOptions)
      : new PinningAgent(pin, agentOptions)
    : new HttpAgent(agentOptions)
  const headers: Record<string, string> = { accept: 'application/json' }
  if (options.username !== '' || options.password !== '')
    headers['authorization'] =
      `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`

  const once: HttpClient['request'] = (method, path, { body, timeoutMs }) =>
    new Promise((resolve, reject) => {
      if (options.fingerprint !== null && !secure) {
        reject(new TlsError('a fingerprint is pinned, but the address is not https'))
        return
      }
      if (options.fingerprint !== null && pin === null) {
        reject(new TlsError('the pinned fingerprint is not a SHA-256 in hex'))
        return
      }
      const requestOptions = {
        agent,
        method,
        headers: {
          ...headers,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
        },
        signal: AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs))),
      }
      const url = new URL(base.pathname.replace(/\/+$/, '') + path, base)
      const request: ClientRequest = secure
        ? httpsRequest(url, requestOptions)
        : httpRequest(url, requestOptions)
      request.once('error', (error: NodeJS.ErrnoException) => {
        if (request.reusedSocket && error.code === 'ECONNRESET') reject(new StaleSocketError())
        else reject(isCertificateError(error) ? new TlsError(error.code ?? 'certificate') : error)
      })
      request.once('response', (response) => void readBody(response).then(resolve, reject))
      request.end(body)
    })

  return {
    request: (method, path, requestOptions) =>
      // The server closed an idle connection while we wrote. All our calls may be made twice.
      once(method, path, requestOptions).catch((error: unknown) => {
        if (error instanceof StaleSocketError) return once(method, path, requestOptions)
        throw error
      }),
    close: () => agent.destroy(),
  }
}

class StaleSocketError extends Error {}

/** Node's and OpenSSL's codes for a certificate or a handshake that is not to be trusted. */
const isCertificateError = (error: NodeJS.ErrnoException): boolean =>
  /CERT|^ERR_TLS|^ERR_SSL|^EPROTO$|UNABLE_TO_|SELF_SIGNED|HOSTNAME/.test(error.code ?? '')

async function readBody(response: IncomingMessage): Promise<HttpReply> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk as Uint8Array)
    size += bytes.length
    if (size > maxReplyBytes) {
      response.destroy()
      throw new Error('the reply is too large')
    }
    chunks.push(bytes)
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }
}
