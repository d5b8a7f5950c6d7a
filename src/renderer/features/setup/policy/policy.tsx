import { RotateCcw } from 'lucide-react'
import { policyWords as words } from '../../../../shared/messages/setup/app'
import { policyGroups, policyNumbers, type PolicyNumber } from '../../../../shared/messages/setup/policy'
import { policyPresets } from '../../../../shared/messages/setup/presets'
import type { SettingsView } from '../../../../shared/settings/settings'
import { Button, NumberField, Switch, TextField } from '../../../components'
import type { PolicyDraft } from '../form/drafts'
import { At, Choices } from '../form/fields'
import { formNames } from '../form/form-names'
import { FormShell } from '../form/form-shell'
import { policyPath, presetDraft, presetOf, shownDefault } from './policy-draft'
import { useForm, type FormHandle } from '../form/use-form'

type Handle = FormHandle<'policy'>

export function PolicySection({ view }: { readonly view: SettingsView }) {
  const form = useForm('policy', view)
  const { draft } = form
  const preset = presetOf(draft)
  const differs = Object.keys(draft).length
  return (
    <FormShell form={form} title={formNames.policy} intro={words.intro}>
      <Choices
        label={words.preset}
        value={preset ?? 'own'}
        options={[
          ...policyPresets.map(({ id, name, tells }) => ({ value: id, name, tells })),
          ...(preset === null ? [{ value: 'own' as const, name: words.own, tells: words.ownTells }] : []),
        ]}
        onChange={(id) => {
          const chosen = policyPresets.find((each) => each.id === id)
          if (chosen !== undefined) form.put(presetDraft(chosen, draft))
        }}
      />
      {/* Faults of the numbers must be in sight. */}
      <details className="details" open={form.faultCount > 0 || undefined}>
        <summary>{words.details}</summary>
        <div className="row details-head">
          <p className="muted">
            {words.detailsTells} {words.changed(differs)}
          </p>
          <span className="spring" />
          <Button small icon={<RotateCcw />} disabled={differs === 0} onClick={() => form.put({})}>
            {words.resetAll}
          </Button>
        </div>
        {policyGroups.map(({ section, title }) => (
          <section key={section} aria-label={title}>
            <h3>{title}</h3>
            <div className="numbers-grid">
              {policyNumbers
                .filter((number) => number.section === section)
                .map((number) => (
                  <PolicyField key={number.key} form={form} number={number} />
                ))}
            </div>
          </section>
        ))}
      </details>
    </FormShell>
  )
}

const without = (draft: PolicyDraft, path: string): PolicyDraft =>
  Object.fromEntries(Object.entries(draft).filter(([key]) => key !== path))

function PolicyField({ form, number }: { readonly form: Handle; readonly number: PolicyNumber }) {
  const path = policyPath(number)
  const standard = shownDefault(number)
  const value = form.draft[path] ?? standard
  const unit = words.units[number.unit]
  const put = (typed: string | boolean): void =>
    form.put(typed === standard ? without(form.draft, path) : { ...form.draft, [path]: typed })
  if (typeof value === 'boolean') {
    return (
      <Switch
        label={number.label}
        checked={value}
        hint={`${number.hint} ${words.default(standard === true ? words.yes : words.no)}.`}
        fault={form.fault(path)}
        onChange={put}
      />
    )
  }
  const range = words.range(
    number.min,
    number.max,
    number.unit === 's' ? '\u00a0s' : number.unit === '%' ? '\u00a0%' : '',
  )
  const props = {
    label: number.label,
    hint: `${number.hint} ${words.default(String(standard))}; ${range}.`,
    fault: form.fault(path),
    value,
    onChange: put,
    after:
      form.draft[path] === undefined ? null : (
        <Button small tone="quiet" label={words.reset(number.label)} onClick={() => put(standard)}>
          {words.resetShort}
        </Button>
      ),
  }
  return (
    <At form={form} path={path}>
      {number.unit === 'list-s' ? <TextField {...props} /> : <NumberField {...props} unit={unit} />}
    </At>
  )
}
