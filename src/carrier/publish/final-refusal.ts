import { problem, type Problem, type ProblemCode } from '../../core/problem'

/** Parameter of a refusal: what the server's words were about. Absent: the answer is about the key or the account by itself. */
const aboutParam = 'about'

/** A refusal whose words named the key or the account, or one that only said no. */
export const refusal = (
  code: 'destination-auth' | 'destination-refused' | 'destination-busy',
  params: { readonly host: string; readonly reason: string },
  namesKey: boolean,
): Problem => problem(code, { ...params, [aboutParam]: namesKey ? 'key' : 'nothing' })

const refusals: ReadonlySet<ProblemCode> = new Set<ProblemCode>(['destination-auth', 'destination-refused'])

/**
 * Does no second attempt change the answer, until an operator orders one? At the first start of a broadcast any refusal is an
 * answer to the operator. Once it was on air, key and address were right a moment ago: platforms turn reconnects away for
 * reasons that pass (a ghost of the last session, a restart, a check of keys that is out of reach; Twitch, YouTube, MediaMTX
 * and SRS do it by a bare close), so that only one that names the key or the account is final.
 */
export function isFinal(why: Problem, wasOnAir: boolean): boolean {
  if (why.code === 'destination-unsupported') return true
  if (!refusals.has(why.code)) return false
  if (!wasOnAir) return true
  const about = why.params?.[aboutParam]
  return why.code === 'destination-auth' ? about !== 'nothing' : about === 'key'
}

/** What it is called while it is tried again: that the key is wrong would send a streamer looking for nothing. */
export const passing = (why: Problem): Problem =>
  why.code === 'destination-auth' ? { ...why, code: 'destination-refused' } : why
