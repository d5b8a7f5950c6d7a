import { frameWords } from '../../../shared/messages/page/frame'
import { usePage } from '../../engine/store'

/** Says that what the page shows may be old. Nothing on air depends on it, and that is said too. */
export function ConnectionBanner() {
  const connection = usePage((state) => state.connection)
  if (connection !== 'lost' && connection !== 'refused') return null
  const { title, text } = connection === 'lost' ? frameWords.lost : frameWords.refused
  return (
    <div className="banner" role="alert">
      <strong>{title}</strong>
      <span>{text}</span>
    </div>
  )
}
