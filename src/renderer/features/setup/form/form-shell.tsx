import { useRef, type ReactNode, type SyntheticEvent } from 'react'
import { Check } from 'lucide-react'
import { formWords, liveWords } from '../../../../shared/messages/setup/setup'
import type { SettingsSection } from '../../../../shared/settings/settings'
import { Button, Card, Note } from '../../../components'
import { usePage } from '../../../engine/store'
import type { FormHandle } from './use-form'

interface Props<S extends SettingsSection> {
  readonly form: FormHandle<S>
  readonly title: string
  readonly intro?: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** One section as one form: what saving touches, what is wrong, save and discard. */
export function FormShell<S extends SettingsSection>({ form, title, intro, actions, children }: Props<S>) {
  const box = useRef<HTMLFormElement>(null)
  const live = usePage(({ snapshot }) => snapshot !== null && snapshot.phase.kind !== 'offline')
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    if (await form.save()) return
    // The first field that is wrong; it is marked once the faults are drawn.
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
  }
  return (
    <Card title={title} className="setup-form" actions={actions}>
      <form ref={box} className="setup-fields" noValidate onSubmit={(event) => void submit(event)}>
        {intro === undefined ? null : <p className="muted">{intro}</p>}
        {children}
        {live && form.changed ? <Note tone="info">{liveWords[form.section]}</Note> : null}
        {form.elsewhere ? <Note tone="warn">{formWords.changedElsewhere}</Note> : null}
        <div role="alert">
          {form.faultCount > 0 ? <Note tone="warn">{formWords.faults(form.faultCount)}</Note> : null}
          {form.refusal === null ? null : (
            <Note tone="alarm" title={form.refusal.text}>
              {form.refusal.next}
            </Note>
          )}
        </div>
        <SaveBar form={form} />
      </form>
    </Card>
  )
}

function SaveBar<S extends SettingsSection>({ form }: { readonly form: FormHandle<S> }) {
  return (
    <div className="row save-bar">
      <Button tone="primary" type="submit" busy={form.saving} disabled={!form.changed}>
        {form.saving ? formWords.saving : formWords.save}
      </Button>
      {form.changed && !form.saving ? (
        <Button tone="quiet" onClick={form.discard}>
          {formWords.discard}
        </Button>
      ) : null}
      <p role="status" className="save-word">
        {form.saved ? (
          <>
            <Check aria-hidden="true" /> {formWords.saved}
          </>
        ) : null}
      </p>
    </div>
  )
}
