import { describe, expect, it } from 'vitest'
import { obsHurdle } from '../../../src/shared/messages/setup/first-run'
import { problemText } from '../../../src/shared/messages'
import { hostOf, platformOf } from '../../../src/shared/messages/setup/platforms'
import type { Preflight } from '../../../src/shared/settings/settings'
import { withSource } from '../../../src/renderer/features/first-run/backup-source'
import { firstOpen, stepAfter, stepBefore, steps } from '../../../src/renderer/features/first-run/walk'
import { draftFrom } from '../../../src/renderer/features/setup/form/check'
import { addressOf, untouched, withPlatform } from '../../../src/renderer/features/setup/platform'
import { makePreflight, makeSettings } from '../../support/app/settings'

const obs = (more: Partial<Preflight['obs']>): Preflight['obs'] =>
  makePreflight({ connected: false, ...more }).obs

describe('what stands between here and OBS', () => {
  it('the nearest obstacle first', () => {
    expect(obsHurdle(obs({ connected: true, webSocket: 'off' }))).toBe('none')
    expect(obsHurdle(obs({ installed: false, running: false, webSocket: null }))).toBe('not-installed')
    expect(obsHurdle(obs({ running: false }))).toBe('not-running')
    expect(obsHurdle(obs({ webSocket: 'off' }))).toBe('socket-off')
    expect(obsHurdle(obs({ webSocket: 'off', running: false }))).toBe('socket-off')
    expect(obsHurdle(obs({ running: null, webSocket: null }))).toBe('waiting')
    expect(obsHurdle(obs({}))).toBe('waiting')
  })

  it('knows the two problems that speak of a password by their sentences, and no other', () => {
    const at = (code: Parameters<typeof problemText>[0]['code']): string =>
      obsHurdle(obs({ problem: { text: problemText({ code }), next: '' } }))
    expect([at('obs-password-needed'), at('obs-auth-failed')]).toEqual(['password', 'password'])
    expect([at('obs-unreachable'), at('obs-kicked'), at('obs-timeout')]).toEqual([
      'waiting',
      'waiting',
      'waiting',
    ])
  })
})

describe('the walk', () => {
  it('begins at the first step that asks for something', () => {
    expect(firstOpen({ obs: false, destination: true, backup: true })).toBe('obs')
    expect(firstOpen({ obs: true, destination: false, backup: true })).toBe('destination')
    expect(firstOpen({ obs: true, destination: true, backup: false })).toBe('backup')
    expect(firstOpen({ obs: true, destination: true, backup: true })).toBe('ready')
  })

  it('goes back and forth and stops at its ends', () => {
    expect(steps.map(stepAfter)).toEqual(['destination', 'backup', 'ready', 'ready'])
    expect(steps.map(stepBefore)).toEqual(['obs', 'obs', 'destination', 'backup'])
  })

  it('the backup typed here is added once, beside those that are there, and gone when it is emptied', () => {
    const saved = draftFrom(
      'backups',
      makeSettings({
        backups: [
          {
            id: 'backup',
            convert: false,
            source: { label: 'a.mp4', transport: 'tcp' },
            ingest: { kind: 'carrier' },
          },
        ],
      }),
    )
    const once = withSource(saved, 'rtsp://a')
    const twice = withSource(once, 'rtsp://ab')
    expect(twice.map(({ id, url }) => [id, url])).toEqual([
      ['backup', null],
      ['backup-2', 'rtsp://ab'],
    ])
    expect(withSource(twice, '')).toEqual(saved)
  })
})

describe('platforms by their host', () => {
  const names = (url: string): string | null => platformOf(url)?.name ?? null

  it('knows those whose hosts tell, and invents none', () => {
    expect(names('rtmp://live.twitch.tv/app')).toBe('Twitch')
    expect(names('rtmps://fra05.contribute.live-video.net/app')).toBe('Twitch')
    expect(names('rtmps://ingest.global-contribute.live-video.net:443/app/')).toBe('Twitch')
    expect(names('rtmps://fa723fc1b171.global-contribute.live-video.net/app')).toBe('Kick or Amazon IVS')
    expect(names('rtmp://a.rtmp.youtube.com/live2')).toBe('YouTube')
    expect(names('rtmps://live-api-s.facebook.com:443/rtmp/')).toBe('Facebook')
    expect(names('rtmp://global-live.mux.com:5222/app')).toBe('Mux')
    expect(names('rtmp://twitch.tv.example.com/app')).toBeNull()
    expect(names('rtmp://nottwitch.tv/app')).toBeNull()
    expect(platformOf(null)).toBeNull()
  })

  it('finds the host behind credentials and ports', () => {
    expect(hostOf('rtmp://me:secret@Live.Example.tv:1935/app')).toBe('live.example.tv')
    expect(hostOf('srt://[::1]:9000')).toBe('[::1]')
    expect(hostOf('back-soon.mp4')).toBeNull()
  })

  it('puts what is known into the form, and empties what is not known', () => {
    const view = makeSettings()
    const draft = draftFrom('destination', view)
    const twitch = withPlatform(draft, platformOf('rtmp://live.twitch.tv/app')!)
    expect(twitch).toMatchObject({ takeover: 'query', grace: '90' })
    expect(withPlatform(twitch, platformOf('rtmps://x.global-contribute.live-video.net/app')!)).toMatchObject(
      {
        takeover: 'none',
        grace: '',
      },
    )
    expect([untouched(draft), untouched(twitch)]).toEqual([true, false])
    expect(addressOf(draft, view, 'rtmp://from.obs/app')).toBe('rtmp://from.obs/app')
    expect(addressOf({ ...draft, from: 'own', url: 'rtmp://typed/app' }, view, null)).toBe('rtmp://typed/app')
  })
})
