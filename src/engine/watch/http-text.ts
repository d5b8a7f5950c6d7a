/** Text of a reply, or why there is none. `unknown` in every case: an answer that cannot be had says nothing. */
export type Fetched = { readonly status: number; readonly text: string } | null

export interface FetchTextOptions {
  readonly url: string
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly username?: string
  readonly password?: string
}

/**
 * GET with a deadline over everything and a bound on the size. User and password may stand in the URL, which `fetch`
 * would refuse. null: no reply, too slow, too large.
 */
export async function fetchText({ url, timeoutMs, maxBytes, ...auth }: FetchTextOptions): Promise<Fetched> {
  const target = new URL(url)
  const username = auth.username ?? decode(target.username)
  const password = auth.password ?? decode(target.password)
  target.username = ''
  target.password = ''
  target.hash = ''
  try {
    const response = await fetch(target, {
      signal: AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs))),
      redirect: 'error',
      headers:
        username === '' && password === ''
          ? {}
          : { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
    })
    const text = await readBounded(response, maxBytes)
    return text === null ? null : { status: response.status, text }
  } catch {
    return null
  }
}

async function readBounded(response: Response, maxBytes: number): Promise<string | null> {
  if (response.body === null) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length
    // Leaving the loop cancels the stream.
    if (size > maxBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
