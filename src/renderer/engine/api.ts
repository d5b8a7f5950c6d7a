import type { CommandReply, RehearsalAsk } from '../../shared/contract'
import type { ObsRouteRequest, ObsRouteView } from '../../shared/settings/obs-route'
import { unansweredWords } from '../../shared/messages/setup/setup'
import type {
  Preflight,
  SettingsChange,
  SettingsReply,
  SettingsView,
  TestReport,
  TestRequest,
} from '../../shared/settings/settings'

/** An answer, or why there is none, in words. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly text: string; readonly next: string }

/** Deadlines, ms. A test reaches out to several places, each with a deadline of its own. */
const quickMs = 10_000
const testMs = 45_000

const none = { ok: false, ...unansweredWords } as const

/** A refusal that an engine words itself: `CommandReply`'s shape. */
const refusal = (body: unknown): Answer<never> => {
  if (typeof body !== 'object' || body === null || !('text' in body)) return none
  const { text } = body
  const next = 'next' in body && typeof body.next === 'string' ? body.next : ''
  return typeof text === 'string' ? { ok: false, text, next } : none
}

interface Call {
  readonly body?: unknown
  readonly deadlineMs: number
}

/** `accepts`: tells an answer of the kind awaited, whatever its HTTP status. */
async function call<T>(path: string, { body, deadlineMs }: Call, accepts: (body: unknown) => body is T) {
  try {
    const reply = await fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      cache: 'no-store',
      signal: AbortSignal.timeout(deadlineMs),
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const said: unknown = await reply.json()
    const answer: Answer<T> = accepts(said) ? { ok: true, value: said } : refusal(said)
    return answer
  } catch {
    return none
  }
}

const has =
  <T extends object>(...keys: readonly (keyof T & string)[]) =>
  (body: unknown): body is T =>
    typeof body === 'object' && body !== null && keys.every((key) => key in body)

const isCommandReply = (body: unknown): body is CommandReply =>
  has<{ ok: unknown }>('ok')(body) && (body.ok === true || 'text' in body)

const isSettingsReply = (body: unknown): body is SettingsReply =>
  has<{ ok: unknown }>('ok')(body) && ('settings' in body || 'faults' in body)

/** The set-up as it is saved. */
export const getSettings = (): Promise<Answer<SettingsView>> =>
  call('/api/settings', { deadlineMs: quickMs }, has<SettingsView>('revision', 'obs', 'backups'))

/** Saves one section. A refusal without a field's fault has no faults. */
export async function saveSettings(change: SettingsChange): Promise<SettingsReply> {
  const answer = await call('/api/settings', { body: change, deadlineMs: quickMs }, isSettingsReply)
  return answer.ok ? answer.value : { ok: false, faults: [], text: answer.text, next: answer.next }
}

/** Tests one leg; the steps come together, when the last one is done. */
export const runTest = (request: TestRequest): Promise<Answer<TestReport>> =>
  call('/api/test', { body: request, deadlineMs: testMs }, has<TestReport>('ok', 'steps'))

/** What stands between here and "armed". */
export const getPreflight = (): Promise<Answer<Preflight>> =>
  call('/api/preflight', { deadlineMs: quickMs }, has<Preflight>('obs', 'checks', 'ready'))

/** Where OBS sends its stream. */
export const getObsRoute = (): Promise<Answer<ObsRouteView>> =>
  call('/api/obs/route', { deadlineMs: quickMs }, has<ObsRouteView>('state', 'restorable'))

/** Points OBS at this PC, or gives it its own settings back. */
export async function askObsRoute(request: ObsRouteRequest): Promise<Answer<null>> {
  const answer = await call('/api/obs/route', { body: request, deadlineMs: testMs }, isCommandReply)
  if (!answer.ok) return answer
  return answer.value.ok ? { ok: true, value: null } : refusal(answer.value)
}

/** Starts or ends the rehearsal beside the real stream. */
export async function askRehearsal(request: RehearsalAsk): Promise<Answer<null>> {
  const answer = await call('/api/rehearsal', { body: request, deadlineMs: testMs }, isCommandReply)
  if (!answer.ok) return answer
  return answer.value.ok ? { ok: true, value: null } : refusal(answer.value)
}
