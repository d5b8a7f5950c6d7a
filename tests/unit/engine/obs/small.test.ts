import { describe, expect, it } from 'vitest'
import { createBackoff } from '../../../../src/engine/obs/backoff'
import {
  parseListening,
  parsePs,
  parseStat,
  parseTasklist,
} from '../../../../src/engine/obs/installed/process'
import { outputState, statsSchema, streamStatusSchema } from '../../../../src/engine/obs/replies'

describe('backoff', () => {
  it('knocks at once after a loss, then ever slower up to 8 s', () => {
    const backoff = createBackoff(() => 0.5)
    const waits = Array.from({ length: 8 }, () => backoff.next())
    expect(waits).toEqual([50, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000])
    backoff.reset()
    expect(backoff.next()).toBe(50)
  })
  it('spreads its waits by a fifth to both sides', () => {
    const early = createBackoff(() => 0)
    const late = createBackoff(() => 1)
    early.next()
    late.next()
    expect([early.next(), late.next()]).toEqual([400, 600])
  })
})

describe('processes', () => {
  it('reads /proc/PID/stat, whatever the name holds', () => {
    const fields = Array.from({ length: 30 }, (_, index) => String(index + 4)).join(' ')
    expect(parseStat(`12 (obs) S ${fields}\n`)).toEqual({ name: 'obs', state: 'S', startTime: '22' })
    expect(parseStat(`12 (a) b (c) Z ${fields}`)).toMatchObject({ name: 'a) b (c', state: 'Z' })
    expect(parseStat('')).toBeNull()
  })
  it('reads the listening sockets of a port', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 00000000:1167 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0',
      '   1: 0100007F:1167 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1',
      '   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0',
    ].join('\n')
    expect(parseListening(table, 4455)).toEqual(['4711'])
  })
  it('reads tasklist', () => {
    expect(parseTasklist('"obs64.exe","9120","Console","1","312.044 K"\r\n')).toBe(true)
    expect(parseTasklist('INFO: No tasks are running which match the specified criteria.\r\n')).toBe(false)
  })
  it('reads ps on macOS', () => {
    expect(parsePs('Ss   launchd\nS    OBS\n')).toBe(true)
    expect(parsePs('Ss   launchd\nZ    OBS\nS    OBSERVER\n')).toBe(false)
  })
})

describe('replies', () => {
  const status = {
    outputActive: true,
    outputReconnecting: false,
    outputTimecode: '00:00:01.000',
    outputDuration: 1000,
    outputCongestion: 0.2,
    outputBytes: 10,
    outputSkippedFrames: 1,
    outputTotalFrames: 30,
    somethingNew: {},
  }
  it('maps a status', () => {
    expect(streamStatusSchema.parse(status)).toEqual({
      active: true,
      reconnecting: false,
      bytes: 10,
      skippedFrames: 1,
      totalFrames: 30,
      congestion: 0.2,
      durationMs: 1000,
    })
  })
  it('takes the congestion that older versions leave null for none, and clamps it', () => {
    expect(streamStatusSchema.parse({ ...status, outputCongestion: null }).congestion).toBe(0)
    expect(streamStatusSchema.parse({ ...status, outputCongestion: 7 }).congestion).toBe(1)
  })
  it.each([
    ['a text for a number', { ...status, outputBytes: '10' }],
    ['a negative count', { ...status, outputBytes: -1 }],
    ['nothing', undefined],
    ['a list', []],
  ])('refuses %s', (_, reply) => expect(streamStatusSchema.safeParse(reply).success).toBe(false))
  it("tells the encoder's lag apart from the network's drops", () => {
    const stats = {
      renderSkippedFrames: 1,
      renderTotalFrames: 2,
      outputSkippedFrames: 3,
      outputTotalFrames: 4,
      cpuUsage: 'much',
    }
    expect(statsSchema.parse(stats)).toEqual({
      cpuPercent: null,
      memoryMiB: null,
      activeFps: null,
      renderSkippedFrames: 1,
      renderTotalFrames: 2,
      encoderSkippedFrames: 3,
      encoderTotalFrames: 4,
    })
  })
  it('knows the states of the output, and says so when it does not', () => {
    expect(outputState({ outputState: 'OBS_WEBSOCKET_OUTPUT_RECONNECTING' })).toBe('reconnecting')
    expect(outputState({ outputState: 'OBS_WEBSOCKET_OUTPUT_PAUSED' })).toBe('unknown')
    expect(outputState(null)).toBe('unknown')
  })
})
