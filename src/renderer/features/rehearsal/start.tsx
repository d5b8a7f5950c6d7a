import { useState } from 'react'
import { Play } from 'lucide-react'
import { Button, Card, Dialog, Note, Segmented } from '../../components'
import { goalWords, rehearsalWords as words } from '../../../shared/messages/page/rehearsal'
import { isLive } from '../../../shared/live'
import type { Snapshot } from '../../../shared/snapshot'
import { routeWords } from '../../../shared/messages/page/rehearsal-routes'
import { Compare } from './results/compare'
import type { Running } from './use-running'

type Obs = 'stand-in' | 'installed'

interface Props {
  readonly main: Snapshot
  readonly running: Running
  readonly disabled: boolean
}

/** Before a rehearsal: what it is, with which OBS, and why it cannot begin. */
export function Start({ main, running, disabled }: Props) {
  const [obs, setObs] = useState<Obs>('stand-in')
  const [route, setRoute] = useState<'direct' | 'program'>(main.program === undefined ? 'direct' : 'program')
  const [asks, setAsks] = useState(false)
  const live = isLive(main)
  const begin = () => {
    setAsks(false)
    void running.start(obs, route)
  }
  return (
    <div className="start">
      <Card title={words.title} className="start-card">
        <p className="start-intro">{words.intro}</p>
        <p className="muted">{obs === 'stand-in' ? words.watchedLong : words.lentLong}</p>
        <Segmented
          label={words.choose}
          value={obs}
          options={[
            { value: 'stand-in', label: words.standIn },
            { value: 'installed', label: words.installed },
          ]}
          onChange={setObs}
          disabled={disabled || running.pending !== null}
        />
        <p className="muted small" aria-live="polite">
          {obs === 'stand-in' ? words.standInTells : words.installedTells}
        </p>
        <Segmented
          label={routeWords.choose}
          value={route}
          options={[
            { value: 'direct', label: routeWords.direct },
            { value: 'program', label: routeWords.program },
          ]}
          onChange={setRoute}
          disabled={disabled || running.pending !== null}
        />
        <p className="muted small" aria-live="polite">
          {routeWords[`${route}Tells`]}
        </p>
        {live ? <Note tone="warn">{words.liveNow}</Note> : null}
        {running.refusal === null ? null : (
          <Note tone="alarm" title={running.refusal.text} live="alert">
            {running.refusal.next}
          </Note>
        )}
        <div className="row">
          <Button
            tone="primary"
            icon={<Play />}
            disabled={disabled || live}
            busy={running.pending === 'start'}
            onClick={() => (obs === 'installed' ? setAsks(true) : begin())}
          >
            {running.pending === 'start' ? words.starting : words.start}
          </Button>
        </div>
      </Card>
      <Card title={words.whyTitle} className="start-goals">
        <ol className="goal-list">
          {Object.values(goalWords).map(({ name, how }) => (
            <li key={name}>
              <strong>{name}</strong>
              <span className="muted">{how}</span>
            </li>
          ))}
        </ol>
      </Card>
      <Compare comparison={main.comparison} running={running} disabled={disabled || live} />
      <Dialog
        open={asks}
        title={words.askTitle}
        onClose={() => setAsks(false)}
        actions={
          <>
            <Button autoFocus onClick={() => setAsks(false)}>
              {words.askNo}
            </Button>
            <Button tone="primary" onClick={begin}>
              {words.askYes}
            </Button>
          </>
        }
      >
        <p>{words.askText}</p>
      </Dialog>
    </div>
  )
}
