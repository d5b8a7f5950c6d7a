import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { giveObsBack, obsIsPointed, type GivenBack } from '../../../src/main/engine/obs-route'
import { createQuitQuestion } from '../../../src/main/quit'
import { makeSnapshot } from '../../support/story/snapshots'

describe('quitting while OBS streams to this PC', () => {
  const asker = (given: GivenBack, responses: readonly number[], hurried = false) => {
    const boxes: { readonly message: string; readonly buttons?: readonly string[] }[] = []
    const asked = { pointed: 0, givenBack: 0 }
    const question = createQuitQuestion({
      snapshot: () => makeSnapshot(),
      hurried: () => hurried,
      pointed: () => Promise.resolve((asked.pointed += 1) > 0),
      giveBack: () => Promise.resolve(given).finally(() => (asked.givenBack += 1)),
      dialog: {
        showMessageBox: (...words: unknown[]) => {
          boxes.push(words.at(-1) as (typeof boxes)[number])
          return Promise.resolve({ response: responses[boxes.length - 1] ?? -1, checkboxChecked: false })
        },
      },
    })
    return { question, boxes, asked }
  }
  const refused: GivenBack = { ok: false, text: 'OBS is streaming.', next: 'End the stream.' }

  it('gives OBS its settings back and quits', async () => {
    const { question, boxes, asked } = asker({ ok: true }, [0])
    expect(await question()).toBe('idle')
    expect([boxes.length, asked.givenBack]).toEqual([1, 1])
  })

  it('quits without, or stays', async () => {
    for (const [response, choice] of [
      [1, 'idle'],
      [2, 'keep'],
      [-1, 'keep'],
    ] as const) {
      const { question, asked } = asker({ ok: true }, [response])
      expect(await question()).toBe(choice)
      expect(asked.givenBack).toBe(0)
    }
  })

  it('says why it could not, and then stays unless told otherwise', async () => {
    const first = asker(refused, [0, 0])
    expect(await first.question()).toBe('keep')
    expect(first.boxes[1]?.message).toBe('OBS is streaming.')
    expect(await asker(refused, [0, 1]).question()).toBe('idle')
  })

  it('asks nothing when the system ends the session', async () => {
    const { question, boxes, asked } = asker({ ok: true }, [], true)
    expect(await question()).toBe('idle')
    expect([boxes.length, asked.pointed]).toEqual([0, 0])
  })
})

describe('what the engine says of it', () => {
  let server: Server | null = null
  afterEach(() => void server?.close())

  async function engine(answer: unknown): Promise<Parameters<typeof obsIsPointed>[0]> {
    const made = createServer((_request, reply) => void reply.end(JSON.stringify(answer)))
    server = made
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
    return { url: `http://127.0.0.1:${(made.address() as AddressInfo).port}/`, token: 't', pid: 1 }
  }

  it.each([
    [{ state: 'pointed', restorable: true }, true],
    [{ state: 'moved', restorable: true }, true],
    [{ state: 'pointed', restorable: false }, false],
    [{ state: 'elsewhere', restorable: true }, false],
    [{ state: 'unknown', restorable: false }, false],
    [{ problem: 'x' }, false],
  ])('%o: %s', async (answer, pointed) => {
    expect(await obsIsPointed(await engine(answer))).toBe(pointed)
  })

  it('has words for a refusal, and for an engine that talks rubbish', async () => {
    expect(await giveObsBack(await engine({ ok: true }))).toEqual({ ok: true })
    const refusal = { ok: false, text: 'OBS is streaming.', next: 'End the stream.' }
    expect(await giveObsBack(await engine(refusal))).toEqual(refusal)
    expect(await giveObsBack(await engine('?'))).toMatchObject({ ok: false })
  })
})
