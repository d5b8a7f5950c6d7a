import { backupWords } from '../../../../shared/messages/setup/sources'
import { faultsOf } from '../../../../shared/messages/setup/faults'
import {
  settingsChangeSchema,
  testRequestSchema,
  type FieldFault,
  type SettingsChange,
  type SettingsSection,
  type SettingsView,
  type TestRequest,
} from '../../../../shared/settings/settings'
import { backupTestValue, draftOf, valueOf, type BackupDraft, type Drafts } from './drafts'
import { policyDraftOf, policyValue } from '../policy/policy-draft'

/** A form, checked by the engine's own schema before anything is sent. */

export type { Drafts }

type Checked<T> =
  { readonly ok: true; readonly change: T } | { readonly ok: false; readonly faults: readonly FieldFault[] }

/** A section as its form begins. */
export const draftFrom = <S extends SettingsSection>(section: S, view: SettingsView): Drafts[S] =>
  forms[section].begin(view)

interface Form<D> {
  readonly begin: (view: SettingsView) => D
  readonly value: (draft: D) => unknown
  /** What the schema cannot see. */
  readonly more: (draft: D) => readonly FieldFault[]
}

const nothing = (): readonly FieldFault[] => []

const plain = <S extends Exclude<SettingsSection, 'policy'>>(
  section: S,
  more: (draft: Drafts[S]) => readonly FieldFault[] = nothing,
): Form<Drafts[S]> => ({
  begin: (view) => draftOf(section, view),
  value: (draft) => valueOf(section, draft),
  more,
})

const forms: { readonly [S in SettingsSection]: Form<Drafts[S]> } = {
  obs: plain('obs'),
  destination: plain('destination'),
  route: plain('route'),
  backups: plain('backups', backupFaults),
  slate: plain('slate'),
  general: plain('general'),
  hotkeys: plain('hotkeys'),
  notifications: plain('notifications'),
  app: plain('app'),
  policy: {
    begin: ({ policy }) => policyDraftOf(policy),
    value: (draft) => policyValue(draft).value,
    more: (draft) => policyValue(draft).faults,
  },
}

const reserved = ['obs', 'slate']

function backupFaults(drafts: readonly BackupDraft[]): readonly FieldFault[] {
  return drafts.flatMap((draft, index): readonly FieldFault[] => {
    const id = draft.id.trim()
    const path = `${index}.id`
    if (reserved.includes(id)) return [{ path, text: backupWords.reserved }]
    const before = drafts.slice(0, index).some((other) => other.id.trim() === id)
    return before ? [{ path, text: backupWords.duplicate }] : []
  })
}

export function check<S extends SettingsSection>(section: S, draft: Drafts[S]): Checked<SettingsChange> {
  const form: Form<Drafts[S]> = forms[section]
  const parsed = settingsChangeSchema.safeParse({ section, value: form.value(draft) })
  const faults = [...form.more(draft), ...(parsed.success ? [] : faultsOf(parsed.error.issues, 1))]
  return parsed.success && faults.length === 0 ? { ok: true, change: parsed.data } : { ok: false, faults }
}

/** The request that tests what stands in the OBS form now. */
export const obsTest = (draft: Drafts['obs']): Checked<TestRequest> =>
  request({ what: 'obs', value: valueOf('obs', draft) })

/** The request that looks at a backup as it stands in the form now. */
export const backupTest = (draft: BackupDraft): Checked<TestRequest> =>
  request({ what: 'backup', value: backupTestValue(draft) })

function request(asked: unknown): Checked<TestRequest> {
  const parsed = testRequestSchema.safeParse(asked)
  return parsed.success
    ? { ok: true, change: parsed.data }
    : { ok: false, faults: faultsOf(parsed.error.issues, 1) }
}
