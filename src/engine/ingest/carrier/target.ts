import { withParam } from '../../../shared/addresses/query-param'
import type { Destination } from '../../ports'

/** What the carrier connects to. Its key is a secret. */
export interface CarrierTarget {
  readonly url: string
  readonly key: string
  readonly auth: Destination['auth']
}

/**
 * A destination as this lease publishes to it: with a takeover number where the platform compares numbers (it must rise, so
 * the lease itself serves), on the second URL where it takes two.
 */
export function targetOf(destination: Destination, generation: number): CarrierTarget {
  const { takeover, url, key, auth, backupUrl } = destination
  switch (takeover.kind) {
    case 'none':
      return { url, key, auth }
    case 'backup-url':
      return { url: backupUrl ?? url, key, auth }
    case 'query': {
      const join = (text: string) => withParam(text, encodeURIComponent(takeover.param), String(generation))
      return key === '' ? { url: join(url), key, auth } : { url, key: join(key), auth }
    }
  }
}
