import { describe, expect, it } from 'vitest'
import { defaultPolicy } from '../../../../src/core/policy'
import { mergePolicy } from '../../../../src/shared/settings/policy-merge'
import { policyDefault, policyNumbers } from '../../../../src/shared/messages/setup/policy'
import { policyPresets } from '../../../../src/shared/messages/setup/presets'
import {
  policyDraftOf,
  policyFault,
  policyPath,
  policyValue,
  presetDraft,
  presetOf,
  shownDefault,
} from '../../../../src/renderer/features/setup/policy/policy-draft'

describe('the numbers on screen', () => {
  it('are every number that the core decides by, once', () => {
    const all = Object.entries(defaultPolicy).flatMap(([section, values]) =>
      Object.keys(values as Readonly<Record<string, unknown>>).map((key) => `${section}.${key}`),
    )
    expect(policyNumbers.map(policyPath).sort()).toEqual(all.sort())
  })

  it.each(policyNumbers.map((number) => [policyPath(number), number] as const))(
    '%s: its default lies in its range and is no difference',
    (path, number) => {
      const shown = shownDefault(number)
      expect(policyFault(number, shown)).toBeNull()
      expect(policyValue({ [path]: shown })).toEqual({ value: {}, faults: [] })
      expect(typeof policyDefault(number)).not.toBe('undefined')
    },
  )
})

describe('presets', () => {
  it.each(policyPresets.map((preset) => [preset.id, preset] as const))(
    '%s is known to the core, lies in range and is recognised',
    (id, preset) => {
      expect(mergePolicy(preset.values).ok).toBe(true)
      const draft = presetDraft(preset, {})
      expect(policyValue(draft).faults).toEqual([])
      expect(presetOf(draft)).toBe(id)
      expect(presetOf(policyDraftOf(policyValue(draft).value))).toBe(id)
    },
  )

  it('leaves the wish for the standby picture alone', () => {
    const careful = policyPresets.find(({ id }) => id === 'careful')!
    const draft = presetDraft(careful, { 'failover.slateBeatsNothing': true, 'obs.stallMs': '9' })
    expect(draft).toMatchObject({ 'failover.slateBeatsNothing': true, 'obs.stallMs': '4' })
    expect(presetOf(draft)).toBe('careful')
  })

  it('numbers of one’s own are no preset', () => {
    expect(presetOf({ 'obs.stallMs': '2.5' })).toBeNull()
    expect(presetOf({ 'obs.stallMs': 'x' })).toBeNull()
  })

  it('fast leaves sooner than balanced, careful later', () => {
    const allowance = policyPresets.map(({ values }) => values.obs['reconnectAllowanceMs'] ?? 3_500)
    expect(allowance).toEqual([...allowance].sort((a, b) => b - a))
  })
})
