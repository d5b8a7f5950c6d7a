import type { SystemId } from '../../core/words'

/** What people call a system of the lineup, as it stands inside a sentence. */
export function systemName(id: SystemId): string {
  if (id === 'obs') return 'OBS'
  if (id === 'backup') return 'the backup'
  if (id === 'slate') return 'the standby picture'
  return `the backup “${id}”`
}
