import type { BackupDraft } from '../form/drafts'

/** The list moved by one place; what is at its end stays. */
export function movedTo(list: readonly BackupDraft[], index: number, by: -1 | 1): readonly BackupDraft[] {
  const to = index + by
  const moved = list[index]
  if (moved === undefined || to < 0 || to >= list.length) return list
  const without = list.filter((_one, at) => at !== index)
  return [...without.slice(0, to), moved, ...without.slice(to)]
}
