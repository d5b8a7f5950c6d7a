import { useMemo } from 'react'
import { faultText } from '../../../../shared/messages/setup/setup'
import type { SettingsSection, SettingsView } from '../../../../shared/settings/settings'
import { check, draftFrom, type Drafts } from './check'
import { discard, edit, leave, save, useSetup } from './store'

/** A section's form, as a component needs it. */
export interface FormHandle<S extends SettingsSection> {
  readonly section: S
  readonly draft: Drafts[S]
  /** Puts the whole draft. */
  readonly put: (draft: Drafts[S]) => void
  /** What is wrong at a field, as a sentence; null: nothing, or not said yet. */
  readonly fault: (path: string) => string | null
  readonly leave: (path: string) => void
  readonly changed: boolean
  /** Saved by another window since the first change here. */
  readonly elsewhere: boolean
  readonly faultCount: number
  readonly refusal: { readonly text: string; readonly next: string } | null
  readonly saving: boolean
  readonly saved: boolean
  readonly save: () => Promise<boolean>
  readonly discard: () => void
}

export function useForm<S extends SettingsSection>(section: S, view: SettingsView): FormHandle<S> {
  const form = useSetup((state) => state.forms[section])
  const saving = useSetup((state) => state.saving === section)
  const saved = useSetup((state) => state.saved === section)
  const begin = useMemo(() => draftFrom(section, view), [section, view])
  const draft: Drafts[S] = form === undefined ? begin : form.draft
  const faults = useMemo(() => {
    if (form === undefined) return []
    const found = check(section, draft)
    const left = form.left
    const mine = found.ok ? [] : found.faults
    return [...(left === 'all' ? mine : mine.filter(({ path }) => left.includes(path))), ...form.faults]
  }, [section, form, draft])
  return {
    section,
    draft,
    put: (next) => edit(section, next),
    fault: (path) => {
      const found = faults.find((fault) => fault.path === path)
      return found === undefined ? null : faultText(found.text)
    },
    leave: (path) => leave(section, path),
    changed: form !== undefined,
    elsewhere: form !== undefined && form.base !== JSON.stringify(begin),
    faultCount: form?.left === 'all' ? new Set(faults.map(({ path }) => path)).size : 0,
    refusal: form?.refusal ?? null,
    saving,
    saved,
    save: () => save(section),
    discard: () => discard(section),
  }
}
