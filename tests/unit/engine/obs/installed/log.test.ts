import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLogReader, createLogTail, newestLog } from '../../../../../src/engine/obs/installed/log'
import { memoryFiles } from './memory-files'

const line = (text: string): string => `19:06:32.409: ${text}`

describe('createLogReader', () => {
  it.each([
    ["[rtmp stream: 'simple_stream'] User stopped the stream", 'user-stop'],
    ["[rtmp stream: 'adv_stream'] Encoder error, disconnecting", 'encoder-error'],
    ["Error encoding with encoder 'simple_video_stream'", 'encoder-error'],
    ["[rtmp stream: 'simple_stream'] Disconnected from rtmp://host/live", 'disconnected'],
    ["[rtmp stream: 'simple_stream'] Connection to rtmp://host/live failed: -2", 'connect-failed'],
    ["[rtmp stream: 'simple_stream'] Connection to rtmp://host/live failed: -3", 'key-refused'],
    ["Output 'simple_stream': stopping", null],
    ['', null],
  ])('%s', (text, cause) => expect(createLogReader().read(line(text))).toBe(cause))

  it("does not call an encoder's error a user's stop, until the next stream", () => {
    const reader = createLogReader()
    const lines = [
      "Error encoding with encoder 'x'",
      "[rtmp stream: 'simple_stream'] User stopped the stream",
      '==== Streaming Start ===============================================',
      "[rtmp stream: 'simple_stream'] User stopped the stream",
    ]
    expect(lines.map((each) => reader.read(line(each)))).toEqual(['encoder-error', null, null, 'user-stop'])
  })
})

it('the newest log is the last by its date', () => {
  expect(newestLog(['2026-11-23 19-05-37.txt', '2026-11-24 08-00-00.txt', 'notes.txt', '.txt'])).toBe(
    '2026-11-24 08-00-00.txt',
  )
  expect(newestLog(['notes.txt'])).toBeNull()
})

describe('createLogTail', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const stopLine = `${line("[rtmp stream: 'simple_stream'] User stopped the stream")}\n`

  it('tells what is appended, not what was there; half a line waits for its end; a new log is read from its start', async () => {
    const first = '/logs/2026-11-23 19-05-37.txt'
    const contents: Record<string, string> = { [first]: stopLine }
    const causes: string[] = []
    const tail = createLogTail(memoryFiles(contents), (cause) => causes.push(cause))
    tail.open('/logs')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(tail.readable()).toBe(true)
    expect(causes).toEqual([])

    contents[first] = stopLine + stopLine.slice(0, 30)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(causes).toEqual([])
    contents[first] = stopLine + stopLine
    await vi.advanceTimersByTimeAsync(1_000)
    expect(causes).toEqual(['user-stop'])

    contents['/logs/2026-11-24 08-00-00.txt'] = `${line("Error encoding with encoder 'x'")}\n`
    await vi.advanceTimersByTimeAsync(3_000)
    expect(causes).toEqual(['user-stop', 'encoder-error'])
    tail.close()
  })

  it('is quiet without a log and finds it when OBS begins one', async () => {
    const contents: Record<string, string> = {}
    const causes: string[] = []
    const tail = createLogTail(memoryFiles(contents), (cause) => causes.push(cause))
    tail.open('/logs')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(tail.readable()).toBe(false)
    contents['/logs/2026-11-24 08-00-00.txt'] = stopLine
    await vi.advanceTimersByTimeAsync(3_000)
    expect(causes).toEqual(['user-stop'])
    tail.close()
  })
})
