import type { Notice } from '../failover/commands'
import type { CauseCode } from '../health'
import type { ProofKind, SystemId } from '../words'

/** From the first bad verdict on air to proven recovery. A fold over what was told. */
export interface Incident {
  readonly id: number
  readonly startedAt: number
  readonly system: SystemId
  readonly cause: CauseCode
  /** When the switch was decided; null: none was. */
  readonly decidedAt: number | null
  readonly to: SystemId | null
  readonly end: IncidentEnd | null
}

export type IncidentEnd =
  /** Another system took over, proven. */
  | { readonly how: 'switched'; readonly at: number; readonly to: SystemId; readonly proof: ProofKind }
  /** It got well by itself. */
  | { readonly how: 'healed'; readonly at: number }
  /** The stream ended while it lasted. */
  | { readonly how: 'stream-ended'; readonly at: number }

export interface Incidents {
  readonly open: Incident | null
  /** Oldest first. */
  readonly closed: readonly Incident[]
  readonly nextId: number
}

export const noIncidents: Incidents = { open: null, closed: [], nextId: 1 }

/** How many ended incidents are kept in memory; the journal keeps all. */
const keep = 50

/** One notice folded in. `at`: monotonic ms of the decision that told it. */
export function foldIncident(incidents: Incidents, notice: Notice, at: number): Incidents {
  const { open } = incidents
  switch (notice.code) {
    case 'on-air-bad':
      if (open !== null) return incidents
      return {
        ...incidents,
        nextId: incidents.nextId + 1,
        open: {
          id: incidents.nextId,
          startedAt: at,
          system: notice.system,
          cause: notice.cause,
          decidedAt: null,
          to: null,
          end: null,
        },
      }
    case 'switching':
      return open === null
        ? incidents
        : { ...incidents, open: { ...open, decidedAt: open.decidedAt ?? at, to: notice.to } }
    case 'switched':
      return close(incidents, { how: 'switched', at, to: notice.to, proof: notice.proof })
    case 'on-air-good':
      return close(incidents, { how: 'healed', at })
    case 'stream-ended':
      return close(incidents, { how: 'stream-ended', at })
    default:
      return incidents
  }
}

function close(incidents: Incidents, end: IncidentEnd): Incidents {
  const { open } = incidents
  if (open === null) return incidents
  return { ...incidents, open: null, closed: [...incidents.closed, { ...open, end }].slice(-keep) }
}
