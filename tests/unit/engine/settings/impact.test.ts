import { describe, expect, it } from 'vitest'
import type { Setup } from '../../../../src/engine/runtime/setup'
import { forbidden, needsNewApp } from '../../../../src/engine/settings/impact'
import { defaultPolicy } from '../../../../src/core/policy'
import { configSchema } from '../../../../src/shared/settings/config'

const setup = (config: unknown): Setup => ({
  config: configSchema.parse(config),
  policy: defaultPolicy,
  missing: [],
})
const one = { id: 'one', source: { url: 'rtsp://h/1' } }
const two = { id: 'two', source: { url: 'rtsp://h/2' } }
const before = setup({ backups: [one] })
const idle = { switching: false, mayBeLive: false, pulls: [] }
const busy = { switching: false, mayBeLive: true, pulls: ['one'] }

describe('what a change means to what runs', () => {
  it('needs no new app for what only screens read', () => {
    expect(needsNewApp(before, setup({ backups: [one], autoArm: false, app: { closeToTray: false } }))).toBe(
      false,
    )
    expect(needsNewApp(before, setup({ backups: [one, two] }))).toBe(true)
    expect(needsNewApp({ ...before, missing: ['obs.password'] }, before)).toBe(true)
  })

  it('forbids to touch the backup on air, and lets others come, go and change places', () => {
    const three = setup({ backups: [two, one] })
    expect(forbidden(before, three, busy)).toBeNull()
    expect(forbidden(three, before, busy)).toBeNull()
    expect(forbidden(before, setup({ backups: [two] }), busy)).toEqual({
      code: 'settings-system-on-air',
      params: { system: 'one' },
    })
    const moved = setup({ backups: [{ ...one, source: { url: 'rtsp://h/9' } }] })
    expect(forbidden(before, moved, busy)?.code).toBe('settings-system-on-air')
    expect(forbidden(before, moved, idle)).toBeNull()
  })

  it('forbids another destination while one of ours publishes, not another grace', () => {
    const at = (destination: unknown): Setup => setup({ backups: [one], destination })
    expect(forbidden(before, at({ url: 'rtmp://h/a' }), busy)?.code).toBe('settings-destination-on-air')
    expect(forbidden(before, at({ graceMs: 5_000 }), busy)).toBeNull()
    expect(forbidden(before, at({ url: 'rtmp://h/a' }), idle)).toBeNull()
  })

  it('forbids everything between two systems', () => {
    expect(forbidden(before, before, { switching: true, mayBeLive: true, pulls: [] })?.code).toBe(
      'refused-busy',
    )
  })
})
