import { useEffect, useRef, useState } from 'react'
import { ArrowLeft } from 'lucide-react'
import {
  firstRunBackup,
  firstRunDestination,
  firstRunObs,
  firstRunReady,
  firstRunWords as words,
} from '../../../shared/messages/setup/first-run'
import type { Preflight, SettingsView } from '../../../shared/settings/settings'
import type { Snapshot } from '../../../shared/snapshot'
import { Button, Card, Note, Spinner, Steps } from '../../components'
import { goTo } from '../../router'
import { setWelcomed } from '../../screens'
import { untouched, withKnown } from '../setup/platform'
import { Loading, useSettings } from '../setup/screen'
import { BackupStep } from './backup-step'
import { DestinationStep, useDestinationStep } from './destination-step'
import { ObsStep } from './obs-step'
import { ReadyStep } from './ready-step'
import { usePreflight } from './use-preflight'
import {
  firstOpen,
  rememberedStep,
  rememberStep,
  stepAfter,
  stepBefore,
  steps,
  type Done,
  type Step,
} from './walk'
import './first-run.css'

/** From nothing to armed: OBS, destination, backup, ready. */
export function WelcomeScreen({ snapshot }: { readonly snapshot: Snapshot }) {
  const view = useSettings(snapshot.settingsRevision)
  const preflight = usePreflight()
  if (view === null) return <Loading />
  // Where to begin hangs on what is there already.
  if (preflight === null) return <Looking />
  return (
    <>
      {preflight.ok ? null : (
        <Note tone="warn" title={preflight.text}>
          {preflight.next}
        </Note>
      )}
      <Walk snapshot={snapshot} view={view} preflight={preflight.ok ? preflight.value : null} />
    </>
  )
}

function Looking() {
  return (
    <p className="row muted" role="status">
      <Spinner /> {words.looking}
    </p>
  )
}

const titles: Readonly<Record<Step, string>> = {
  obs: firstRunObs.title,
  destination: firstRunDestination.title,
  backup: firstRunBackup.title,
  ready: firstRunReady.title,
}

interface WalkProps {
  readonly snapshot: Snapshot
  readonly view: SettingsView
  readonly preflight: Preflight | null
}

const doneOf = ({ snapshot, view, preflight }: WalkProps): Done => ({
  obs:
    preflight?.obs.connected ??
    snapshot.systems.some(({ kind, readiness }) => kind === 'push' && readiness === 'ready'),
  destination: snapshot.destination.label !== null && snapshot.destination.keyHint !== null,
  backup: view.backups.length > 0,
})

function Walk(props: WalkProps) {
  const { snapshot, view, preflight } = props
  const done = doneOf(props)
  const [step, setStep] = useState<Step>(() => rememberedStep() ?? firstOpen(done))
  const destination = useDestinationStep(view)
  const [usesKnown, setUsesKnown] = useState(() => untouched(destination.form.draft))
  const heading = useStepFocus(step)
  const go = (to: Step): void => {
    rememberStep(to)
    setStep(to)
  }
  const connected = preflight === null ? null : preflight.obs.connected
  const [seen, setSeen] = useState(connected)
  // It goes on by itself at the moment OBS lets us in, and only then: who walks back here may stay.
  if (connected !== null && connected !== seen) {
    setSeen(connected)
    if (connected && seen === false && step === 'obs') setStep('destination')
  }
  const finish = (): void => {
    rememberStep(null)
    setWelcomed()
  }
  const next = async (): Promise<void> => {
    if (step === 'destination') {
      const { form, platform } = destination
      form.put(withKnown(form.draft, platform, usesKnown))
      if (!(await form.save())) return
    }
    go(stepAfter(step))
  }
  const at = steps.indexOf(step)
  return (
    <div className="walk">
      <header className="walk-head">
        <p className="walk-lead">{words.lead}</p>
        <Steps
          label={words.title}
          steps={steps.map((each) => words.steps[each])}
          current={at}
          done={[done.obs, done.destination, done.backup, false]}
          onChoose={(index) => go(steps[index] ?? step)}
        />
      </header>
      <Card
        title={
          <span ref={heading} tabIndex={-1} className="walk-title">
            <span className="unseen">{words.stepOf(at + 1, steps.length)}: </span>
            {titles[step]}
          </span>
        }
      >
        {step === 'obs' ? <ObsStep view={view} preflight={preflight} /> : null}
        {step === 'destination' ? (
          <DestinationStep view={view} step={destination} usesKnown={usesKnown} onUseKnown={setUsesKnown} />
        ) : null}
        {step === 'backup' ? (
          <BackupStep view={view} preflight={preflight} onSaved={() => go('ready')} />
        ) : null}
        {step === 'ready' ? (
          <ReadyStep
            snapshot={snapshot}
            preflight={preflight}
            direct={view.route.route === 'direct'}
            onDone={finish}
          />
        ) : null}
      </Card>
      <WalkBar
        step={step}
        done={step === 'ready' || done[step]}
        busy={destination.form.saving}
        onBack={() => go(stepBefore(step))}
        onNext={() => void next()}
        onSkip={() => go(stepAfter(step))}
        onLater={() => {
          setWelcomed()
          goTo({ screen: 'live' })
        }}
      />
    </div>
  )
}

/** A new step is read out from its heading; the first one leaves the focus alone. */
function useStepFocus(step: Step) {
  const heading = useRef<HTMLSpanElement>(null)
  const shown = useRef(step)
  useEffect(() => {
    if (shown.current === step) return
    shown.current = step
    heading.current?.focus()
  }, [step])
  return heading
}

interface BarProps {
  readonly step: Step
  readonly done: boolean
  readonly busy: boolean
  readonly onBack: () => void
  readonly onNext: () => void
  readonly onSkip: () => void
  readonly onLater: () => void
}

function WalkBar({ step, done, busy, onBack, onNext, onSkip, onLater }: BarProps) {
  // What is typed in the destination step is saved by going on, so there "Next" always stands.
  const forward = done || step === 'destination'
  return (
    <div className="row walk-bar">
      {step === 'obs' ? null : (
        <Button tone="quiet" icon={<ArrowLeft />} onClick={onBack}>
          {words.back}
        </Button>
      )}
      {step === 'ready' ? null : (
        <Button tone="quiet" onClick={onLater}>
          {words.later}
        </Button>
      )}
      <span className="spring" />
      {step === 'ready' ? null : forward ? (
        <Button tone="primary" busy={busy} onClick={onNext}>
          {words.next}
        </Button>
      ) : (
        <Button onClick={onSkip}>{words.skip}</Button>
      )}
    </div>
  )
}
