import { create } from 'zustand'
import type { FieldFault, SettingsSection, SettingsView } from '../../../../shared/settings/settings'
import { getSettings, saveSettings } from '../../../engine/api'
import { check, draftFrom, type Drafts } from './check'

interface Refusal {
  readonly text: string
  readonly next: string
}

/** A form with changes: what is typed, what it began from, and what is known to be wrong. */
interface Open<S extends SettingsSection> {
  readonly draft: Drafts[S]
  /** What was saved when the first change was made, to see changes made elsewhere. */
  readonly base: string
  /** Fields that were left once: what is wrong there is said. `all`: after a try to save. */
  readonly left: readonly string[] | 'all'
  /** The engine's, until the form changes. */
  readonly faults: readonly FieldFault[]
  readonly refusal: Refusal | null
}

type Forms = { readonly [S in SettingsSection]?: Open<S> }

interface SetupState {
  readonly view: SettingsView | null
  readonly problem: Refusal | null
  readonly forms: Forms
  readonly saving: SettingsSection | null
  /** Section that was saved last, for a quiet word. */
  readonly saved: SettingsSection | null
}

export const useSetup = create<SetupState>(() => ({
  view: null,
  problem: null,
  forms: {},
  saving: null,
  saved: null,
}))

/** Asks the engine for the settings; a failure is shown while there are none. */
export async function loadSettings(): Promise<void> {
  const answer = await getSettings()
  if (answer.ok) useSetup.setState({ view: answer.value, problem: null })
  else useSetup.setState({ problem: { text: answer.text, next: answer.next } })
}

const put = <S extends SettingsSection>(section: S, form: Open<S> | undefined): void =>
  useSetup.setState(({ forms }) => ({ forms: { ...forms, [section]: form } }))

const opened = <S extends SettingsSection>(section: S, view: SettingsView): Open<S> => {
  const draft = draftFrom(section, view)
  const form: Open<S> | undefined = useSetup.getState().forms[section]
  return form ?? { draft, base: JSON.stringify(draft), left: [], faults: [], refusal: null }
}

/** The form was changed. One that stands as saved again is no longer open. */
export function edit<S extends SettingsSection>(section: S, draft: Drafts[S]): void {
  const { view } = useSetup.getState()
  if (view === null) return
  useSetup.setState({ saved: null })
  const same = JSON.stringify(draft) === JSON.stringify(draftFrom(section, view))
  put(section, same ? undefined : { ...opened(section, view), draft, faults: [], refusal: null })
}

/** A field was left: from now on what is wrong with it is said. */
export function leave(section: SettingsSection, path: string): void {
  const form = useSetup.getState().forms[section]
  if (form === undefined) return
  const { left } = form
  if (left === 'all' || left.includes(path)) return
  useSetup.setState(({ forms }) => ({ forms: { ...forms, [section]: { ...form, left: left.concat(path) } } }))
}

export const discard = (section: SettingsSection): void => put(section, undefined)

/** Saves a section; answers whether it is saved. Without changes there is nothing to do, and that is well. */
export const save = (section: SettingsSection): Promise<boolean> =>
  saveForm(section, useSetup.getState().forms)

async function saveForm<S extends SettingsSection>(section: S, forms: Pick<Forms, S>): Promise<boolean> {
  const { view, saving } = useSetup.getState()
  const form: Open<S> | undefined = forms[section]
  if (view === null || saving !== null) return false
  if (form === undefined) return true
  const found = check(section, form.draft)
  if (!found.ok) {
    put(section, { ...form, left: 'all', refusal: null })
    return false
  }
  useSetup.setState({ saving: section, saved: null })
  const reply = await saveSettings(found.change)
  useSetup.setState({ saving: null })
  if (reply.ok) {
    useSetup.setState({ view: reply.settings, saved: section })
    put(section, undefined)
    return true
  }
  const { faults, text, next } = reply
  const now: Open<S> | undefined = useSetup.getState().forms[section]
  put(section, { ...(now ?? form), left: 'all', faults, refusal: faults.length > 0 ? null : { text, next } })
  return false
}

/** Names of the sections with changes that are not saved. */
export const unsaved = (forms: Forms): readonly SettingsSection[] =>
  sections.filter((section) => forms[section] !== undefined)

const sections: readonly SettingsSection[] = [
  'obs',
  'destination',
  'backups',
  'route',
  'slate',
  'policy',
  'general',
  'hotkeys',
  'notifications',
  'app',
]

/** Closing the page with changes that are not saved: the browser asks. */
window.addEventListener('beforeunload', (event) => {
  if (unsaved(useSetup.getState().forms).length > 0) event.preventDefault()
})
