import type { Notice } from '../failover/commands'
import type { CauseCode } from '../health'
import type { OffAir } from '../off-air/account'
import type { Problem } from '../problem'
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
  /** What stood in the way of the switch, each once, in the order met. */
  readonly problems: readonly Problem[]
  readonly end: IncidentEnd | null
  /** What viewers had to do without; null: it lasts, or it is not known. */
  readonly offAir: OffAir | null
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
          problems: [],
          end: null,
          offAir: null,
        },
      }
    case 'switching':
      return open === null
        ? incidents
        : { ...incidents, open: { ...open, decidedAt: open.decidedAt ?? at, to: notice.to } }
    case 'switch-failing':
    case 'switch-failed':
      return open === null || open.problems.some((known) => known.code === notice.problem.code)
        ? incidents
        : { ...incidents, open: { ...open, problems: [...open.problems, notice.problem] } }
    case 'adopted':
      // Found on air again when nobody was: its own word is all there is.
      return close(incidents, { how: 'switched', at, to: notice.system, proof: 'accepted' }, notice.offAir)
    case 'switched':
      return close(incidents, { how: 'switched', at, to: notice.to, proof: notice.proof }, notice.offAir)
    case 'on-air-good':
      return close(incidents, { how: 'healed', at }, notice.offAir)
    case 'stream-ended':
      return close(incidents, { how: 'stream-ended', at }, notice.offAir)
    default:
      return incidents
  }
}

function close(incidents: Incidents, end: IncidentEnd, offAir: OffAir | null = null): Incidents {
  const { open, closed } = incidents
  if (open !== null)
    return { ...incidents, open: null, closed: [...closed, { ...open, end, offAir }].slice(-keep) }
  // Nobody told that it began: it was over before anybody called it bad, or the engine is a new one.
  if (offAir === null || offAir.of === null) return incidents
  const late: Incident = {
    id: incidents.nextId,
    startedAt: end.at - offAir.wholeMs + offAir.parts.noticeMs,
    ...offAir.of,
    decidedAt: null,
    to: end.how === 'switched' ? end.to : null,
    problems: [],
    end,
    offAir,
  }
  return { ...incidents, nextId: late.id + 1, closed: [...closed, late].slice(-keep) }
}

/** How long an incident took in its parts, ms; null: that part did not happen. */
export interface IncidentReport {
  readonly verdictToDecisionMs: number | null
  readonly decisionToProofMs: number | null
  /** Until now, when it lasts. */
  readonly lastedMs: number
}

export function report(incident: Incident, now: number): IncidentReport {
  const { startedAt, decidedAt, end } = incident
  return {
    verdictToDecisionMs: decidedAt === null ? null : decidedAt - startedAt,
    decisionToProofMs: decidedAt === null || end?.how !== 'switched' ? null : end.at - decidedAt,
    lastedMs: (end?.at ?? now) - startedAt,
  }
}
