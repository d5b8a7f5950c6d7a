import { Radio } from 'lucide-react'
import { firstRunDestination as words } from '../../../shared/messages/setup/first-run'
import { platformOf, type PlatformWords } from '../../../shared/messages/setup/platforms'
import type { SettingsView } from '../../../shared/settings/settings'
import { Button, Note, Switch } from '../../components'
import { OwnAddress, useDestinationOfObs } from '../setup/destination'
import { addressOf } from '../setup/platform'
import { useForm, type FormHandle } from '../setup/form/use-form'

/** The form and the platform of this step; the walk saves it when it goes on. */
export function useDestinationStep(view: SettingsView): {
  readonly form: FormHandle<'destination'>
  readonly platform: PlatformWords | null
  readonly fromObs: ReturnType<typeof useDestinationOfObs>
} {
  const form = useForm('destination', view)
  const fromObs = useDestinationOfObs()
  return { form, fromObs, platform: platformOf(addressOf(form.draft, view, fromObs.label)) }
}

interface Props {
  readonly view: SettingsView
  readonly step: ReturnType<typeof useDestinationStep>
  readonly usesKnown: boolean
  readonly onUseKnown: (wanted: boolean) => void
}

export function DestinationStep({ view, step, usesKnown, onUseKnown }: Props) {
  const { form, platform, fromObs } = step
  const own = form.draft.from === 'own'
  return (
    <div className="stack">
      {own ? (
        <>
          <OwnAddress form={form} view={view} />
          <div className="row">
            <Button small tone="quiet" onClick={() => form.put({ ...form.draft, from: 'obs' })}>
              {words.readFromObs}
            </Button>
          </div>
        </>
      ) : fromObs.label === null ? (
        <Note
          tone="warn"
          title={words.missing}
          actions={
            <Button small onClick={() => form.put({ ...form.draft, from: 'own' })}>
              {words.typeHere}
            </Button>
          }
        >
          {words.missingTells}
        </Note>
      ) : (
        <FoundInObs label={fromObs.label} keyHint={fromObs.keyHint} platform={platform} />
      )}
      {own || fromObs.label !== null ? (
        <Known platform={platform} used={usesKnown} onUse={onUseKnown} />
      ) : null}
      {form.refusal === null ? null : (
        <Note tone="alarm" title={form.refusal.text} live="alert">
          {form.refusal.next}
        </Note>
      )}
    </div>
  )
}

function FoundInObs(props: {
  readonly label: string
  readonly keyHint: string | null
  readonly platform: PlatformWords | null
}) {
  return (
    <div className="found">
      <Radio aria-hidden="true" />
      <div>
        <strong>{props.platform?.name ?? props.label}</strong>
        <p className="muted wrap-anywhere">
          {props.platform === null ? null : `${props.label} · `}
          {props.keyHint === null ? words.noKey : words.key(props.keyHint)}
        </p>
        <p className="muted small">{words.read}</p>
      </div>
    </div>
  )
}

function Known(props: {
  readonly platform: PlatformWords | null
  readonly used: boolean
  readonly onUse: (wanted: boolean) => void
}) {
  const { platform } = props
  if (platform === null) return <p className="muted">{words.unknown}</p>
  const presets = platform.takeover !== null || platform.graceMs !== null
  return (
    <>
      <ul className="plain-list">
        {platform.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
      {presets ? (
        <Switch
          label={words.usePreset(platform.name)}
          hint={platform.graceMs === null ? undefined : words.graceIs(platform.graceMs / 1_000)}
          checked={props.used}
          onChange={props.onUse}
        />
      ) : null}
    </>
  )
}
