import { join, resolve } from 'node:path'
import { createCarrierHost } from '../src/engine/ingest/carrier'
import type { Destination, IngestPort } from '../src/engine/ports'
import { createMediaMtxPort } from '../src/engine/ingest/mediamtx/port'
import { peerDir } from '../tests/support/cleanup'
import { hasMediaMtx, startMediaMtx } from '../tests/support/peers/mediamtx'
import { startNginx } from '../tests/support/peers/nginx'
import { memoryLogger, testClock } from '../tests/support/app/port-deps'
import { startSource } from '../tests/support/peers/source'
import { until } from '../tests/support/wait'
import { owned } from './owned'
import { spread } from './report'

const keyintSec = 1

const destinationAt = (url: string): Destination => ({
  id: url,
  url,
  key: 'program',
  auth: null,
  takeover: { kind: 'none' },
  graceMs: null,
})

/** From the order to media at the far end, the key free, the backup warm: what a switch costs after its decision. */
async function measure(
  port: IngestPort,
  source: string,
  destination: Destination,
  runs: number,
): Promise<string> {
  const prepared = await port.prepare({ url: source }, { deadlineMs: 15_000 })
  if (!prepared.ok) throw new Error(`not prepared: ${prepared.problem.code}`)
  await until(() => port.status().warm, { timeoutMs: 20_000, what: 'the backup to be warm' })
  const took: number[] = []
  let proof = ''
  for (let run = 1; run <= runs; run++) {
    const began = performance.now()
    const started = await port.start({ generation: run, destination, overlap: false, deadlineMs: 15_000 })
    took.push(performance.now() - began)
    if (!started.ok) throw new Error(`not started: ${started.problem.code}`)
    proof = started.value.kind
    await port.stop({ generation: run, mode: 'abrupt', deadlineMs: 5_000 })
  }
  return `${spread(took)}, proof ${proof}`
}

/** Hand-over of a warm backup: each ingest, to each destination there is here. */
export async function benchHandOver(runs: number): Promise<void> {
  await owned(async (own) => {
    const nginx = own(await startNginx())
    const camera = own(await startSource({ bitrateKbps: 900, keyintSec }))
    const remote = hasMediaMtx() ? own(await startMediaMtx()) : null
    const host = createCarrierHost({
      dataDir: peerDir('bench-carrier'),
      nodePath: process.execPath,
      entry: resolve(import.meta.dirname, '../out/carrier/index.mjs'),
      ffmpeg: null,
      logger: memoryLogger(),
      clock: testClock,
    })
    own({ stop: () => host.end() })
    const attached = await host.attach()
    if (!attached.ok) throw new Error(attached.problem.code)
    const carrier = host.port('backup')
    console.log(
      `carrier to nginx-rtmp: ${await measure(carrier, camera.url, destinationAt(nginx.rtmpUrl), runs)}`,
    )
    if (remote === null) {
      console.log('MediaMTX: not on PATH')
      return
    }
    const live = destinationAt(join(remote.rtmpUrl, 'live').replace(':/', '://'))
    console.log(`carrier to MediaMTX: ${await measure(host.port('other'), camera.url, live, runs)}`)
    const ingest = createMediaMtxPort({
      systemId: 'remote',
      config: {
        kind: 'mediamtx',
        url: remote.apiUrl,
        username: '',
        password: '',
        fingerprint: null,
        path: 'bench',
      },
      logger: memoryLogger(),
      clock: testClock,
    })
    own({ stop: () => ingest.close() })
    const result = await measure(ingest, camera.url, destinationAt(nginx.rtmpUrl), runs)
    console.log(`MediaMTX to nginx-rtmp: ${result} (keyframes every ${keyintSec} s)`)
  })
}
