import { obsWords } from '../../../shared/messages/setup/setup'
import type { SettingsView } from '../../../shared/settings/settings'
import { NumberField, TextField } from '../../components'
import { obsTest } from './form/check'
import { formNames } from './form/form-names'
import { At, PathField, SecretField } from './form/fields'
import { FormShell } from './form/form-shell'
import { LegTestButton, useLegTest } from './leg-test'
import { useForm, type FormHandle } from './form/use-form'

/** The fields of the way to OBS; the first run shows them as well. */
export function ObsFields(props: { readonly form: FormHandle<'obs'>; readonly view: SettingsView }) {
  const { form, view } = props
  const { draft } = form
  return (
    <>
      <div className="pair">
        <At form={form} path="host">
          <TextField
            label={obsWords.host}
            hint={obsWords.hostHint}
            fault={form.fault('host')}
            code
            value={draft.host}
            onChange={(host) => form.put({ ...draft, host })}
          />
        </At>
        <At form={form} path="port">
          <NumberField
            label={obsWords.port}
            hint={obsWords.portHint}
            fault={form.fault('port')}
            value={draft.port}
            placeholder="4455"
            onChange={(port) => form.put({ ...draft, port })}
          />
        </At>
      </div>
      <At form={form} path="password">
        <SecretField
          label={obsWords.password}
          hint={obsWords.passwordHint}
          view={view.obs.password}
          draft={draft.password}
          fault={form.fault('password')}
          onChange={(password) => form.put({ ...draft, password })}
        />
      </At>
      <At form={form} path="configDir">
        <PathField
          label={obsWords.configDir}
          hint={obsWords.configDirHint}
          fault={form.fault('configDir')}
          value={draft.configDir}
          pick="directory"
          onChange={(configDir) => form.put({ ...draft, configDir })}
        />
      </At>
    </>
  )
}

export function ObsSection({ view }: { readonly view: SettingsView }) {
  const form = useForm('obs', view)
  const test = useLegTest()
  const run = (): void => {
    const checked = obsTest(form.draft)
    if (checked.ok) void test.run(checked.change)
    else for (const { path } of checked.faults) form.leave(path.replace(/^value\./, ''))
  }
  return (
    <FormShell form={form} title={formNames.obs} intro={obsWords.intro}>
      <ObsFields form={form} view={view} />
      <LegTestButton test={test} label={obsWords.test} onRun={run} />
    </FormShell>
  )
}
