import { useEffect } from 'react'
import { Square } from 'lucide-react'
import { Button, Note } from '../../components'
import { rehearsalWords as words, trySaid, viewersSee } from '../../../shared/messages/page/rehearsal'
import { rehearsalVerdict } from '../../../shared/rehearsal-verdict'
import type { Snapshot } from '../../../shared/snapshot'
import { usePage } from '../../engine/store'
import { follow, useChannel, useStage, type Stage } from './channel'
import { Compare } from './results/compare'
import { Faults } from './faults'
import { Gap, Tries } from './results/gap'
import { Operator } from './operator'
import { Pictures } from './pictures'
import './rehearsal.css'
import { Start } from './start'
import { usePreflight } from './use-preflight'
import { useRunning, type Running } from './use-running'
import { Verdict } from './results/verdict'

/** Rehearsal: break the stream on this PC, see what viewers see, and learn whether one is ready. */
export function RehearsalScreen({ snapshot: main }: { readonly snapshot: Snapshot }) {
  const stale = usePage((state) => state.connection !== 'open')
  const running = useRunning()
  const own = main.mode === 'normal' && main.rehearsing
  useEffect(() => (own ? follow() : undefined), [own])
  const stage = useStage()
  const last = useChannel((state) => state.snapshot?.rehearsal)
  const preflight = usePreflight(main.mode === 'normal')

  const { comparison } = main
  const compares = comparison !== undefined && comparison.trying !== null
  if (compares)
    return (
      <div className="rehearsal">
        <Compare comparison={comparison} running={running} disabled={stale} />
        {stage.snapshot === null || !main.rehearsing ? null : (
          <Pictures snapshot={stage.snapshot} channel={stage.channel} />
        )}
      </div>
    )
  if (main.mode === 'normal' && !main.rehearsing) {
    // What was being measured as it ended stays unmeasured.
    const tries = (last?.tries ?? []).filter((each) => each.gapMs !== null)
    const verdict = rehearsalVerdict({ tries, route: last?.route ?? 'direct' }, main.destination.graceMs)
    return (
      <div className="rehearsal">
        {verdict.kind === 'untried' ? null : <Verdict rehearsal={verdict} preflight={preflight} />}
        <Start main={main} running={running} disabled={stale} />
      </div>
    )
  }
  if (stage.snapshot?.rehearsal === undefined)
    return (
      <p className="rehearsal muted" aria-busy="true">
        {words.connecting}
      </p>
    )
  const graceMs = (main.mode === 'normal' ? main : stage.snapshot).destination.graceMs
  const verdict = rehearsalVerdict(stage.snapshot.rehearsal, graceMs)
  const disabled = stale || stage.connection !== 'open'
  const { tries, route } = stage.snapshot.rehearsal
  return (
    <div className="rehearsal">
      <Head
        main={main}
        lent={stage.snapshot.rehearsal.obs === 'installed'}
        running={running}
        disabled={stale}
      />
      {stage.channel === 'rehearsal' && stage.connection === 'lost' ? (
        <Note tone="warn" live="status">
          {words.lost}
        </Note>
      ) : null}
      <Refused stage={stage} />
      <div className="rehearsal-grid">
        <div className="rehearsal-main">
          <Pictures snapshot={stage.snapshot} channel={stage.channel} />
          <Faults
            obs={stage.snapshot.rehearsal.obs}
            ask={stage.ask}
            waits={stage.pending === 'fault'}
            disabled={disabled}
          />
          <Operator snapshot={stage.snapshot} ask={stage.ask} pending={stage.pending} disabled={disabled} />
        </div>
        <div className="rehearsal-side">
          <Gap tries={tries} graceMs={verdict.graceMs} route={route} />
          <Verdict rehearsal={verdict} preflight={preflight} />
          <Tries tries={tries} graceMs={verdict.graceMs} route={route} />
        </div>
      </div>
      <Said stage={stage} />
    </div>
  )
}

interface HeadProps {
  readonly main: Snapshot
  readonly lent: boolean
  readonly running: Running
  readonly disabled: boolean
}

function Head({ main, lent, running, disabled }: HeadProps) {
  return (
    <div className="rehearsal-head">
      <h2 className="rehearsal-title">{words.title}</h2>
      <span className="muted">
        {main.mode === 'normal' ? (lent ? words.lent : words.watched) : words.alone}
      </span>
      <span className="spring" />
      {main.mode === 'normal' ? (
        <Button
          icon={<Square />}
          disabled={disabled}
          busy={running.pending === 'stop'}
          onClick={() => void running.stop()}
        >
          {words.stop}
        </Button>
      ) : null}
      {running.refusal === null ? null : (
        <Note tone="alarm" title={running.refusal.text} live="alert">
          {running.refusal.next}
        </Note>
      )}
    </div>
  )
}

function Refused({ stage }: { readonly stage: Stage }) {
  if (stage.refusal === null) return null
  return (
    <Note
      tone="warn"
      title={stage.refusal.text}
      live="alert"
      actions={
        <Button small tone="quiet" onClick={stage.dismiss}>
          {words.dismiss}
        </Button>
      }
    >
      {stage.refusal.next}
    </Note>
  )
}

/** Said to screen readers when it changes: what the newest finished try cost, and who is seen where the frame does not say it. */
function Said({ stage: { snapshot, channel } }: { readonly stage: Stage }) {
  if (snapshot === null) return null
  const done = snapshot.rehearsal?.tries.find(({ outcome }) => outcome !== null)
  return (
    <div className="unseen" aria-live="polite">
      {channel === 'rehearsal' ? <p>{viewersSee(snapshot)}.</p> : null}
      {done === undefined ? null : <p key={done.id}>{trySaid(done)}</p>}
    </div>
  )
}
