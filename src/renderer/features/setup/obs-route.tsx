import { useEffect, useState } from 'react'
import { routeWords } from '../../../shared/messages/setup-route'
import type { ObsRouteView } from '../../../shared/obs-route'
import { askObsRoute, getObsRoute, type Answer } from '../../api'
import { Button, Card, Dialog, Note, Spinner } from '../../components'
import { usePage } from '../../store'
import { loadSettings } from './store'

const words = routeWords.obs

interface Said {
  readonly tone: 'good' | 'alarm'
  readonly title: string
  readonly next: string
}

/** Where OBS sends its stream, and the two clicks that change it. Asked anew as OBS comes and goes. */
export function ObsRouteCard() {
  const connected = usePage(
    ({ snapshot }) => snapshot?.systems.find(({ kind }) => kind === 'push')?.problem === null,
  )
  const revision = usePage(({ snapshot }) => snapshot?.settingsRevision ?? 0)
  const [view, setView] = useState<ObsRouteView | null>(null)
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState<Said | null>(null)
  const take = (answer: Answer<ObsRouteView>): void => {
    setView(answer.ok ? answer.value : null)
    if (!answer.ok) setSaid({ tone: 'alarm', title: answer.text, next: answer.next })
  }
  const look = async (): Promise<void> => take(await getObsRoute())
  useEffect(() => {
    let gone = false
    void getObsRoute().then((answer) => {
      if (!gone) take(answer)
    })
    return () => {
      gone = true
    }
  }, [connected, revision])
  const run = async (action: 'point' | 'restore'): Promise<void> => {
    setAsking(false)
    setBusy(true)
    const answer = await askObsRoute({ action, consent: true })
    setBusy(false)
    setSaid(
      answer.ok
        ? { tone: 'good', title: action === 'point' ? words.done : words.restored, next: '' }
        : { tone: 'alarm', title: answer.text, next: answer.next },
    )
    await Promise.all([look(), loadSettings()])
  }
  return (
    <Card title={words.title}>
      <div className="stack">
        {view === null ? (
          <p className="row muted">
            <Spinner /> {words.loading}
          </p>
        ) : (
          <Where view={view} />
        )}
        <p className="muted small">{words.needsUs}</p>
        <div role="status">
          {said === null ? null : (
            <Note tone={said.tone} title={said.title}>
              {said.next}
            </Note>
          )}
        </div>
        <div className="row">
          <Button
            tone={view?.state === 'pointed' ? 'plain' : 'primary'}
            busy={busy}
            disabled={view === null || view.streaming || view.state === 'unknown'}
            onClick={() => setAsking(true)}
          >
            {view?.state === 'pointed' ? words.pointAgain : words.point}
          </Button>
          {view?.restorable === true ? (
            <Button
              busy={busy}
              disabled={view.streaming || view.state === 'unknown'}
              onClick={() => void run('restore')}
            >
              {words.restore}
            </Button>
          ) : null}
          <Button tone="quiet" onClick={() => void look()}>
            {words.again}
          </Button>
        </div>
      </div>
      <Dialog
        open={asking}
        title={routeWords.consent.title}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button tone="primary" onClick={() => void run('point')}>
              {routeWords.consent.yes}
            </Button>
            <Button autoFocus onClick={() => setAsking(false)}>
              {routeWords.consent.no}
            </Button>
          </>
        }
      >
        <ul>
          {routeWords.consent.tells.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </Dialog>
    </Card>
  )
}

function Where({ view }: { readonly view: ObsRouteView }) {
  return (
    <>
      <p>
        <strong className="wrap-anywhere">
          {view.state === 'elsewhere' ? words.elsewhere(view.now) : words[view.state]}
        </strong>
      </p>
      {view.restorable && view.before !== null ? (
        <p className="muted wrap-anywhere">{words.before(view.before)}</p>
      ) : null}
      {view.account ? <Note tone="alarm">{words.account}</Note> : null}
      {view.streaming ? <Note tone="info">{words.streaming}</Note> : null}
    </>
  )
}
