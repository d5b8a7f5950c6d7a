import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { engineArgs, namedDataDir } from '../../../src/main/command-line'
import type { EngineAddress } from '../../../src/main/engine/find'
import { endEngine } from '../../../src/main/engine/process'

describe('command line of the shell', () => {
  it('hands the engine what is its own, and nothing of Chromium', () => {
    const words = [
      '/app/electron',
      '--no-sandbox',
      '/src',
      '--rehearsal',
      '--data-dir',
      '/d',
      '--port=0',
      '--x',
    ]
    expect(engineArgs(words)).toEqual(['--rehearsal', '--data-dir', '/d', '--port=0'])
  })

  it('finds the data directory in both spellings', () => {
    expect(namedDataDir(['e', '--data-dir', '/d'])).toBe('/d')
    expect(namedDataDir(['e', '--data-dir=/d'])).toBe('/d')
    expect(namedDataDir(['e', '--data-dir'])).toBeNull()
    expect(namedDataDir(['e', '--port', '1'])).toBeNull()
  })
})

describe('the window is closed', () => {
  let server: Server | null = null
  afterEach(() => {
    server?.close()
    server = null
  })

  /** An engine that answers as told and notes what it is asked. */
  async function engine(
    live: boolean,
    mode: string,
  ): Promise<{ address: Pick<EngineAddress, 'url' | 'token'>; asked: string[] }> {
    const asked: string[] = []
    const made = createServer((request, reply) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        const allowed = request.url === '/healthz' || request.headers.authorization === 'Bearer t0ken'
        asked.push(`${request.method ?? ''} ${request.url ?? ''} ${body}`.trim())
        reply.statusCode = allowed ? 200 : 401
        reply.end(JSON.stringify(request.url === '/healthz' ? { live } : { mode }))
      })
    })
    server = made
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
    const { port } = made.address() as AddressInfo
    return { address: { url: `http://127.0.0.1:${port}/`, token: 't0ken' }, asked }
  }
  const shutdown = 'POST /api/command {"kind":"shutdown"}'

  it('ends an engine that carries nothing', async () => {
    const { address, asked } = await engine(false, 'normal')
    await endEngine(address)
    expect(asked).toEqual(['GET /healthz', shutdown])
  })

  it('leaves one that is live', async () => {
    const { address, asked } = await engine(true, 'normal')
    await endEngine(address)
    expect(asked).toEqual(['GET /healthz', 'GET /api/snapshot'])
  })

  it('ends a rehearsal, which is no stream', async () => {
    const { address, asked } = await engine(true, 'rehearsal')
    await endEngine(address)
    expect(asked.at(-1)).toBe(shutdown)
  })

  it('is not held up by an engine that is gone', async () => {
    await endEngine({ url: 'http://127.0.0.1:1/', token: 't0ken' })
  })
})
