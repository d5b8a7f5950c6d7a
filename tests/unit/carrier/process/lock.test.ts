import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAlive, readLock, writeLock } from '../../../../src/carrier/process/lock'
import { processBirth } from '../../../../src/host/process-id'
import { carrierProtocol, type CarrierLock } from '../../../../src/shared/carrier/control'
import { useTempDir } from '../../../support/temp-dir'

const tempDir = useTempDir()
const server = createServer((socket) => socket.destroy())
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => void server.close())

const birth = processBirth(process.pid)
/** This process's lock, as a carrier that does not know of boots wrote it. */
const lock = (more: Partial<CarrierLock> = {}): CarrierLock => ({
  pid: process.pid,
  processStart: birth?.ticks ?? null,
  port: (server.address() as AddressInfo).port,
  token: 'token',
  protocol: carrierProtocol,
  version: '1',
  ...more,
})

describe("the carrier's lock", () => {
  it('is read as it was written, with its boot and without', () => {
    const dir = tempDir()
    for (const written of [lock(), lock({ bootId: 'a-boot' })]) {
      writeLock(dir, written)
      expect(readLock(dir)).toEqual(written)
    }
  })

  it('is alive where its process is the one that wrote it, said with the boot or without', async () => {
    expect(await isAlive(lock())).toBe(true)
    expect(await isAlive(lock({ bootId: birth?.bootId ?? undefined }))).toBe(true)
  })

  it.runIf(birth !== null)(
    'is not where another process has its id, or has it since another boot',
    async () => {
      expect(await isAlive(lock({ processStart: '1' }))).toBe(false)
      expect(await isAlive(lock({ bootId: 'another-boot' }))).toBe(false)
    },
  )
})
