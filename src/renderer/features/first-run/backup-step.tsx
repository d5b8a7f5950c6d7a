import { Search } from 'lucide-react'
import { firstRunBackup as words, firstRunObs } from '../../../shared/messages/setup/first-run'
import type { Preflight, SettingsView } from '../../../shared/settings/settings'
import { Button, Note, TextField } from '../../components'
import { backupTest } from '../setup/form/check'
import { At } from '../setup/form/fields'
import { TestFindings, useLegTest } from '../setup/leg-test'
import { SourceExamples } from '../setup/backups/source-examples'
import { useForm, type FormHandle } from '../setup/form/use-form'
import { fresh, withSource } from './backup-source'

interface Props {
  readonly view: SettingsView
  readonly preflight: Preflight | null
  readonly onSaved: () => void
}

export function BackupStep({ view, preflight, onSaved }: Props) {
  const form = useForm('backups', view)
  const test = useLegTest()
  const draft = fresh(form.draft)
  const path = `${form.draft.length - 1}.source.url`
  const saved = form.draft.filter((one) => one.saved !== null)
  const look = (): void => {
    if (draft === null) return
    const checked = backupTest(draft)
    if (checked.ok) void test.run(checked.change)
    else form.leave(path)
  }
  const keep = async (): Promise<void> => {
    if (await form.save()) onSaved()
  }
  const looked = test.answer?.ok === true && test.answer.value.ok
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (looked) void keep()
        else look()
      }}
    >
      <p>{words.tells}</p>
      {saved.map((one) => (
        <Note key={one.row} tone="good" title={words.have(one.saved?.source.label ?? one.id)}>
          {words.another}
        </Note>
      ))}
      <At form={form} path={path}>
        <TextField
          label={words.field}
          fault={draft === null ? null : form.fault(path)}
          code
          value={draft?.url ?? ''}
          placeholder="rtsp://…"
          onChange={(url) => {
            test.clear()
            form.put(withSource(form.draft, url))
          }}
        />
      </At>
      <SourceExamples url={draft?.url ?? ''} onChoose={(url) => form.put(withSource(form.draft, url))} />
      {draft === null ? null : (
        <div className="row">
          {/* Enter looks first, and keeps once it was looked at. */}
          <Button
            type={looked ? 'button' : 'submit'}
            tone={looked ? 'plain' : 'primary'}
            icon={<Search />}
            busy={test.busy}
            {...(looked ? { onClick: look } : {})}
          >
            {test.busy ? words.looking : words.look}
          </Button>
          {test.answer === null && !test.busy ? <span className="muted small">{words.lookFirst}</span> : null}
        </div>
      )}
      <TestFindings test={test} />
      {preflight?.obs.stopCutsRecording === true ? <Note tone="warn">{firstRunObs.recording}</Note> : null}
      <Refused form={form} />
      {draft === null || test.answer === null ? null : (
        <div className="row">
          <Button
            type={looked ? 'submit' : 'button'}
            tone={looked ? 'primary' : 'quiet'}
            busy={form.saving}
            {...(looked ? {} : { onClick: () => void keep() })}
          >
            {looked ? words.use : words.keepAnyway}
          </Button>
        </div>
      )}
    </form>
  )
}

/** What the engine found wrong and no field here shows. */
function Refused({ form }: { readonly form: FormHandle<'backups'> }) {
  if (form.refusal === null) return null
  return (
    <Note tone="alarm" title={form.refusal.text} live="alert">
      {form.refusal.next}
    </Note>
  )
}
