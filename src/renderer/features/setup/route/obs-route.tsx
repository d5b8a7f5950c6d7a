import { useEffect, useState } from 'react'
import { faultText } from '../../../../shared/messages/setup/setup'
import { routeWords } from '../../../../shared/messages/setup/route'
import type { ObsRouteRequest, ObsRouteView } from '../../../../shared/settings/obs-route'
import { askObsRoute, getObsRoute, type Answer } from '../../../engine/api'
import { Button, Card, Dialog, Note, Spinner, TextField } from '../../../components'
import { routeHash } from '../../../router'
import { usePage } from '../../../engine/store'
import { Choices } from '../form/fields'
import { loadSettings } from '../form/store'

const words = routeWords.obs
const { consent } = routeWords

interface Said {
  readonly tone: 'good' | 'alarm'
  readonly title: string
  readonly next: string
}

/** Where OBS sends its stream, and the two clicks that change it. Asked again as OBS comes and goes. */
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
  const run = async (request: Omit<ObsRouteRequest, 'consent'>): Promise<void> => {
    const { action } = request
    setAsking(false)
    setBusy(true)
    const answer = await askObsRoute({ ...request, consent: true })
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
        <p className="muted small">
          {words.needsUs} <a href={routeHash({ screen: 'setup', section: 'app' })}>{words.atLogin}</a>
        </p>
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
            {view?.state === 'pointed' || view?.state === 'moved' ? words.pointAgain : words.point}
          </Button>
          {view?.restorable === true ? (
            <Button
              busy={busy}
              disabled={view.streaming || view.state === 'unknown'}
              onClick={() => void run({ action: 'restore' })}
            >
              {words.restore}
            </Button>
          ) : null}
          <Button tone="quiet" onClick={() => void look()}>
            {words.again}
          </Button>
        </div>
      </div>
      {view !== null && asking ? (
        <Consent
          view={view}
          onYes={(more) => void run({ action: 'point', ...more })}
          onNo={() => setAsking(false)}
        />
      ) : null}
    </Card>
  )
}

interface ConsentProps {
  readonly view: ObsRouteView
  readonly onYes: (more: Pick<ObsRouteRequest, 'server' | 'destination'>) => void
  readonly onNo: () => void
}

/** What will happen, and what only a person knows: which server, which of two destinations. */
function Consent({ view: { asksServer, differs }, onYes, onNo }: ConsentProps) {
  const [server, setServer] = useState(asksServer?.usual ?? '')
  const [destination, setDestination] = useState<'mine' | 'obs'>('obs')
  const [wrong, setWrong] = useState(false)
  const usable = asksServer === null || /^(rtmps?|srt):\/\/[^/]/.test(server.trim())
  const yes = (): void => {
    setWrong(!usable)
    if (!usable) return
    onYes({
      ...(asksServer === null ? {} : { server: server.trim() }),
      ...(differs === null ? {} : { destination }),
    })
  }
  return (
    <Dialog
      open
      title={consent.title}
      onClose={onNo}
      actions={
        <>
          <Button tone="primary" onClick={yes}>
            {consent.yes}
          </Button>
          <Button autoFocus onClick={onNo}>
            {consent.no}
          </Button>
        </>
      }
    >
      <div className="stack">
        <ul className="consent">
          {consent.tells.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
        {asksServer === null ? null : (
          <TextField
            label={consent.server(asksServer.service)}
            hint={asksServer.usual === null ? consent.serverUnknown : consent.serverHint}
            fault={wrong && !usable ? faultText(consent.serverWrong) : null}
            code
            value={server}
            onChange={setServer}
          />
        )}
        {differs === null ? null : (
          <Choices
            label={consent.differs}
            value={destination}
            options={[
              { value: 'obs', name: consent.obs, tells: differs.obs },
              { value: 'mine', name: consent.mine, tells: differs.mine },
            ]}
            onChange={setDestination}
          />
        )}
      </div>
    </Dialog>
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
      {view.keptFor.length > 0 ? (
        <p className="muted wrap-anywhere">{words.keptFor(view.keptFor.join(', '))}</p>
      ) : null}
      {view.account ? <Note tone="alarm">{words.account}</Note> : null}
      {view.streaming ? <Note tone="info">{words.streaming}</Note> : null}
    </>
  )
}
