import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { healthProof } from '../../../../src/engine/server/access/auth'
import { findEngine } from '../../../../src/main/engine/find'
import { engineLockName, type LockContent } from '../../../../src/shared/engine-lock'
import { useTempDir } from '../../../support/temp-dir'

const tempDir = useTempDir()
const token = 'the-token'

describe('finding a running engine', () => {
  let server: Server | null = null
  afterEach(() => {
    server?.close()
    server = null
  })

  /** Something that answers on a port; what it was shown is kept. */
  async function listen(health: (nonce: string) => object): Promise<{ port: number; shown: string[] }> {
    const shown: string[] = []
    const made = createServer((request, reply) => {
      shown.push(request.headers.authorization ?? '', request.url ?? '')
      reply.end(
        JSON.stringify(health(new URL(request.url ?? '', 'http://x').searchParams.get('nonce') ?? '')),
      )
    })
    server = made
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
    return { port: (made.address() as AddressInfo).port, shown }
  }
  function lock(more: Partial<LockContent>): string {
    const dir = tempDir()
    const content: LockContent = {
      pid: process.pid,
      startedAs: null,
      startedAt: 0,
      host: '127.0.0.1',
      port: null,
      token,
      ...more,
    }
    writeFileSync(join(dir, engineLockName), JSON.stringify(content))
    return dir
  }

  it('finds one that lives, answers and proves that it knows the token', async () => {
    const { port } = await listen((nonce) => ({ name: 'understudy', proof: healthProof(token, nonce) }))
    expect(await findEngine(lock({ port }))).toEqual({
      kind: 'found',
      engine: { url: `http://127.0.0.1:${port}/`, token, pid: process.pid },
    })
  })

  it('shows the token to nobody who only claims to be the engine', async () => {
    const { port, shown } = await listen(() => ({ ok: true, name: 'understudy', proof: 'AAAA' }))
    expect(await findEngine(lock({ port }))).toMatchObject({ kind: 'silent' })
    expect(shown.join(' ')).not.toContain(token)
  })

  it('waits for one that has no port yet', async () => {
    expect(await findEngine(lock({}))).toEqual({ kind: 'silent', pid: process.pid, certain: false })
  })

  it.each([
    ['no file', null],
    ['rubbish', '{ "pid": '],
    ['no lock', '{"pid": "x"}'],
  ])('finds none: %s', async (_what, text) => {
    const dir = tempDir()
    if (text !== null) writeFileSync(join(dir, engineLockName), text)
    expect(await findEngine(dir)).toEqual({ kind: 'none' })
  })

  it('finds none where the process is gone, or is a later one of the same number', async () => {
    expect(await findEngine(lock({ pid: 2 ** 22 + 1, port: 1 }))).toEqual({ kind: 'none' })
    // Where there is /proc, the start of a process tells it apart.
    const other = await findEngine(lock({ startedAs: 'another-boot:1' }))
    expect(other.kind).toBe(process.platform === 'linux' ? 'none' : 'silent')
  })
})
