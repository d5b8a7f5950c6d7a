import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Destination, IngestPort, IngestStatus, SourceSpec } from '../../../src/engine/ports'
import type { Proof, Track } from '../../../src/core/words'
import type { Result } from '../../../src/core/problem'
import { startNginx, type Nginx } from '../../support/peers/nginx'
import { freePort, until, within } from '../../support/wait'

/**
 * What every pull ingest must do, whatever stands behind it: one suite, run for each. It judges by a real nginx-rtmp
 * at the far end, never by the ingest's own word.
 */
export interface ContractSubject {
  readonly port: IngestPort
  /** A live source with H.264 and AAC, already running, 320x180. */
  readonly source: {
    readonly spec: SourceSpec
    /** Ends the source's media; the ingest must notice. */
    readonly stop: () => Promise<void>
  }
  /** Puts the ingest out of the engine's reach (its process frozen, its API cut). */
  readonly breakIngest: () => Promise<void> | void
  readonly dispose: () => Promise<void>
}

export interface ContractFactory {
  readonly name: string
  readonly create: () => Promise<ContractSubject>
}

/** A key that must never be seen in a status, a problem or a proof. */
const KEY = 'program-k3y-s3cret'
const PREPARE_MS = 15_000
const START_MS = 15_000
const STOP_MS = 5_000

/** Registers the suite for one ingest. */
export function ingestContract(factory: ContractFactory): void {
  describe(`ingest contract: ${factory.name}`, () => {
    let subject: ContractSubject
    let port: IngestPort
    let nginx: Nginx
    let destination: Destination

    beforeEach(async () => {
      nginx = await startNginx()
      subject = await factory.create()
      port = subject.port
      destination = {
        id: 'platform',
        url: nginx.rtmpUrl,
        key: KEY,
        auth: null,
        takeover: { kind: 'none' },
        graceMs: null,
      }
    })

    afterEach(async () => {
      await port.close()
      await subject.dispose()
      await nginx.stop()
    })

    const prepare = () => port.prepare(subject.source.spec, { deadlineMs: PREPARE_MS })
    const start = (generation: number, to: Destination = destination) =>
      port.start({ generation, destination: to, overlap: false, deadlineMs: START_MS })
    const stop = (generation: number, mode: 'clean' | 'abrupt' = 'abrupt') =>
      port.stop({ generation, mode, deadlineMs: STOP_MS })
    const status = (what: string, test: (status: IngestStatus) => boolean, timeoutMs = 10_000) =>
      until(() => test(port.status()), { timeoutMs, what: `${what}; last: ${JSON.stringify(port.status())}` })
    const published = async () => (await nginx.stream(KEY))?.publishing === true

    it('says what it can do', async () => {
      const capabilities = value(await port.capabilities())
      expect(capabilities.sources).toContain('rtmp')
      expect(capabilities.destinations).toContain('rtmp')
      expect(capabilities.stopModes).toContain('abrupt')
      expect(capabilities.proof.length).toBeGreaterThan(0)
    })

    it('probes the source without publishing: tracks, and what differs from the primary', async () => {
      const primary: readonly Track[] = [
        { type: 'video', codec: 'h264', width: 1920, height: 1080 },
        { type: 'audio', codec: 'aac' },
      ]
      const report = value(await port.probe(subject.source.spec, { primary, deadlineMs: PREPARE_MS }))
      expect(report.tracks.map((track) => `${track.type} ${track.codec}`).sort()).toEqual([
        'audio aac',
        'video h264',
      ])
      expect(report.differences).toContainEqual({
        what: 'resolution',
        track: 'video',
        primary: '1920x1080',
        backup: '320x180',
      })
      expect(await published()).toBe(false)
    })

    it('says in a code that a source cannot be had', async () => {
      const spec = { url: `rtmp://127.0.0.1:${await freePort()}/live/nothing` }
      const report = await port.probe(spec, { primary: null, deadlineMs: PREPARE_MS })
      expect(code(report)).toMatch(/^source-/)
    })

    it('prepares twice as well as once: ends warm, publishes nothing', async () => {
      value(await prepare())
      expect(port.status()).toMatchObject({ warm: true, pull: 'up', publish: 'idle', stale: false })
      value(await prepare())
      expect(port.status()).toMatchObject({ warm: true, pull: 'up', publish: 'idle' })
      expect(
        port
          .status()
          .tracks.map((track) => track.type)
          .sort(),
      ).toEqual(['audio', 'video'])
      expect((await nginx.stat()).filter((stream) => stream.name === KEY)).toEqual([])
    })

    it('refuses to start before it was prepared', async () => {
      expect(code(await start(1))).toBe('ingest-not-prepared')
      expect(await published()).toBe(false)
    })

    it('start resolves when media flows at the far end, with the kind of proof', async () => {
      value(await prepare())
      const proof: Proof = value(await start(3))
      expect(['acknowledged', 'server']).toContain(proof.kind)
      expect((await nginx.stream(KEY))?.bytesIn ?? 0).toBeGreaterThan(0)
      await status(
        'the status to say that it publishes',
        (now) => now.publish === 'up' && now.generation === 3,
      )
      const before = port.status().bytesOut ?? 0
      await status('the bytes to grow', (now) => (now.bytesOut ?? 0) > before)
      await nginx.untilMedia(KEY, { bytes: 50_000 })
      expect(port.status().problem).toBeNull()
    })

    it('comes back at once when the key is held, and starts when it is free', async () => {
      value(await prepare())
      value(await start(1))
      const other = await factory.create()
      try {
        value(await other.port.prepare(other.source.spec, { deadlineMs: PREPARE_MS }))
        const refused = await other.port.start({
          generation: 2,
          destination,
          overlap: false,
          deadlineMs: START_MS,
        })
        expect(code(refused)).toBe('destination-busy')
        expect(other.port.status().problem?.code).toBe('destination-busy')
        expect(other.port.status().pull).toBe('up')
        expect(JSON.stringify(other.port.status())).not.toContain(KEY)
        value(await stop(1))
        value(await other.port.start({ generation: 3, destination, overlap: false, deadlineMs: START_MS }))
        expect(other.port.status().problem).toBeNull()
        expect(await published()).toBe(true)
      } finally {
        await other.port.close()
        await other.dispose()
      }
    })

    it('says in a code that the destination cannot be reached, and keeps the pull', async () => {
      value(await prepare())
      const nowhere = { ...destination, url: `rtmp://127.0.0.1:${await freePort()}/live` }
      const refused = await start(1, nowhere)
      expect(code(refused)).toBe('destination-unreachable')
      expect(JSON.stringify(refused)).not.toContain(KEY)
      await status(
        'the problem to stay',
        (now) => now.problem?.code === 'destination-unreachable' && now.pull === 'up',
      )
      expect(JSON.stringify(port.status())).not.toContain(KEY)
    })

    for (const mode of ['clean', 'abrupt'] as const) {
      it(`stops ${mode}: nothing is published, the pull stays warm, the next start works`, async () => {
        value(await prepare())
        const { stopModes } = value(await port.capabilities())
        value(await start(1))
        value(await stop(1, stopModes.includes(mode) ? mode : 'abrupt'))
        await until(async () => !(await published()), { timeoutMs: 3_000, what: 'the publisher to be gone' })
        await status('the legs to be apart', (now) => now.publish === 'idle' && now.pull === 'up' && now.warm)
        expect(port.status().generation).toBeNull()
        value(await start(2))
        await nginx.untilMedia(KEY)
      })
    }

    it('ignores a stale generation, in start and in stop', async () => {
      value(await prepare())
      value(await start(5))
      const holder = (await nginx.stream(KEY))?.publisher?.id
      expect(code(await start(4))).toBe('stale-generation')
      expect(code(await stop(4))).toBe('stale-generation')
      await nginx.untilMedia(KEY)
      expect((await nginx.stream(KEY))?.publisher?.id).toBe(holder)
      value(await stop(6))
      expect(code(await start(5))).toBe('stale-generation')
      expect(await published()).toBe(false)
    })

    it('starting again under the same generation starts nothing twice', async () => {
      value(await prepare())
      value(await start(1))
      const holder = (await nginx.stream(KEY))?.publisher?.id
      value(await start(1))
      await nginx.untilMedia(KEY)
      expect((await nginx.stream(KEY))?.publisher?.id).toBe(holder)
    })

    it('tells a dead source from a dead destination', async () => {
      value(await prepare())
      value(await start(1))
      await subject.source.stop()
      await status('the pull leg to be down', (now) => now.pull !== 'up', 20_000)
      expect(port.status().stale).toBe(false)
    })

    it('notices that the destination threw it out', async () => {
      value(await prepare())
      value(await start(1))
      await nginx.stop()
      await status('the publish leg to be down', (now) => now.publish !== 'up', 20_000)
      await status('the pull leg to be up', (now) => now.pull === 'up')
      expect(JSON.stringify(port.status())).not.toContain(KEY)
    })

    it('an ingest out of reach is stale, not failed, and answers every call within its deadline', async () => {
      value(await prepare())
      value(await start(1))
      await subject.breakIngest()
      await status('the status to be stale', (now) => now.stale, 20_000)
      expect(port.status().publish).not.toBe('failed')
      const call = port.stop({ generation: 1, mode: 'abrupt', deadlineMs: 2_000 })
      const answer = await within(call, { timeoutMs: 5_000, what: 'an answer to stop' })
      expect(code(answer)).toMatch(/^(ingest-unreachable|carrier-lost|timeout)$/)
    })

    it('release ends the pull and leaves room for the next prepare', async () => {
      value(await prepare())
      value(await port.release({ deadlineMs: STOP_MS }))
      await status('nothing to be pulled', (now) => now.pull === 'idle' && !now.warm)
      value(await prepare())
      expect(port.status().warm).toBe(true)
    })
  })
}

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.problem)}`)
  return result.value
}

function code(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.problem.code
}
