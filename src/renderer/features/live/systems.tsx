import type { Cause } from '../../../core/health'
import type { Readiness, Verdict } from '../../../core/words'
import type { Snapshot, SystemView } from '../../../shared/snapshot'
import { capital, causeSentence, problemNext, problemText, systemName } from '../../../shared/messages'
import { tracksText } from '../../format'
import { Metrics } from './metrics'

const verdicts: Readonly<Record<Verdict, { readonly mark: string; readonly word: string }>> = {
  good: { mark: '✓', word: 'Good' },
  bad: { mark: '✕', word: 'Bad' },
  unknown: { mark: '?', word: 'Unknown' },
}

const readinesses: Readonly<Record<Readiness, string>> = {
  ready: 'Ready to take over',
  'not-ready': 'Not ready to take over',
  unknown: 'Readiness unknown',
}

export function Systems({ snapshot }: { readonly snapshot: Snapshot }) {
  return (
    <section className="systems" aria-label="Systems">
      {snapshot.systems.map((system) => (
        <System
          key={system.id}
          system={system}
          primary={system.id === snapshot.systems[0]?.id}
          onAir={snapshot.onAir === system.id}
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

/** Off air, what counts is whether it could take over. Why it left the air stands below. */
function badge(
  system: SystemView,
  onAir: boolean,
): { readonly tone: string; readonly mark: string; readonly word: string } {
  if (!onAir && system.readiness === 'ready') return { tone: 'ready', mark: '◆', word: 'Ready' }
  if (!onAir && system.verdict === 'unknown') {
    if (system.readiness === 'not-ready') return { tone: 'not-ready', mark: '◇', word: 'Not ready' }
  }
  return { tone: system.verdict, ...verdicts[system.verdict] }
}

interface SystemProps {
  readonly system: SystemView
  readonly primary: boolean
  readonly onAir: boolean
}

function System({ system, primary, onAir }: SystemProps) {
  const shown = badge(system, onAir)
  const tracks = tracksText(system.tracks)
  const further = furtherCauses(system)
  return (
    <article
      className={`card system${onAir ? ` system-onair${primary ? '' : ' system-onair-backup'}` : ''}`}
      aria-labelledby={`system-${system.id}`}
    >
      <div className="system-head">
        <h2 id={`system-${system.id}`}>{capital(systemName(system.id))}</h2>
        {onAir ? <span className="chip chip-air">On air</span> : null}
        <span className="spring" />
        <span className={`verdict verdict-${shown.tone}`}>
          <span aria-hidden="true">{shown.mark}</span> {shown.word}
        </span>
      </div>
      <p className="muted ellipsis" title={system.label}>
        {system.label}
      </p>
      {tracks === '' ? null : <p className="muted">{tracks}</p>}
      <Causes
        causes={onAir ? system.causes : system.causes.filter((cause) => cause.code !== 'not-streaming')}
      />
      {onAir ? null : (
        <p className={system.readiness === 'not-ready' ? 'ready-line ready-line-no' : 'ready-line'}>
          {readinesses[system.readiness]}
          {further.length > 0 ? `: ${further.map(causeSentence).join('; ')}` : ''}
        </p>
      )}
      {system.problem === null ? null : (
        <p className="trouble">
          {problemText(system.problem)} <span className="muted">{problemNext(system.problem)}</span>
        </p>
      )}
      <Metrics metrics={system.metrics} push={system.kind === 'push'} />
    </article>
  )
}

function Causes({ causes }: { readonly causes: readonly Cause[] }) {
  if (causes.length === 0) return null
  return (
    <ul className="causes">
      {causes.map((cause) => (
        <li key={cause.code}>{causeSentence(cause)}</li>
      ))}
    </ul>
  )
}
