import type { ProblemCode } from '../../problem'
import type { Cause } from '../types'
import type { DestinationHealth } from './state'

/** A key that is held by a ghost is not among them: that passes. */
const refusals: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'destination-refused',
  'destination-auth',
  'destination-unsupported',
])

/** It answers, and will not have the stream: the carrier has given up. One that it tries again is only disconnected yet. */
export function refused({ downSince, last }: DestinationHealth): Cause | null {
  const code = last?.leg === 'failed' ? last.problem?.code : undefined
  return downSince !== null && code !== undefined && refusals.has(code)
    ? { code: 'destination-refused' }
    : null
}
