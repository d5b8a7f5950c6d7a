import { Plus } from 'lucide-react'
import { routeWords as words } from '../../../../shared/messages/setup/route'
import type { SettingsView } from '../../../../shared/settings/settings'
import { Button, TextField } from '../../../components'
import { At, Choices, SecretField } from '../form/fields'
import { formNames } from '../form/form-names'
import { FormShell } from '../form/form-shell'
import { ObsRouteCard } from './obs-route'
import { newFurther, type FurtherDraft } from './route-draft'
import { useForm, type FormHandle } from '../form/use-form'

const mostFurther = 7
const noSecret = { set: false, hint: null } as const

export function RouteSection({ view }: { readonly view: SettingsView }) {
  const form = useForm('route', view)
  const { draft } = form
  return (
    <>
      <ObsRouteCard />
      <FormShell form={form} title={formNames.route} intro={words.intro}>
        <Choices
          label={words.route}
          value={draft.route}
          options={(['program', 'direct'] as const).map((value) => ({ value, ...words.routes[value] }))}
          onChange={(route) => form.put({ ...draft, route })}
        />
        {draft.route === 'program' ? <ProgramFields form={form} /> : null}
      </FormShell>
    </>
  )
}

function ProgramFields({ form }: { readonly form: FormHandle<'route'> }) {
  const { draft } = form
  const put = (row: string, next: Partial<FurtherDraft>): void =>
    form.put({ ...draft, more: draft.more.map((one) => (one.row === row ? { ...one, ...next } : one)) })
  return (
    <>
      <At form={form} path="otherUrl">
        <TextField
          label={words.otherUrl}
          hint={words.otherUrlHint}
          fault={form.fault('otherUrl')}
          code
          value={draft.otherUrl}
          onChange={(otherUrl) => form.put({ ...draft, otherUrl })}
        />
      </At>
      <At form={form} path="port">
        <TextField
          label={words.port}
          hint={words.portHint}
          fault={form.fault('port')}
          value={draft.port}
          onChange={(port) => form.put({ ...draft, port })}
        />
      </At>
      <section className="stack" aria-label={words.more}>
        <h3>{words.more}</h3>
        <p className="muted small">{words.moreHint}</p>
        {draft.more.map((one, index) => (
          <Further
            key={one.row}
            form={form}
            index={index}
            draft={one}
            onChange={(next) => put(one.row, next)}
            onRemove={() => form.put({ ...draft, more: draft.more.filter(({ row }) => row !== one.row) })}
          />
        ))}
        <div className="row">
          <Button
            icon={<Plus />}
            disabled={draft.more.length >= mostFurther}
            onClick={() =>
              form.put({ ...draft, more: [...draft.more, newFurther(draft.more.map(({ id }) => id))] })
            }
          >
            {words.add}
          </Button>
        </div>
      </section>
    </>
  )
}

interface FurtherProps {
  readonly form: FormHandle<'route'>
  readonly index: number
  readonly draft: FurtherDraft
  readonly onChange: (next: Partial<FurtherDraft>) => void
  readonly onRemove: () => void
}

function Further({ form, index, draft, onChange, onRemove }: FurtherProps) {
  const at = `more.${index}`
  return (
    <fieldset className="further stack">
      <legend>{words.further(draft.name, index + 2)}</legend>
      <At form={form} path={`${at}.name`}>
        <TextField
          label={words.name}
          fault={form.fault(`${at}.name`)}
          value={draft.name}
          onChange={(name) => onChange({ name })}
        />
      </At>
      <At form={form} path={`${at}.url`}>
        <TextField
          label={words.url}
          fault={form.fault(`${at}.url`)}
          code
          value={draft.url}
          placeholder="rtmps://server/app"
          onChange={(url) => onChange({ url })}
        />
      </At>
      <At form={form} path={`${at}.key`}>
        <SecretField
          label={words.key}
          view={draft.saved?.key ?? noSecret}
          draft={draft.key}
          fault={form.fault(`${at}.key`)}
          onChange={(key) => onChange({ key })}
        />
      </At>
      <At form={form} path={`${at}.otherUrl`}>
        <TextField
          label={words.otherUrl}
          hint={words.moreOtherHint}
          fault={form.fault(`${at}.otherUrl`)}
          code
          value={draft.otherUrl}
          onChange={(otherUrl) => onChange({ otherUrl })}
        />
      </At>
      <div className="row">
        <Button small tone="quiet" onClick={onRemove}>
          {words.remove(draft.name)}
        </Button>
      </div>
    </fieldset>
  )
}
