import { firstRunObs as words, firstRunWords, obsHurdle } from '../../../shared/messages/setup/first-run'
import type { Preflight, SettingsView } from '../../../shared/settings/settings'
import { Button, Note, Spinner } from '../../components'
import { SecretField } from '../setup/form/fields'
import { ObsFields } from '../setup/obs'
import { useForm } from '../setup/form/use-form'
import { ObsHow } from './obs-how'

interface Props {
  readonly view: SettingsView
  readonly preflight: Preflight | null
}

/** Finds OBS; says what stands in the way, the nearest obstacle first. */
export function ObsStep({ view, preflight }: Props) {
  if (preflight === null) {
    return (
      <p className="row muted" role="status">
        <Spinner /> {firstRunWords.looking}
      </p>
    )
  }
  const hurdle = obsHurdle(preflight.obs)
  return (
    <div className="stack" role="status">
      <Hurdle hurdle={hurdle} view={view} obs={preflight.obs} />
      {hurdle === 'none' || hurdle === 'password' ? null : <ByHand view={view} />}
    </div>
  )
}

function Hurdle(props: {
  readonly hurdle: ReturnType<typeof obsHurdle>
  readonly view: SettingsView
  readonly obs: Preflight['obs']
}) {
  const { obs } = props
  switch (props.hurdle) {
    case 'none':
      return (
        <>
          <Note tone="good" title={words.done(obs.version)}>
            {words.doneTells}
          </Note>
          {obs.streaming ? <Note>{words.streaming}</Note> : null}
          {obs.stopCutsRecording === true ? <Note tone="warn">{words.recording}</Note> : null}
        </>
      )
    case 'not-installed':
      return (
        <Note tone="warn" title={words.notInstalled}>
          {words.notInstalledTells}
        </Note>
      )
    case 'not-running':
      return <Waits title={words.notRunning} tells={words.notRunningTells} />
    case 'socket-off':
      return (
        <>
          <Waits title={words.socketOff} tells={words.socketOffTells} />
          <ObsHow />
        </>
      )
    case 'password':
      return <Password view={props.view} problem={obs.problem} />
    case 'waiting':
      return obs.problem === null ? (
        <Waits title={words.waiting} tells="" />
      ) : (
        <>
          <Waits title={obs.problem.text} tells={obs.problem.next} />
          {obs.webSocket === 'on' ? null : <ObsHow />}
        </>
      )
    default:
      return null
  }
}

function Waits({ title, tells }: { readonly title: string; readonly tells: string }) {
  return (
    <div className="waits">
      <Spinner />
      <div>
        <strong>{title}</strong>
        <p className="muted">{tells}</p>
      </div>
    </div>
  )
}

function Password(props: { readonly view: SettingsView; readonly problem: Preflight['obs']['problem'] }) {
  const form = useForm('obs', props.view)
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        void form.save()
      }}
    >
      <Note tone="warn" title={props.problem?.text ?? words.password}>
        {words.passwordTells}
      </Note>
      <SecretField
        label={words.passwordLabel}
        view={props.view.obs.password}
        draft={form.draft.password}
        fault={form.fault('password')}
        onChange={(password) => form.put({ ...form.draft, password })}
      />
      <div className="row">
        <Button tone="primary" type="submit" busy={form.saving} disabled={!form.changed}>
          {words.connect}
        </Button>
      </div>
    </form>
  )
}

/** For an OBS that is elsewhere: the fields of the set-up. */
function ByHand({ view }: { readonly view: SettingsView }) {
  const form = useForm('obs', view)
  return (
    <details className="details">
      <summary>{words.manual}</summary>
      <form
        className="setup-fields"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void form.save()
        }}
      >
        <ObsFields form={form} view={view} />
        {form.refusal === null ? null : (
          <Note tone="alarm" title={form.refusal.text} live="alert">
            {form.refusal.next}
          </Note>
        )}
        <div className="row">
          <Button type="submit" busy={form.saving} disabled={!form.changed}>
            {words.connect}
          </Button>
        </div>
      </form>
    </details>
  )
}
