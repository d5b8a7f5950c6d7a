import { useState } from 'react'
import { Clapperboard, Radio, ShieldCheck } from 'lucide-react'
import { firstRunReady as words } from '../../../shared/messages/setup/first-run'
import type { Preflight, PreflightCheck, TestStep } from '../../../shared/settings/settings'
import type { Snapshot } from '../../../shared/snapshot'
import { askRehearsal } from '../../engine/api'
import { Button, Note, Spinner, StepResults } from '../../components'
import { goTo } from '../../router'
import { ask, usePage } from '../../engine/store'

/** A check as a line of results: what is missing stands out as what failed. */
export const asStep = (check: PreflightCheck): TestStep => ({
  state: check.state === 'missing' ? 'failed' : check.state,
  text: check.text,
  next: check.next,
})

interface Props {
  readonly snapshot: Snapshot
  readonly preflight: Preflight | null
  /** The stream goes straight from OBS: the better way is offered. */
  readonly direct: boolean
  readonly onDone: () => void
}

export function ReadyStep({ snapshot, preflight, direct, onDone }: Props) {
  if (preflight === null) return <Spinner />
  // Whether it is armed is said by the button below, which can do something about it.
  const checks = preflight.checks.filter(({ code }) => code !== 'armed')
  return (
    <div className="stack">
      {preflight.ready && snapshot.armed ? (
        <Note tone="good" title={words.ready} live="status">
          {words.readyTells}
        </Note>
      ) : (
        <Note tone="warn" title={words.notYet} live="status">
          {snapshot.armed ? words.notYetTells : words.disarmed}
        </Note>
      )}
      <section aria-label={words.list}>
        <StepResults steps={checks.map(asStep)} />
      </section>
      {direct ? (
        <Note tone="info" title={words.route}>
          <div className="stack">
            <span>{words.routeTells}</span>
            <span>
              <Button small onClick={() => goTo({ screen: 'setup', section: 'route' })}>
                {words.routeGo}
              </Button>
            </span>
          </div>
        </Note>
      ) : null}
      <div className="row">
        {snapshot.armed ? null : <Arm />}
        <Rehearse onDone={onDone} />
        <Button
          icon={<Radio />}
          tone="quiet"
          onClick={() => {
            onDone()
            goTo({ screen: 'live' })
          }}
        >
          {words.toLive}
        </Button>
      </div>
      <p className="muted small">{words.rehearseTells}</p>
    </div>
  )
}

function Arm() {
  const busy = usePage((state) => state.pending === 'arm')
  return (
    <Button tone="go" icon={<ShieldCheck />} busy={busy} onClick={() => void ask({ kind: 'arm' })}>
      {words.arm}
    </Button>
  )
}

/** Starts the rehearsal and goes there; a refusal is said here. */
function Rehearse({ onDone }: { readonly onDone: () => void }) {
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<{ readonly text: string; readonly next: string } | null>(null)
  const running = usePage(({ snapshot }) => snapshot?.rehearsing === true)
  const begin = async (): Promise<void> => {
    setRefusal(null)
    if (!running) {
      setBusy(true)
      const answer = await askRehearsal({ action: 'start', obs: 'stand-in' })
      setBusy(false)
      if (!answer.ok) {
        setRefusal(answer)
        return
      }
    }
    onDone()
    goTo({ screen: 'rehearsal' })
  }
  return (
    <>
      <Button tone="primary" icon={<Clapperboard />} busy={busy} onClick={() => void begin()}>
        {words.rehearse}
      </Button>
      <div role="alert">
        {refusal === null ? null : (
          <Note tone="warn" title={refusal.text}>
            {refusal.next}
          </Note>
        )}
      </div>
    </>
  )
}
