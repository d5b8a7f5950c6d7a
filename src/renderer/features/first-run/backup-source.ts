import { newBackup, type BackupDraft } from '../setup/form/drafts'

/** The backup that is typed here: the last of the list, not saved yet. */
export const fresh = (list: readonly BackupDraft[]): BackupDraft | null =>
  list.find((draft) => draft.saved === null) ?? null

/** The list with the address typed here; with nothing typed, nothing is added. */
export function withSource(list: readonly BackupDraft[], url: string): readonly BackupDraft[] {
  const before = fresh(list)
  const others = list.filter((draft) => draft !== before)
  if (url === '') return others
  return [...others, { ...(before ?? newBackup(others.map(({ id }) => id))), url }]
}
