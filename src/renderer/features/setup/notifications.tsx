import { useState } from 'react'
import { BellRing } from 'lucide-react'
import { notificationWords as words } from '../../../shared/messages/setup/app'
import type { SettingsView } from '../../../shared/settings/settings'
import type { ShellPart } from '../../../shared/shell-bridge'
import { Button, Note, Switch, TextField } from '../../components'
import { At } from './form/fields'
import { formNames } from './form/form-names'
import { FormShell } from './form/form-shell'
import { useForm } from './form/use-form'
import { shell, useShellState } from './use-shell'

const kinds = ['switch', 'health', 'backup', 'monitor', 'stream'] as const

export function NotificationsSection({ view }: { readonly view: SettingsView }) {
  const form = useForm('notifications', view)
  const { draft } = form
  return (
    <FormShell form={form} title={formNames.notifications} intro={words.intro}>
      <Presence />
      <Switch label={words.on} checked={draft.on} onChange={(on) => form.put({ ...draft, on })} />
      <fieldset className="switches" disabled={!draft.on}>
        <legend>{words.kinds}</legend>
        {kinds.map((kind) => (
          <Switch
            key={kind}
            label={words[kind].name}
            hint={words[kind].tells}
            checked={draft[kind]}
            disabled={!draft.on}
            onChange={(on) => form.put({ ...draft, [kind]: on })}
          />
        ))}
      </fieldset>
      <Switch
        label={words.sound.name}
        hint={words.sound.tells}
        checked={draft.sound}
        onChange={(sound) => form.put({ ...draft, sound })}
      />
      <Switch
        label={words.quiet.name}
        hint={words.quiet.tells}
        checked={draft.quiet}
        onChange={(quiet) => form.put({ ...draft, quiet })}
      />
      {draft.quiet ? (
        <div className="pair nested">
          <At form={form} path="quietHours.from">
            <TextField
              label={words.from}
              hint={words.timeHint}
              fault={form.fault('quietHours.from')}
              value={draft.quietFrom}
              onChange={(quietFrom) => form.put({ ...draft, quietFrom })}
            />
          </At>
          <At form={form} path="quietHours.to">
            <TextField
              label={words.to}
              hint={words.timeHint}
              fault={form.fault('quietHours.to')}
              value={draft.quietTo}
              onChange={(quietTo) => form.put({ ...draft, quietTo })}
            />
          </At>
        </div>
      ) : null}
      {shell() === null ? null : <NotificationTest />}
    </FormShell>
  )
}

/** A browser shows none; a desktop may be without them. */
function Presence() {
  const state = useShellState()
  if (shell() === null) return <Note>{words.browser}</Note>
  const part = state?.notifications
  if (part === undefined || part.state === 'ok') return null
  return (
    <Note tone="warn" title={part.text}>
      {part.next}
    </Note>
  )
}

function NotificationTest() {
  const [busy, setBusy] = useState(false)
  const [part, setPart] = useState<ShellPart | null>(null)
  const run = async (): Promise<void> => {
    setBusy(true)
    setPart(
      (await shell()
        ?.testNotification()
        .catch(() => null)) ?? null,
    )
    setBusy(false)
  }
  return (
    <div className="stack leg-test">
      <div className="row">
        <Button icon={<BellRing />} busy={busy} onClick={() => void run()}>
          {words.test}
        </Button>
      </div>
      <div role="status">
        {part === null ? null : part.state === 'ok' ? (
          <Note tone="good">{words.testOk}</Note>
        ) : (
          <Note tone="warn" title={part.text}>
            {part.next}
          </Note>
        )}
      </div>
    </div>
  )
}
