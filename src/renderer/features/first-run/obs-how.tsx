import { Check } from 'lucide-react'
import { firstRunObs } from '../../../shared/messages/setup/first-run'

/** OBS's menu and window as they look, with the three places to press marked. Read out as one sentence. */
export function ObsHow() {
  const { how } = firstRunObs
  return (
    <div className="how" role="img" aria-label={how.label}>
      <div className="how-window" aria-hidden="true">
        <div className="how-menubar">
          {how.menu.map((name) => (
            <span key={name} className={name === 'Tools' ? 'how-menu how-here' : 'how-menu'}>
              {name === 'Tools' ? <Mark number={1} /> : null}
              {name}
            </span>
          ))}
        </div>
        <div className="how-dropdown">
          <span>{how.otherItems[0]}</span>
          <span className="how-here">
            <Mark number={2} />
            {how.item}
          </span>
          <span>{how.otherItems[1]}</span>
        </div>
      </div>
      <div className="how-window" aria-hidden="true">
        <div className="how-title">{how.window}</div>
        <div className="how-body">
          <span className="how-here">
            <Mark number={3} />
            <span className="how-box">
              <Check />
            </span>
            {how.tick}
          </span>
          <span className="how-port">
            {how.port} <span className="how-input">4455</span>
          </span>
          <span className="how-ok how-here">
            <Mark number={4} />
            {how.ok}
          </span>
        </div>
      </div>
    </div>
  )
}

function Mark({ number }: { readonly number: number }) {
  return <span className="how-mark">{number}</span>
}
