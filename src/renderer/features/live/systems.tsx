import { Check, CircleCheck, CircleHelp, OctagonX, TriangleAlert } from 'lucide-react'
import type { Cause } from '../../../core/health'
import type { Snapshot, SystemView } from '../../../shared/snapshot'
import { capital, causeSentence, problemNext, problemText, systemName } from '../../../shared/messages'
import { liveWords } from '../../../shared/messages/page/frame'
import { Chip, Picture } from '../../components'
import { tracksText } from '../../format'
import { Metrics } from './metrics'

export function Systems({ snapshot }: { readonly snapshot: Snapshot }) {
  // A feed of the program shows its picture there.
  const fed = (id: string): boolean => snapshot.program?.feeds.some(({ system }) => system === id) ?? false
  const pictures = snapshot.systems.some((system) => system.pictureWall !== null && !fed(system.id))
  return (
    <section className="systems" aria-label={liveWords.systems}>
      {snapshot.systems.map((system) => (
        <System
          key={system.id}
          system={system}
          primary={system.id === snapshot.systems[0]?.id}
          onAir={snapshot.onAir === system.id}
          pictures={pictures && !fed(system.id)}
        />
      ))}
    </section>
  )
}

/** What the card says already, or contradicts: an OBS that was closed has not crashed. */
function furtherCauses({ causes, readinessCauses }: SystemView): readonly Cause[] {
  const said: readonly string[] = causes.map((cause) => cause.code)
  return readinessCauses.filter(
    ({ code }) => !said.includes(code) && !(code === 'obs-gone' && said.includes('obs-quit')),
  )
}

const verdictIcons = { good: Check, bad: OctagonX, unknown: CircleHelp }

/** One word on a system. Off air, what counts is whether it could take over; why it left the air stands below. */
export function badgeOf(system: SystemView, onAir: boolean) {
  if (!onAir && system.readiness === 'ready') {
    return { tone: 'ready', word: liveWords.readyShort, Icon: CircleCheck } as const
  }
  if (!onAir && system.verdict === 'unknown' && system.readiness === 'not-ready') {
    return { tone: 'not-ready', word: liveWords.notReadyShort, Icon: TriangleAlert } as const
  }
  return {
    tone: system.verdict,
    word: liveWords.verdicts[system.verdict],
    Icon: verdictIcons[system.verdict],
  } as const
}

interface SystemProps {
  readonly system: SystemView
  readonly primary: boolean
  readonly onAir: boolean
  readonly pictures: boolean
}

function System({ system, primary, onAir, pictures }: SystemProps) {
  const { tone, word, Icon } = badgeOf(system, onAir)
  const name = systemName(system.id)
  const tracks = tracksText(system.tracks)
  const air = onAir ? (primary ? ' system-air' : ' system-air-backup') : ''
  return (
    <article className={`card system${air}`} aria-labelledby={`system-${system.id}`}>
      <div className="system-head">
        <h2 id={`system-${system.id}`}>{capital(name)}</h2>
        {onAir ? <Chip tone={primary ? 'air' : 'backup'}>{liveWords.onAir}</Chip> : null}
        <span className={`verdict verdict-${tone}`}>
          <Icon aria-hidden="true" /> {word}
        </span>
      </div>
      <div className="system-body">
        {pictures ? (
          <Picture
            of={system.id}
            wall={system.pictureWall}
            alt={liveWords.pictureOf(name)}
            none={liveWords.noPicture}
          />
        ) : null}
        <div className="system-words">
          <Words system={system} onAir={onAir} />
          <p className="muted small wrap-anywhere">
            {system.label}
            {tracks === '' ? null : (
              <>
                <br />
                {tracks}
              </>
            )}
          </p>
        </div>
      </div>
      <Metrics metrics={system.metrics} push={system.kind === 'push'} />
    </article>
  )
}

/** Verdict and readiness, with their causes in words. */
function Words({ system, onAir }: { readonly system: SystemView; readonly onAir: boolean }) {
  const further = furtherCauses(system)
  const causes = onAir ? system.causes : system.causes.filter((cause) => cause.code !== 'not-streaming')
  return (
    <>
      {causes.length === 0 ? null : (
        <ul className="causes">
          {causes.map((cause) => (
            <li key={cause.code}>{causeSentence(cause)}</li>
          ))}
        </ul>
      )}
      {onAir ? null : (
        <p className={system.readiness === 'not-ready' ? 'tone-warn' : undefined}>
          {liveWords.readiness[system.readiness]}
          {further.length > 0 ? `: ${further.map(causeSentence).join('; ')}` : ''}
        </p>
      )}
      {system.problem === null ? null : (
        <p>
          <span className="tone-bad">{problemText(system.problem)}</span>{' '}
          <span className="muted">{problemNext(system.problem)}</span>
        </p>
      )}
    </>
  )
}
