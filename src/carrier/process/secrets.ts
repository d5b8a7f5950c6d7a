import type { CarrierRequest } from '../../shared/carrier/control'

interface Place {
  readonly url: string
  readonly key: string
  readonly auth: { readonly username: string; readonly password: string } | null
}

/** Everything in a request that may stand in no log: whole addresses, keys, passwords. */
export function secretsIn(request: CarrierRequest): readonly string[] {
  switch (request.kind) {
    case 'probe':
    case 'prepare':
      return [request.source.url]
    case 'publish':
    case 'reach':
      return ofPlace(request.target)
    case 'program-open':
      return [request.ingest.key]
    case 'program-start':
      return request.destinations.flatMap(({ target, other }) => [
        ...ofPlace(target),
        ...(other === null ? [] : ofPlace(other)),
      ])
    default:
      return []
  }
}

const ofPlace = ({ url, key, auth }: Place): readonly string[] =>
  [url, key, auth?.password ?? ''].filter((text) => text !== '')
