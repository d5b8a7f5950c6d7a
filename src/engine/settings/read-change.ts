import { problem } from '../../core/problem'
import { settingsChangeSchema, type SettingsChange, type SettingsReply } from '../../shared/settings/settings'
import { fieldFaults } from './field-faults'
import { refusedSettings } from './settings'

type Refused = Extract<SettingsReply, { readonly ok: false }>

/** What came in as a change of the settings, or what is wrong with it, by field. */
export function readChange(
  body: unknown,
): { readonly change: SettingsChange } | { readonly refused: Refused } {
  const parsed = settingsChangeSchema.safeParse(body)
  if (parsed.success) return { change: parsed.data }
  const faults = fieldFaults(parsed.error.issues)
  return {
    refused:
      faults === null
        ? refusedSettings(problem('bad-request', { reason: 'not a change of the settings' }))
        : refusedSettings(problem('settings-invalid'), faults),
  }
}
