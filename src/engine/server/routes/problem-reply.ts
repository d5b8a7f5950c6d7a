import { problem, type Problem, type Result } from '../../../core/problem'
import type { CommandReply } from '../../../shared/contract'
import { problemNext, problemText } from '../../../shared/messages'

/** A problem as every API answer carries it: code, params, sentence, next step. */
export const refusal = (cause: Problem): Extract<CommandReply, { readonly ok: false }> => ({
  ok: false,
  problem: cause,
  text: problemText(cause),
  next: problemNext(cause),
})

/** What came of an order, as an API answer. */
export const replyOf = (found: Result<void>): CommandReply =>
  found.ok ? { ok: true } : refusal(found.problem)

/** HTTP status of a problem that the server itself finds. */
export type HttpProblem = {
  readonly status: 400 | 401 | 403 | 404 | 413 | 415 | 429
  readonly problem: Problem
}

export const unauthorized: HttpProblem = { status: 401, problem: problem('unauthorized') }
export const notFound: HttpProblem = { status: 404, problem: problem('not-found') }
export const tooLarge: HttpProblem = { status: 413, problem: problem('body-too-large') }
export const forbidden = (what: string): HttpProblem => ({
  status: 403,
  problem: problem('forbidden', { what }),
})
export const tooMany = (seconds: number): HttpProblem => ({
  status: 429,
  problem: problem('too-many-attempts', { seconds }),
})
export const badRequest = (reason: string): HttpProblem => ({
  status: 400,
  problem: problem('bad-request', { reason }),
})

/** What a problem says in headers, beside its body: how to come in (RFC 9110, 11.6.1), when to come again (10.2.3). */
export function problemHeaders(found: HttpProblem): Readonly<Record<string, string>> {
  const seconds = found.problem.params?.['seconds']
  return {
    ...(seconds === undefined ? {} : { 'Retry-After': String(seconds) }),
    ...(found.status === 401 ? { 'WWW-Authenticate': 'Bearer realm="understudy"' } : {}),
  }
}
