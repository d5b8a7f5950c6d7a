import { assertNever } from '../../assert-never'
import type { Policy } from '../../policy'
import type { Assessment, Cause, CauseCode } from '../types'
import {
  bitrateCollapsed,
  congested,
  dropsHealed,
  inGrace,
  networkDrops,
  outputStalled,
} from './detect-network'
import { reconnectingTooLong, withinAllowance } from './detect-reconnect'
import { encoderStalled, isRendering, lagging } from './detect-render'
import { isHung } from './link'
import type { ObsHealth } from './state'
import { silentMs } from './witness'

type Judgement = Pick<Assessment, 'verdict' | 'causes'>

const unknown = (code: CauseCode, ...more: readonly Cause[]): Judgement => ({
  verdict: 'unknown',
  causes: [{ code }, ...more],
})
const bad = (causes: readonly Cause[]): Judgement => ({ verdict: 'bad', causes })
const present = <T>(values: readonly (T | null)[]): readonly T[] => values.filter((value) => value !== null)

/** What OBS's health amounts to at `at` (ms). */
export function assessObs(health: ObsHealth, at: number, policy: Policy): Assessment {
  const judgement = judge(health, at, policy)
  return { ...judgement, ...readiness(health, at, policy, judgement) }
}

function judge(health: ObsHealth, at: number, policy: Policy): Judgement {
  if (health.end?.how === 'failed' && !health.settled && !health.neverStarted) {
    return bad([{ code: health.end.cause }])
  }
  if (health.quitting || health.end?.how === 'quit') return unknown('obs-quit')
  switch (health.phase) {
    case 'inactive':
      return unknown(health.end?.how === 'user' ? 'stream-ended' : 'not-streaming')
    case 'stopping':
      return unknown(health.stopping?.ours === true ? 'not-streaming' : 'stream-ended')
    case 'unknown':
      return unknown(health.link.state === 'connected' ? 'no-sample' : 'obs-unreachable')
    case 'starting':
      return unknown(health.link.state === 'connected' ? 'stream-starting' : 'obs-unreachable')
    case 'active':
    case 'reconnecting':
      return judgeRunning(health, at, policy)
    default:
      return assertNever(health.phase, 'phase')
  }
}

/** Is the newest sample too old to conclude anything? */
const isBlind = (health: ObsHealth, at: number, policy: Policy): boolean =>
  at - Math.max(health.status?.at ?? 0, health.freshFrom) > policy.obs.blindAfterMs

function judgeRunning(health: ObsHealth, at: number, policy: Policy): Judgement {
  if (isHung(health, at, policy)) {
    return bad([{ code: 'obs-hung', params: { sinceMs: at - (health.answers.statusAt ?? at) } }])
  }
  if (health.link.state !== 'connected') return unknown('obs-unreachable')
  if (isBlind(health, at, policy)) {
    return unknown('monitor-blind', ...present([withinAllowance(health, at, policy)]))
  }
  const causes =
    health.phase === 'reconnecting'
      ? present([reconnectingTooLong(health, at, policy)])
      : present([
          outputStalled(health, policy),
          networkDrops(health, policy),
          reconnectingTooLong(health, at, policy),
          encoderStalled(health, policy),
          bitrateCollapsed(health, policy),
          farEndSilent(health, at, policy),
        ])
  if (causes.length > 0) return bad(causes)
  const allowance = withinAllowance(health, at, policy)
  if (health.phase === 'reconnecting') return { verdict: 'unknown', causes: present([allowance]) }
  const asides = [...present([dropsHealed(health, policy), congested(health, policy)]), ...lagging(health)]
  if (hasMoved(health)) return { verdict: 'good', causes: asides }
  return unknown(
    inGrace(health, at, policy) || health.status?.reply.bytes === 0 ? 'stream-starting' : 'no-sample',
  )
}

/** Bytes were seen to move, at some time within the window. */
function hasMoved(health: ObsHealth): boolean {
  const first = health.samples[0]
  const last = health.samples.at(-1)
  return first !== undefined && last !== undefined && last.bytes > first.bytes
}

/** OBS says all is well, the far end denies it: OBS's word is not proof. */
function farEndSilent(health: ObsHealth, at: number, policy: Policy): Cause | null {
  const from = (health.graceFrom ?? 0) + policy.obs.startGraceMs
  const sinceMs = silentMs(health.witnesses, at, from)
  return sinceMs >= policy.obs.farEndSilentMs ? { code: 'far-end-silent', params: { sinceMs } } : null
}

type Ready = Pick<Assessment, 'readiness' | 'readinessCauses'>

const notReady = (...readinessCauses: readonly Cause[]): Ready => ({
  readiness: 'not-ready',
  readinessCauses,
})
const cannotTell = (code: CauseCode): Ready => ({ readiness: 'unknown', readinessCauses: [{ code }] })

/** Could OBS take over now: connected, answering, rendering, and in no transition. */
function readiness(health: ObsHealth, at: number, policy: Policy, judgement: Judgement): Ready {
  if (health.quitting) return notReady({ code: 'obs-quit' })
  if (health.gone) return notReady({ code: 'obs-gone' })
  if (isHung(health, at, policy)) return notReady({ code: 'obs-hung' })
  if (health.link.state === 'never') return cannotTell('no-sample')
  if (health.link.state !== 'connected') return notReady({ code: 'obs-unreachable' })
  if (isBlind(health, at, policy)) return cannotTell('monitor-blind')
  switch (health.phase) {
    case 'unknown':
      return cannotTell('no-sample')
    case 'starting':
      return notReady({ code: 'stream-starting' })
    case 'stopping':
      return notReady({ code: 'not-streaming' })
    case 'reconnecting':
      return notReady(...judgement.causes)
    case 'active':
      if (judgement.verdict === 'bad') return notReady(...judgement.causes)
      break
    case 'inactive':
      break
    default:
      return assertNever(health.phase, 'phase')
  }
  const rendering = isRendering(health, at, policy)
  if (rendering === null) return cannotTell('no-sample')
  return rendering ? { readiness: 'ready', readinessCauses: [] } : notReady({ code: 'render-lag' })
}
