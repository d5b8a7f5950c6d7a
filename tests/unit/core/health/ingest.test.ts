import { describe, expect, it } from 'vitest'
import type { IngestStatusEvent } from '../../../../src/core/events'
import {
  assessIngest,
  initialIngestHealth,
  observeIngest,
  type IngestHealth,
} from '../../../../src/core/health'
import { defaultPolicy } from '../../../../src/core/policy'

/** A pull ingest that reports every 500 ms. */
class Drive {
  health: IngestHealth = initialIngestHealth()
  at = 0
  private bytes = 0

  status(change: Partial<IngestStatusEvent> = {}): this {
    this.at += 500
    this.bytes += 150_000
    const event: IngestStatusEvent = {
      kind: 'ingest-status',
      at: this.at,
      system: 'backup',
      stale: false,
      pull: 'up',
      publish: 'up',
      generation: 1,
      warm: true,
      tracks: [],
      bytesOut: this.bytes,
      bytesAcknowledged: this.bytes,
      acknowledgedAgeMs: 100,
      bitrateKbps: 2_400,
      droppedFrames: 0,
      problem: null,
      ...change,
    }
    this.health = observeIngest(this.health, event, defaultPolicy)
    return this
  }

  run(ms: number, change: Partial<IngestStatusEvent> = {}): this {
    for (let passed = 0; passed < ms; passed += 500) this.status(change)
    return this
  }

  get verdict(): string {
    const { verdict, causes } = assessIngest(this.health, this.at, defaultPolicy)
    return verdict === 'good' ? 'good' : `${verdict} ${causes[0]?.code ?? ''}`
  }

  get readiness(): string {
    const { readiness, readinessCauses } = assessIngest(this.health, this.at, defaultPolicy)
    return readiness === 'ready' ? 'ready' : `${readiness} ${readinessCauses[0]?.code ?? ''}`
  }
}

const idle = {
  publish: 'idle',
  generation: null,
  bytesOut: null,
  bytesAcknowledged: null,
  acknowledgedAgeMs: null,
} as const

describe('a pull ingest', () => {
  it('that is warm and idle is ready, and its verdict says nothing', () => {
    const drive = new Drive().run(2_000, idle)
    expect(drive.readiness).toBe('ready')
    expect(drive.verdict).toBe('unknown not-streaming')
  })

  it('that is not warm, or has no source, is not ready', () => {
    expect(new Drive().status({ ...idle, warm: false }).readiness).toBe('not-ready not-warm')
    expect(new Drive().status({ ...idle, pull: 'stalled' }).readiness).toBe('not-ready source-lost')
  })

  it('that publishes and is acknowledged is good', () => {
    expect(new Drive().run(5_000).verdict).toBe('good')
  })

  it('that connects for the first time is starting, however long', () => {
    expect(new Drive().run(10_000, { publish: 'connecting' }).verdict).toBe('unknown stream-starting')
  })

  it('whose source is gone for 3 s is bad, for 2 s is not', () => {
    const drive = new Drive().run(5_000).run(2_500, { pull: 'stalled' })
    expect(drive.verdict).toBe('good')
    expect(drive.run(1_500, { pull: 'connecting' }).verdict).toBe('bad source-lost')
    expect(drive.status().verdict).toBe('good')
  })

  it('whose connection is lost for 3 s is bad', () => {
    const drive = new Drive().run(5_000).run(2_000, { publish: 'connecting' })
    expect(drive.verdict).toBe('unknown stream-starting')
    expect(drive.run(2_000, { publish: 'failed' }).verdict).toBe('bad publish-failed')
  })

  it('whose bytes are no longer acknowledged is bad', () => {
    const drive = new Drive().run(5_000)
    const acknowledged = drive.health.acknowledged?.bytes ?? 0
    expect(drive.run(4_000, { bytesAcknowledged: acknowledged }).verdict).toBe('bad publish-stalled')
  })

  it('that is acknowledged rarely is not', () => {
    const drive = new Drive()
    for (let round = 1; round <= 5; round += 1) {
      drive.run(8_000, { bytesAcknowledged: round * 2_500_000, acknowledgedAgeMs: null })
      if (round > 3) expect(drive.verdict).toBe('good')
    }
  })

  it('that is never acknowledged is not', () => {
    const drive = new Drive().run(20_000, { bytesAcknowledged: null, acknowledgedAgeMs: null })
    expect(drive.verdict).toBe('good')
  })

  it('that sends nothing is bad', () => {
    const silent = { bytesAcknowledged: null, acknowledgedAgeMs: null }
    expect(new Drive().run(5_000, { ...silent, bytesOut: 5_000 }).verdict).toBe('bad publish-stalled')
  })

  it('that sends nothing because nothing comes in has lost its source, not its destination', () => {
    const drive = new Drive().run(5_000)
    const bytes = drive.health.sent?.bytes ?? 0
    const silent = { bytesOut: bytes, bytesAcknowledged: bytes, acknowledgedAgeMs: 3_500 }
    // The pull leg itself says so a little later.
    expect(drive.run(3_500, silent).verdict).toBe('bad source-lost')
    const { causes } = assessIngest(
      drive.run(4_000, { ...silent, pull: 'stalled' }).health,
      drive.at,
      defaultPolicy,
    )
    expect(causes.map(({ code }) => code)).toEqual(['source-lost'])
  })

  it('that is acknowledged every 2.5 MB is not taken for a dead one when its bitrate falls', () => {
    const drive = new Drive()
    let sent = 0
    let acknowledged = 0
    const pass = (ms: number, bytesPerStatus: number) => {
      for (let passed = 0; passed < ms; passed += 500) {
        sent += bytesPerStatus
        if (sent - acknowledged >= 2_500_000) acknowledged += 2_500_000
        drive.status({ bytesOut: sent, bytesAcknowledged: acknowledged || null, acknowledgedAgeMs: null })
        if (drive.health.publishing?.wasUp === true) expect(drive.verdict).toBe('good')
      }
    }
    pass(30_000, 375_000)
    pass(60_000, 50_000)
    // It freezes: what is open grows past two of its steps.
    const frozen = acknowledged
    for (let status = 0; status < 60; status += 1) {
      sent += 150_000
      drive.status({ bytesOut: sent, bytesAcknowledged: frozen, acknowledgedAgeMs: null })
    }
    expect(drive.verdict).toBe('bad publish-stalled')
  })

  it('out of reach is stale, not failed, and starts anew when it is back', () => {
    const drive = new Drive().run(5_000).run(1_000, { pull: 'stalled' }).run(10_000, { stale: true })
    expect(drive.verdict).toBe('unknown ingest-stale')
    expect(drive.readiness).toBe('unknown ingest-stale')
    expect(drive.status({ pull: 'stalled' }).verdict).toBe('good')
  })

  it('not heard of for long is unknown', () => {
    const drive = new Drive().run(5_000)
    drive.at += 11_000
    expect(drive.verdict).toBe('unknown monitor-blind')
  })
})
