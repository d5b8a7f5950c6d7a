import type { ReactNode } from 'react'
import { Clapperboard, Pause, PictureInPicture2, Radio, Settings, ShieldCheck, ShieldOff } from 'lucide-react'
import type { Snapshot } from '../../../shared/snapshot'
import { compactWords, frameWords } from '../../../shared/messages/page/frame'
import { Button, Chip } from '../../components'
import { clockText } from '../../format'
import { useKeys } from '../../hotkeys'
import { onAirWords } from '../../../shared/messages/page/on-air'
import { routeHash, type Route } from '../../router'
import { usePage } from '../../engine/store'
import { useNow } from '../../use-now'
import { TallyShape } from '../live/tally-shape'

interface Props {
  readonly snapshot: Snapshot
  readonly route: Route
  readonly children: ReactNode
}

const screens = [
  { route: { screen: 'live' }, label: frameWords.nav.live, Icon: Radio },
  { route: { screen: 'rehearsal' }, label: frameWords.nav.rehearsal, Icon: Clapperboard },
  { route: { screen: 'setup', section: 'obs' }, label: frameWords.nav.setup, Icon: Settings },
] as const satisfies readonly { route: Route; label: string; Icon: unknown }[]

/** Header and content of every screen but the small window. */
export function Frame({ snapshot, route, children }: Props) {
  const stale = usePage((state) => state.connection !== 'open')
  return (
    <div className={stale ? 'page page-stale' : 'page'}>
      <a
        className="skip"
        href="#content"
        onClick={(event) => {
          // The hash is the router's: only the focus moves.
          event.preventDefault()
          document.getElementById('content')?.focus()
        }}
      >
        {frameWords.skip}
      </a>
      <header className="header">
        <h1 className="brand">
          <svg className="brand-mark" viewBox="3 6 22 20" aria-hidden="true">
            <circle cx="12.5" cy="16" r="8" />
            <path d="M19 8a8 8 0 0 1 0 16 10 10 0 0 0 0-16z" />
          </svg>
          {frameWords.product}
        </h1>
        <nav className="nav" aria-label={frameWords.nav.label}>
          <ul>
            {screens.map(({ route: to, label, Icon }) => (
              <li key={label}>
                <a href={routeHash(to)} aria-current={route.screen === to.screen ? 'page' : undefined}>
                  <Icon size={18} aria-hidden="true" />
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <span className="spring" />
        {snapshot.mode === 'rehearsal' ? <Chip tone="info">{frameWords.rehearsal}</Chip> : null}
        {snapshot.rehearsing ? <Chip tone="info">{frameWords.rehearsing}</Chip> : null}
        <HoldChip hold={snapshot.hold} />
        <Chip tone={snapshot.armed ? 'good' : 'warn'} icon={snapshot.armed ? <ShieldCheck /> : <ShieldOff />}>
          {snapshot.armed ? frameWords.armed : frameWords.notArmed}
        </Chip>
        {route.screen === 'live' ? null : <HeaderTally snapshot={snapshot} />}
        <SmallWindow />
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <Announcer snapshot={snapshot} />
    </div>
  )
}

/** In the desktop app only: a browser cannot keep a window on top. */
function SmallWindow() {
  const inShell = useKeys(({ shell }) => shell !== null)
  if (!inShell) return null
  return (
    <Button
      small
      tone="quiet"
      icon={<PictureInPicture2 />}
      onClick={() => void window.understudyShell?.setCompact(true)}
    >
      {compactWords.enter}
    </Button>
  )
}

/** Away from the live screen, who is on air stays in sight. */
function HeaderTally({ snapshot }: { readonly snapshot: Snapshot }) {
  const { tally, lamp, headline } = onAirWords(snapshot)
  return (
    <a className={`header-tally tally-${tally}`} href={routeHash({ screen: 'live' })}>
      <TallyShape tally={tally} />
      {tally === 'live' || tally === 'backup' ? `${lamp}: ${headline}` : headline}
    </a>
  )
}

/** Says aloud, on every screen, when something else is on air. */
export function Announcer({ snapshot }: { readonly snapshot: Snapshot }) {
  const { lamp, headline } = onAirWords(snapshot)
  return (
    <p className="unseen" role="status" aria-live="assertive">
      {lamp}: {headline}
    </p>
  )
}

function HoldChip({ hold }: { readonly hold: Snapshot['hold'] }) {
  const now = useNow()
  if (hold === null) return null
  const time = hold.untilWall === null ? now - hold.sinceWall : hold.untilWall - now
  return (
    <Chip tone="warn" icon={<Pause />}>
      {frameWords.hold} <span className="numbers">{clockText(time)}</span>
      {hold.untilWall === null ? null : ` ${frameWords.holdLeft}`}
    </Chip>
  )
}
