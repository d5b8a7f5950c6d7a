import { describe, expect, it } from 'vitest'
import { joinSecrets, splitSecrets } from '../../../../src/engine/settings/secret-places'
import { configSchema } from '../../../../src/shared/settings/config'

const full = configSchema.parse({
  obs: { password: 'word-of-obs' },
  destination: {
    url: 'rtmp://user:word-of-url@ingest.example/app',
    key: 'live_key_1',
    takeover: { kind: 'backup-url', url: 'rtmp://backup.example/app/word-of-backup' },
    witnesses: [
      { kind: 'mediamtx', url: 'http://h:9997', path: 'p', password: 'word-of-witness' },
      { kind: 'playback', url: 'https://h/x.m3u8?token=word-of-play' },
    ],
  },
  backups: [
    { id: 'camera', source: { url: 'rtsp://u:word-of-camera@10.0.0.9/yard' } },
    { id: 'file', source: { url: '/films/loop.mp4' } },
    { id: 'open', source: { url: 'https://open.example/live.m3u8' } },
    {
      id: 'remote',
      source: { url: 'srt://s.example:9000?passphrase=word-of-srt' },
      ingest: { kind: 'mediamtx', url: 'https://u:word-of-api@m.example:9997', password: 'word-of-mtx' },
    },
  ],
})

const source = (secrets: Readonly<Record<string, string>>, lacking: readonly string[] = []) => ({
  get: (name: string) => secrets[name] ?? null,
  lacks: (name: string) => lacking.includes(name),
})

describe('secrets of a config', () => {
  it('are all taken out, and put back to the very same config', () => {
    const { open, secrets } = splitSecrets(full)
    expect(JSON.stringify(open)).not.toMatch(/word-of|live_key/)
    expect(configSchema.parse(open)).toEqual(open)
    expect(Object.keys(secrets)).toHaveLength(10)
    expect(joinSecrets(open, source(secrets))).toEqual({ config: full, missing: [] })
    expect(full.obs.password).toBe('word-of-obs')
  })

  it('leave addresses without one as they are', () => {
    const { open } = splitSecrets(full)
    expect(open.backups[1]?.source.url).toBe('/films/loop.mp4')
    expect(open.backups[2]?.source.url).toBe('https://open.example/live.m3u8')
  })

  it('written by hand win over what is kept', () => {
    const { open, secrets } = splitSecrets(full)
    const byHand = {
      ...open,
      obs: { ...open.obs, password: 'by-hand' },
      backups: [
        { ...open.backups[0]!, source: { url: 'rtsp://new:one@10.0.0.9/yard', transport: 'tcp' as const } },
      ],
    }
    const { config, missing } = joinSecrets(byHand, source(secrets))
    expect(config.obs.password).toBe('by-hand')
    expect(config.backups[0]?.source.url).toBe('rtsp://new:one@10.0.0.9/yard')
    expect(missing).toEqual([])
  })

  it('of another host are not put into an address that was edited', () => {
    const { open, secrets } = splitSecrets(full)
    const edited = {
      ...open,
      backups: [
        { ...open.backups[0]!, source: { url: 'rtsp://***@elsewhere/yard', transport: 'tcp' as const } },
      ],
    }
    expect(joinSecrets(edited, source(secrets)).missing).toEqual(['backup.camera.url'])
  })

  it('that somebody else keeps are missed by name, and stay starred when it is saved again', () => {
    const { open } = splitSecrets(full)
    const { config, missing } = joinSecrets(open, source({}, ['obs.password', 'destination.key']))
    expect(missing).toEqual(
      expect.arrayContaining([
        'obs.password',
        'destination.key',
        'destination.url',
        'backup.camera.url',
        'backup.remote.url',
      ]),
    )
    expect(splitSecrets(config)).toEqual({ open, secrets: {} })
  })

  it('that were never set are not missed', () => {
    const { open } = splitSecrets(configSchema.parse({}))
    expect(joinSecrets(open, source({})).missing).toEqual([])
  })
})
