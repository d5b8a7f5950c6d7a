import { usePage } from '../store'

/** Says that what the page shows may be old. Nothing on air depends on it, and that is said too. */
export function ConnectionBanner() {
  const connection = usePage((state) => state.connection)
  if (connection === 'lost') {
    return (
      <div className="banner banner-alarm" role="alert">
        <strong>Understudy does not answer.</strong>
        <span>What you see may be old. What is on air goes on; trying to connect again…</span>
      </div>
    )
  }
  if (connection === 'refused') {
    return (
      <div className="banner banner-alarm" role="alert">
        <strong>This page has no access any more.</strong>
        <span>Open the link that Understudy printed when it started.</span>
      </div>
    )
  }
  return null
}
