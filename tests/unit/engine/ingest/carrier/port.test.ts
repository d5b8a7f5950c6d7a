import { describe, expect, it } from 'vitest'
import { ok, type Result } from '../../../../../src/core/problem'
import type { CarrierClient } from '../../../../../src/engine/ingest/carrier/client'
import { CarrierPort, type CarrierLink } from '../../../../../src/engine/ingest/carrier/port'
import type { Destination } from '../../../../../src/engine/ports'

const destination: Destination = {
  id: 'main',
  url: 'rtmp://host/app',
  key: 'KEY',
  auth: null,
  takeover: { kind: 'none' },
  graceMs: null,
}

/** A carrier that is being started: the port's orders wait for it. */
function setUp() {
  let nowMs = 0
  const asked: { readonly kind: string; readonly generation: number; readonly deadlineMs: number }[] = []
  const carrier: Pick<CarrierClient, 'call'> = {
    call: (kind, body, deadlineMs) => {
      const generation = 'generation' in body && typeof body.generation === 'number' ? body.generation : -1
      asked.push({ kind, generation, deadlineMs })
      return new Promise(() => undefined)
    },
  }
  let come: (client: Result<CarrierClient>) => void = () => undefined
  const client = new Promise<Result<CarrierClient>>((resolve) => (come = resolve))
  const link: CarrierLink = {
    clock: { monotonicMs: () => nowMs, wallMs: () => nowMs },
    client: () => client,
    connected: () => null,
    stale: () => true,
    problem: () => null,
  }
  const port = new CarrierPort('backup', link, () => undefined)
  const start = (generation: number) =>
    port.start({ generation, destination, overlap: false, deadlineMs: 10_000 })
  const arrive = async (afterMs: number) => {
    nowMs += afterMs
    come(ok(carrier as CarrierClient))
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { port, asked, start, arrive }
}

describe('a start that has to wait for a carrier', () => {
  it('is called off by a stop that was asked meanwhile', async () => {
    const { port, asked, start, arrive } = setUp()
    const started = start(3)
    void port.stop({ generation: 3, mode: 'abrupt', deadlineMs: 5_000 })
    await arrive(2_000)
    expect(await started).toEqual({ ok: false, problem: { code: 'stale-generation' } })
    expect(asked.map(({ kind }) => kind)).toEqual(['unpublish'])
  })

  it('gives way to a later one', async () => {
    const { asked, start, arrive } = setUp()
    const first = start(3)
    void start(4)
    await arrive(2_000)
    expect(await first).toEqual({ ok: false, problem: { code: 'stale-generation' } })
    expect(asked).toEqual([{ kind: 'publish', generation: 4, deadlineMs: 8_000 }])
  })

  it('is not begun when its time is over', async () => {
    const { asked, start, arrive } = setUp()
    const started = start(3)
    await arrive(11_000)
    expect(await started).toMatchObject({ ok: false, problem: { code: 'timeout' } })
    expect(asked).toEqual([])
  })
})
