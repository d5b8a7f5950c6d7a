import type { Preflight, PreflightCheck } from './settings/settings'
import type { RehearsalTried, RehearsalTry, RehearsalView } from './snapshot'

/** What must have been tried before a rehearsal says anything: a clean cut, an OBS that goes silent, and the way back. */
export type RehearsalGoal = 'drop' | 'silent' | 'return'

/** Which tries reach a goal. */
export const goalTries: Readonly<Record<RehearsalGoal, readonly RehearsalTried[]>> = {
  drop: ['drop'],
  silent: ['freeze', 'kill'],
  return: ['to-obs'],
}

/** `void`: says nothing about the set-up, because it was healed, held or cut short. */
export type TryJudgement =
  | { readonly kind: 'measuring' }
  | { readonly kind: 'passed' }
  | { readonly kind: 'void' }
  | { readonly kind: 'failed'; readonly why: TryFailure }

/** Nobody took over; or viewers waited longer than the destination keeps a broadcast open. */
export type TryFailure = 'not-switched' | 'past-grace'

export interface GoalView {
  readonly goal: RehearsalGoal
  readonly state: 'open' | 'measuring' | 'passed' | 'failed'
}

export interface RehearsalVerdict {
  readonly goals: readonly GoalView[]
  /** Goals tried to an end, whether well or not. */
  readonly tried: number
  /** The newest try of each kind that failed. */
  readonly failures: readonly { readonly what: RehearsalTried; readonly why: TryFailure }[]
  /** The worst of the newest tries that count, ms; null: none yet. */
  readonly worstGapMs: number | null
  /** Grace that the gaps were held against, ms. */
  readonly graceMs: number
  readonly kind: 'untried' | 'under-way' | 'failed' | 'passed'
}

/**
 * Where the destination's grace is not known, a gap longer than this fails a rehearsal, ms: a minute of nothing loses an
 * audience whatever the platform does with the broadcast.
 */
export const usualGraceMs = 60_000

type Route = RehearsalView['route']

/** The part of a rehearsal's view that a verdict is about. Without a route: `direct`. */
type TriesView = Pick<RehearsalView, 'tries'> & Partial<Pick<RehearsalView, 'route'>>

/**
 * One try by itself. `graceMs`: how long the destination keeps a broadcast open without media. On route `program` the platform's
 * end and the line are nothing that a cut could cure: there it counts that the program itself came back in time.
 */
export function judgeTry(
  { what, outcome, gapMs }: RehearsalTry,
  graceMs: number,
  route: Route = 'direct',
): TryJudgement {
  const inTime = gapMs === null || gapMs <= graceMs
  if (route === 'program' && outcome === 'stayed' && (what === 'drop' || what === 'narrow'))
    return what === 'narrow'
      ? { kind: 'void' }
      : inTime
        ? { kind: 'passed' }
        : { kind: 'failed', why: 'past-grace' }
  switch (outcome) {
    case null:
      return { kind: 'measuring' }
    case 'healed':
    case 'held':
    case 'cut-short':
      return { kind: 'void' }
    case 'stayed':
      return { kind: 'failed', why: 'not-switched' }
    case 'switched':
      return inTime ? { kind: 'passed' } : { kind: 'failed', why: 'past-grace' }
  }
}

/** What was tried, and whether it went well. The newest try of a kind counts: what was mended may be tried again. */
export function rehearsalVerdict(view: TriesView, graceKnownMs: number | null): RehearsalVerdict {
  const graceMs = graceKnownMs ?? usualGraceMs
  const newest = new Map<RehearsalTried, { readonly judged: TryJudgement; readonly gapMs: number | null }>()
  const measuring = new Set<RehearsalTried>()
  for (const each of view.tries) {
    const judged = judgeTry(each, graceMs, view.route)
    if (judged.kind === 'measuring') measuring.add(each.what)
    else if (judged.kind !== 'void' && !newest.has(each.what))
      newest.set(each.what, { judged, gapMs: each.gapMs })
  }
  const failures = [...newest].flatMap(([what, { judged }]) =>
    judged.kind === 'failed' ? [{ what, why: judged.why }] : [],
  )
  const goals = (['drop', 'silent', 'return'] as const).map((goal): GoalView => {
    const kinds = goalTries[goal]
    if (failures.some(({ what }) => kinds.includes(what))) return { goal, state: 'failed' }
    if (kinds.some((what) => newest.has(what))) return { goal, state: 'passed' }
    return { goal, state: kinds.some((what) => measuring.has(what)) ? 'measuring' : 'open' }
  })
  const tried = goals.filter(({ state }) => state === 'passed' || state === 'failed').length
  const gaps = [...newest.values()].flatMap(({ gapMs }) => (gapMs === null ? [] : [gapMs]))
  const kind = (): RehearsalVerdict['kind'] => {
    if (failures.length > 0) return 'failed'
    if (tried === goals.length) return 'passed'
    return view.tries.length === 0 ? 'untried' : 'under-way'
  }
  return {
    goals,
    tried,
    failures,
    worstGapMs: gaps.length === 0 ? null : Math.max(...gaps),
    graceMs,
    kind: kind(),
  }
}

/**
 * What an engine remembers of a rehearsal that went well; null while it has not.
 * `graceKnownMs`: of the real destination.
 */
export function rehearsalPassed(
  view: TriesView,
  graceKnownMs: number | null,
): { readonly worstGapMs: number } | null {
  const { kind, worstGapMs } = rehearsalVerdict(view, graceKnownMs)
  return kind === 'passed' && worstGapMs !== null ? { worstGapMs } : null
}

/** The end of a rehearsal: may one go live with this? */
export interface FinalVerdict {
  readonly kind: 'ready' | 'missing' | 'rehearsed' | 'not-yet'
  /** Of the real set-up: what must be ok and is not. */
  readonly missing: readonly PreflightCheck[]
  /** Of the real set-up: what is well to know. */
  readonly warnings: readonly PreflightCheck[]
}

/** Arming is the last step of all, and the rehearsal is what this verdict is about. */
const asideOf: readonly PreflightCheck['code'][] = ['rehearsed', 'armed']

/**
 * The rehearsal and the real set-up together. `preflight` null: it is not known, or this engine only rehearses; then a
 * rehearsal that went well is said to be just that (`rehearsed`).
 */
export function finalVerdict(rehearsal: RehearsalVerdict, preflight: Preflight | null): FinalVerdict {
  const checks = (preflight?.checks ?? []).filter(({ code }) => !asideOf.includes(code))
  const missing = checks.filter(({ state }) => state === 'missing')
  const warnings = checks.filter(({ state }) => state === 'warning')
  const kind = (): FinalVerdict['kind'] => {
    if (rehearsal.kind === 'failed') return 'missing'
    if (rehearsal.kind !== 'passed') return 'not-yet'
    if (preflight === null) return 'rehearsed'
    return missing.length === 0 ? 'ready' : 'missing'
  }
  return { kind: kind(), missing, warnings }
}
