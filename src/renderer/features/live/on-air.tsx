import { EyeOff, Pause, ShieldOff, Timer } from 'lucide-react'
import type { Snapshot } from '../../../shared/snapshot'
import { liveWords } from '../../../shared/messages/page/frame'
import { lastMissed, onAirWords, sinceText } from '../../../shared/messages/page/on-air'
import { clockText, timeOfDay } from '../../format'
import { useNow } from '../../use-now'
import { TallyShape } from './tally-shape'

/** The tally: who is on air, since when, how that is known, and what stands between the viewers and nothing. */
export function OnAir({ snapshot }: { readonly snapshot: Snapshot }) {
  const now = useNow()
  const words = onAirWords(snapshot)
  return (
    <section className={`tally tally-${words.tally}`} aria-label={liveWords.onAir}>
      <div className="tally-lamp">
        <TallyShape tally={words.tally} />
        <span>{words.lamp}</span>
      </div>
      <div className="tally-text">
        <p className="tally-headline">{words.headline}</p>
        <p className="tally-detail">{words.detail}</p>
      </div>
      {words.sinceWall === null ? null : (
        <p className="tally-clock numbers">
          <span className="tally-time">{clockText(now - words.sinceWall)}</span>
          <span className="tally-since">{sinceText(timeOfDay(words.sinceWall), words.missing)}</span>
        </p>
      )}
      <Grace snapshot={snapshot} />
      <Missed snapshot={snapshot} />
      <Held snapshot={snapshot} now={now} />
    </section>
  )
}

/** How long the platform still waits: the only clock that matters while nothing arrives. */
function Grace({ snapshot: { destination } }: { readonly snapshot: Snapshot }) {
  const { graceLeftMs, graceMs } = destination
  if (graceLeftMs === null) return null
  const share = graceMs === null ? 1 : Math.max(0, Math.min(1, graceLeftMs / graceMs))
  return (
    <div className="tally-strip">
      <Timer aria-hidden="true" />
      <strong className="numbers tally-left">{clockText(graceLeftMs)}</strong>
      <span>{liveWords.graceLeft}</span>
      <span className="tally-bar" aria-hidden="true">
        <span style={{ transform: `scaleX(${share.toFixed(3)})` }} />
      </span>
    </div>
  )
}

/** What the newest incident cost the viewers. */
function Missed({ snapshot }: { readonly snapshot: Snapshot }) {
  const missed = lastMissed(snapshot)
  if (missed === null) return null
  return (
    <div className="tally-strip">
      <EyeOff aria-hidden="true" />
      <span>{missed}</span>
    </div>
  )
}

function Held({ snapshot, now }: { readonly snapshot: Snapshot; readonly now: number }) {
  const { hold, armed, phase } = snapshot
  if (hold !== null) {
    return (
      <div className="tally-strip">
        <Pause aria-hidden="true" />
        {hold.untilWall === null ? null : (
          <strong className="numbers tally-left">{clockText(hold.untilWall - now)}</strong>
        )}
        <span>{hold.untilWall === null ? liveWords.held : liveWords.heldLeft}</span>
      </div>
    )
  }
  if (armed || phase.kind === 'offline') return null
  return (
    <div className="tally-strip">
      <ShieldOff aria-hidden="true" />
      <span>{liveWords.notArmed}</span>
    </div>
  )
}
