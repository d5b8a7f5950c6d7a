import { useEffect } from 'react'
import { formWords, setupScreens, type SetupScreen as Screen } from '../../../shared/messages/setup/setup'
import type { SettingsView } from '../../../shared/settings/settings'
import type { Snapshot } from '../../../shared/snapshot'
import { assertNever } from '../../../core/assert-never'
import { Button, Chip, Note, SideNav, Spinner } from '../../components'
import { routeHash } from '../../router'
import { AppSection } from './app-section'
import { BackupsSection } from './backups/backups'
import { DestinationSection } from './destination'
import { formNames, screenOf } from './form/form-names'
import { HotkeysSection } from './hotkeys/hotkeys'
import { NotificationsSection } from './notifications'
import { ObsSection } from './obs'
import { PolicySection } from './policy/policy'
import { RouteSection } from './route/route'
import { SlateSection } from './backups/slate'
import { loadSettings, unsaved, useSetup } from './form/store'
import './setup.css'

interface Props {
  readonly snapshot: Snapshot
  readonly section: Screen
}

/** The settings, asked for again with each revision that the snapshot tells. */
export function useSettings(revision: number): SettingsView | null {
  const view = useSetup((state) => state.view)
  useEffect(() => {
    if (useSetup.getState().view?.revision !== revision) void loadSettings()
  }, [revision])
  return view
}

/** The set-up: a list of its parts, and the one that is looked at. */
export function SetupScreen({ snapshot, section }: Props) {
  const view = useSettings(snapshot.settingsRevision)
  const open = useSetup((state) => state.forms)
  const names = unsaved(open)
  // The quiet word of a save is not of another screen.
  useEffect(() => () => useSetup.setState({ saved: null }), [section])
  const elsewhere = names.filter((name) => screenOf(name) !== section)
  return (
    <div className="setup">
      <h2 className="unseen">{formWords.title}</h2>
      <SideNav
        label={formWords.navigation}
        items={setupScreens.map(({ id, name }) => ({
          href: routeHash({ screen: 'setup', section: id }),
          label: name,
          current: id === section,
          after: names.some((each) => screenOf(each) === id) ? (
            <Chip tone="warn">{formWords.unsaved}</Chip>
          ) : null,
        }))}
      />
      <div className="setup-content">
        {elsewhere.length === 0 ? null : (
          <Note tone="warn">{formWords.unsavedIn(elsewhere.map((name) => formNames[name]))}</Note>
        )}
        {view === null ? <Loading /> : <Section view={view} section={section} />}
      </div>
    </div>
  )
}

/** Before the settings are there, or why they are not. */
export function Loading() {
  const problem = useSetup((state) => state.problem)
  if (problem === null) {
    return (
      <p className="row muted">
        <Spinner /> {formWords.loading}
      </p>
    )
  }
  return (
    <Note
      tone="warn"
      live="alert"
      title={problem.text}
      actions={
        <Button small onClick={() => void loadSettings()}>
          {formWords.tryAgain}
        </Button>
      }
    >
      {problem.next}
    </Note>
  )
}

function Section({ view, section }: { readonly view: SettingsView; readonly section: Screen }) {
  switch (section) {
    case 'obs':
      return <ObsSection view={view} />
    case 'destination':
      return <DestinationSection view={view} />
    case 'route':
      return <RouteSection view={view} />
    case 'backups':
      return <BackupsSection view={view} />
    case 'slate':
      return <SlateSection view={view} />
    case 'policy':
      return <PolicySection view={view} />
    case 'hotkeys':
      return <HotkeysSection view={view} />
    case 'notifications':
      return <NotificationsSection view={view} />
    case 'app':
      return <AppSection view={view} />
    default:
      return assertNever(section, 'section')
  }
}
