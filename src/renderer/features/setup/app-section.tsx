import { appWords as words, generalWords } from '../../../shared/messages/setup/app'
import type { SettingsView } from '../../../shared/settings/settings'
import type { ShellPart, ShellState } from '../../../shared/shell-bridge'
import { Card, Facts, Note, Segmented, Switch } from '../../components'
import { routeHash } from '../../router'
import { usePage } from '../../engine/store'
import { chooseTheme, useTheme } from '../../theme'
import { At, PathField } from './form/fields'
import { formNames } from './form/form-names'
import { FormShell } from './form/form-shell'
import { useForm } from './form/use-form'
import { shell, useShellState } from './use-shell'

export function AppSection({ view }: { readonly view: SettingsView }) {
  const state = useShellState()
  const version = usePage(({ snapshot }) => snapshot?.version ?? '')
  return (
    <>
      <AppForm view={view} startAtLogin={state?.startAtLogin ?? null} />
      <GeneralForm view={view} />
      <Card title={words.secrets}>
        <p>
          {words.secrets} {words.secretsIn[view.secretsIn]}
        </p>
        {state?.keyStore.state === 'missing' ? (
          <Note tone="warn" title={state.keyStore.text}>
            {state.keyStore.next}
          </Note>
        ) : null}
      </Card>
      <Card title={words.versions}>
        <Facts
          facts={[
            { name: words.understudy, value: version },
            ...(state === null
              ? []
              : [
                  {
                    name: words.desktop,
                    value: `${state.versions.app} (Electron ${state.versions.electron})`,
                  },
                ]),
          ]}
        />
        {shell() === null ? <p className="muted">{words.browser}</p> : null}
        {state === null ? null : <Parts state={state} />}
        <p>
          <a href={routeHash({ screen: 'welcome' })}>{words.firstRun}</a>
        </p>
      </Card>
    </>
  )
}

function AppForm(props: { readonly view: SettingsView; readonly startAtLogin: ShellPart | null }) {
  const form = useForm('app', props.view)
  const choice = useTheme((theme) => theme.choice)
  const { draft } = form
  const login = props.startAtLogin
  return (
    <FormShell form={form} title={formNames.app}>
      <Segmented
        label={words.theme}
        value={choice}
        options={(['system', 'dark', 'light'] as const).map((value) => ({
          value,
          label: words.themes[value],
        }))}
        onChange={chooseTheme}
      />
      <Switch
        label={words.closeToTray}
        hint={words.closeToTrayHint}
        checked={draft.closeToTray}
        onChange={(closeToTray) => form.put({ ...draft, closeToTray })}
      />
      <Switch
        label={words.startAtLogin}
        hint={login?.state === 'missing' ? `${login.text} ${login.next}` : words.startAtLoginHint}
        checked={draft.startAtLogin}
        onChange={(startAtLogin) => form.put({ ...draft, startAtLogin })}
      />
    </FormShell>
  )
}

function GeneralForm({ view }: { readonly view: SettingsView }) {
  const form = useForm('general', view)
  const { draft } = form
  return (
    <FormShell form={form} title={formNames.general}>
      <Switch
        label={generalWords.autoArm}
        hint={generalWords.autoArmHint}
        checked={draft.autoArm}
        onChange={(autoArm) => form.put({ ...draft, autoArm })}
      />
      <At form={form} path="ffmpeg">
        <PathField
          label={generalWords.ffmpeg}
          hint={generalWords.ffmpegHint}
          fault={form.fault('ffmpeg')}
          value={draft.ffmpeg}
          pick="program"
          onChange={(ffmpeg) => form.put({ ...draft, ffmpeg })}
        />
      </At>
    </FormShell>
  )
}

/** What of the desktop app works here, and what is missing. */
function Parts({ state }: { readonly state: ShellState }) {
  const names = ['tray', 'notifications', 'keyStore', 'startAtLogin'] as const
  return (
    <Facts
      facts={names.map((name) => {
        const part = state[name]
        return part.state === 'ok'
          ? { name: words.partNames[name], value: words.partOk, tone: 'good' as const }
          : { name: words.partNames[name], value: `${part.text} ${part.next}`, tone: 'warn' as const }
      })}
    />
  )
}
