import { slateWords as words } from '../../../../shared/messages/setup/sources'
import type { SettingsView } from '../../../../shared/settings/settings'
import { At, PathField } from '../form/fields'
import { formNames } from '../form/form-names'
import { FormShell } from '../form/form-shell'
import { useForm } from '../form/use-form'

export function SlateSection({ view }: { readonly view: SettingsView }) {
  const form = useForm('slate', view)
  return (
    <FormShell form={form} title={formNames.slate} intro={words.intro}>
      <At form={form} path="file">
        <PathField
          label={words.file}
          hint={words.fileHint}
          fault={form.fault('file') ?? form.fault('')}
          value={form.draft.file}
          pick="media"
          onChange={(file) => form.put({ file })}
        />
      </At>
      <p className="muted small">{words.policyHint}</p>
    </FormShell>
  )
}
