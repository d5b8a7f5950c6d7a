import { destinationWords as words, formWords } from '../../../shared/messages/setup/setup'
import { platformOf, type PlatformWords } from '../../../shared/messages/setup/platforms'
import type { SettingsView } from '../../../shared/settings/settings'
import { Button, NumberField, Note, Segmented, TextField } from '../../components'
import { usePage } from '../../engine/store'
import { formNames } from './form/form-names'
import { At, Choices, SecretField, SetValue } from './form/fields'
import { FormShell } from './form/form-shell'
import { LegTestButton, useLegTest } from './leg-test'
import { addressOf, withPlatform } from './platform'
import { useForm, type FormHandle } from './form/use-form'

type Handle = FormHandle<'destination'>

/** What OBS says: its label is of OBS only while the destination is read from there. */
export const useDestinationOfObs = (): { readonly label: string | null; readonly keyHint: string | null } => {
  const destination = usePage(({ snapshot }) => snapshot?.destination ?? null)
  return destination?.source === 'obs'
    ? { label: destination.label, keyHint: destination.keyHint }
    : { label: null, keyHint: null }
}

/** Address and key of one's own. */
export function OwnAddress({ form, view }: { readonly form: Handle; readonly view: SettingsView }) {
  const { draft } = form
  return (
    <>
      <At form={form} path="url">
        {draft.url === null ? (
          <SetValue
            label={words.url}
            value={words.urlKept(view.destination.url ?? '')}
            fault={form.fault('url')}
            actions={
              <Button small onClick={() => form.put({ ...draft, url: '' })}>
                {words.urlReplace}
              </Button>
            }
          />
        ) : (
          <TextField
            label={words.url}
            hint={words.urlHint}
            fault={form.fault('url')}
            code
            value={draft.url}
            placeholder="rtmps://server/app"
            onChange={(url) => form.put({ ...draft, url })}
          />
        )}
      </At>
      <At form={form} path="key">
        <SecretField
          label={words.key}
          hint={words.keyHint}
          view={view.destination.key}
          draft={draft.key}
          fault={form.fault('key')}
          onChange={(key) => form.put({ ...draft, key })}
        />
      </At>
    </>
  )
}

/** What the platform allows: takeover and grace. */
export function PlatformRules({ form }: { readonly form: Handle }) {
  const { draft } = form
  return (
    <>
      <Choices
        label={words.takeover}
        value={draft.takeover}
        options={(['none', 'query', 'backup-url'] as const).map((value) => ({
          value,
          ...words.takeovers[value],
        }))}
        onChange={(takeover) => form.put({ ...draft, takeover })}
      />
      {draft.takeover === 'backup-url' ? (
        <At form={form} path="takeover.url">
          <TextField
            label={words.takeoverUrl}
            hint={words.takeoverUrlHint}
            fault={form.fault('takeover.url')}
            code
            value={draft.takeoverUrl}
            onChange={(takeoverUrl) => form.put({ ...draft, takeoverUrl })}
          />
        </At>
      ) : null}
      <At form={form} path="graceMs">
        <NumberField
          label={words.grace}
          hint={words.graceHint}
          fault={form.fault('graceMs')}
          unit={words.seconds}
          value={draft.grace}
          onChange={(grace) => form.put({ ...draft, grace })}
        />
      </At>
    </>
  )
}

/** Names the platform and offers what is known of it. */
function PlatformNote({ form, platform }: { readonly form: Handle; readonly platform: PlatformWords }) {
  const preset = withPlatform(form.draft, platform)
  const used = JSON.stringify(preset) === JSON.stringify(form.draft)
  return (
    <Note
      title={words.platform(platform.name)}
      actions={
        used ? null : (
          <Button small onClick={() => form.put(preset)}>
            {words.preset(platform.name)}
          </Button>
        )
      }
    >
      {platform.notes.join(' ')}
    </Note>
  )
}

export function DestinationSection({ view }: { readonly view: SettingsView }) {
  const form = useForm('destination', view)
  const test = useLegTest()
  const fromObs = useDestinationOfObs()
  const { draft } = form
  const platform = platformOf(addressOf(draft, view, fromObs.label))
  return (
    <FormShell form={form} title={formNames.destination} intro={words.intro}>
      <Segmented
        label={words.from}
        value={draft.from}
        options={[
          { value: 'obs', label: words.fromObs },
          { value: 'own', label: words.fromOwn },
        ]}
        onChange={(from) => form.put({ ...draft, from })}
      />
      {draft.from === 'obs' ? (
        <p className="muted">
          {words.fromObsHint}{' '}
          <span className="wrap-anywhere">
            {fromObs.label === null ? words.nowNone : words.now(fromObs.label, fromObs.keyHint)}
          </span>
        </p>
      ) : (
        <OwnAddress form={form} view={view} />
      )}
      {platform === null ? null : <PlatformNote form={form} platform={platform} />}
      <PlatformRules form={form} />
      {form.changed ? (
        <p className="muted small">{formWords.saveToTest}</p>
      ) : (
        <LegTestButton
          test={test}
          label={words.test}
          hint={words.testHint}
          onRun={() => void test.run({ what: 'destination' })}
        />
      )}
    </FormShell>
  )
}
