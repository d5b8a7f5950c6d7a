import { redactUrl } from '../../shared/addresses/redact'
import type { DestinationView } from '../../shared/snapshot'
import type { Destinations } from '../lineup/destination'

/** The destination as a screen may show it: host and app, never the key. */
export function destinationView(
  destinations: Destinations,
  witnesses: ReadonlyMap<string, 'flowing' | 'absent' | 'unknown'>,
): DestinationView {
  const current = destinations.current()
  return {
    label: current.ok ? label(current.value.url) : null,
    source: destinations.source,
    keyHint: current.ok ? hint(current.value.key) : null,
    takeover: destinations.takeover.kind,
    graceMs: destinations.graceMs,
    graceLeftMs: null,
    witnesses: [...witnesses].map(([kind, media]) => ({ kind, media })),
    problem: destinations.problem ?? (current.ok ? null : current.problem),
  }
}

/** A key may also stand behind the app (some platforms hand out server and key as one address), or in the query. */
const label = (url: string): string => redactUrl(url).replace(/[?#].*$/s, '')

/** Enough to recognise a key by, too little to use it. A short key gives nothing away but that it is there. */
function hint(key: string): string | null {
  if (key === '') return null
  return key.length < 12 ? 'is set' : `ends in ${key.slice(-4)}`
}
