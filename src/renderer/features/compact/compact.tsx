import './compact.css'
import { LifeBuoy, Maximize2, MonitorPlay, Pause, Play } from 'lucide-react'
import { availability } from '../../../shared/availability'
import { capital, systemName } from '../../../shared/messages'
import { commandWords, compactWords, frameWords, liveWords } from '../../../shared/messages/page/frame'
import { onAirWords } from '../../../shared/messages/page/on-air'
import { cutShort, programWords } from '../../../shared/messages/page/program'
import type { ProgramView, Snapshot } from '../../../shared/snapshot'
import { clockText } from '../../format'
import { useKeys } from '../../hotkeys'
import { goTo } from '../../router'
import { usePage } from '../../engine/store'
import { useNow } from '../../use-now'
import { Announcer } from '../frame/frame'
import { Command, RefusalNote } from '../live/commands'
import { destinationIcons } from '../live/program/destinations'
import { badgeOf } from '../live/systems'
import { TallyShape } from '../live/tally-shape'

/** The small window that stays on top, or a dock in OBS: who is on air, how everybody is, three buttons. */
export function Compact({ snapshot }: { readonly snapshot: Snapshot }) {
  const now = useNow()
  const stale = usePage((state) => state.connection !== 'open')
  const words = onAirWords(snapshot)
  const can = availability(snapshot)
  const grace = snapshot.destination.graceLeftMs
  const time = grace ?? (words.sinceWall === null ? null : now - words.sinceWall)
  return (
    <main className={stale ? 'compact compact-stale' : 'compact'} aria-label={compactWords.label}>
      <h1 className="unseen">{compactWords.label}</h1>
      <section className={`compact-tally tally-${words.tally}`} aria-label={liveWords.onAir}>
        <TallyShape tally={words.tally} />
        <div className="compact-words">
          <p className="compact-lamp">
            {words.lamp}
            <Standing snapshot={snapshot} now={now} />
          </p>
          <p className="compact-headline">{words.headline}</p>
        </div>
        {time === null ? null : (
          <p className="compact-time numbers">
            {clockText(time)}
            <span>{grace !== null ? compactWords.graceLeft : words.missing ? compactWords.missing : ''}</span>
          </p>
        )}
        <Leave />
      </section>
      <ul className={`compact-systems${snapshot.program === undefined ? '' : ' compact-pairs'}`}>
        {snapshot.systems.map((system) => {
          const { tone, word, Icon } = badgeOf(system, snapshot.onAir === system.id)
          return (
            <li key={system.id}>
              <span className="ellipsis">{capital(systemName(system.id))}</span>
              <span className={`compact-verdict verdict-${tone}`}>
                <Icon aria-hidden="true" /> {word}
              </span>
            </li>
          )
        })}
      </ul>
      {snapshot.program === undefined ? null : <ProgramLine program={snapshot.program} />}
      <RefusalNote />
      <div className="compact-buttons">
        <Command command={{ kind: 'backup-now' }} disabled={stale || !can.backupNow} icon={<LifeBuoy />}>
          {compactWords.backup}
        </Command>
        <Command command={{ kind: 'obs-now' }} disabled={stale || !can.obsNow} icon={<MonitorPlay />}>
          {compactWords.obs}
        </Command>
        {snapshot.hold === null ? (
          <Command command={{ kind: 'hold', forMs: null }} disabled={stale} icon={<Pause />}>
            {commandWords.hold}
          </Command>
        ) : (
          <Command command={{ kind: 'release' }} disabled={stale} tone="go" icon={<Play />}>
            {compactWords.release}
          </Command>
        )}
      </div>
      <Announcer snapshot={snapshot} />
    </main>
  )
}

/** Route `program`: how each destination takes it, and the newest cut. */
function ProgramLine({ program: { destinations, lastCut } }: { readonly program: ProgramView }) {
  return (
    <ul className="compact-program" aria-label={programWords.destinations}>
      {destinations.map(({ id, label, verdict }) => {
        const Icon = destinationIcons[verdict]
        return (
          <li key={id} className={`verdict-${verdict}`} title={label}>
            <Icon aria-hidden="true" /> <span className="ellipsis">{label}</span>
            <span className="unseen">: {liveWords.verdicts[verdict]}</span>
          </li>
        )
      })}
      {lastCut === null ? null : (
        <li className="muted numbers">
          <span className="unseen">{compactWords.cut} </span>
          {cutShort(lastCut)}
        </li>
      )}
    </ul>
  )
}

/** Why nothing would switch by itself; nothing where it would. */
function Standing({ snapshot: { hold, armed }, now }: { readonly snapshot: Snapshot; readonly now: number }) {
  if (hold === null) return armed ? null : <> · {frameWords.notArmed}</>
  return (
    <span className="numbers">
      {' '}
      · {frameWords.hold} {hold.untilWall === null ? null : clockText(hold.untilWall - now)}
    </span>
  )
}

/** Back to the large window. */
function Leave() {
  const inShell = useKeys((state) => state.shell !== null)
  return (
    <button
      type="button"
      className="compact-leave"
      aria-label={compactWords.leave}
      title={compactWords.leave}
      onClick={() => {
        if (inShell) void window.understudyShell?.setCompact(false)
        goTo({ screen: 'live' })
      }}
    >
      <Maximize2 aria-hidden="true" />
    </button>
  )
}
