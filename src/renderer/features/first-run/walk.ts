/** The steps of the first run, and where one is in it. */
export const steps = ['obs', 'destination', 'backup', 'ready'] as const
export type Step = (typeof steps)[number]

/** What is done of the walk; `ready` is never done before its end. */
export interface Done {
  readonly obs: boolean
  readonly destination: boolean
  readonly backup: boolean
}

/** The first step that still asks for something. */
export function firstOpen(done: Done): Step {
  if (!done.obs) return 'obs'
  if (!done.destination) return 'destination'
  return done.backup ? 'ready' : 'backup'
}

export const stepAfter = (step: Step): Step =>
  steps[Math.min(steps.indexOf(step) + 1, steps.length - 1)] ?? step
export const stepBefore = (step: Step): Step => steps[Math.max(steps.indexOf(step) - 1, 0)] ?? step

const key = 'understudy-first-run'

/** Where the walk was left in this browser; null: not begun. */
export function rememberedStep(): Step | null {
  try {
    const value = localStorage.getItem(key)
    return steps.find((step) => step === value) ?? null
  } catch {
    return null
  }
}

/** Null: the walk is over. */
export function rememberStep(step: Step | null): void {
  try {
    if (step === null) localStorage.removeItem(key)
    else localStorage.setItem(key, step)
  } catch {
    // Without storage the walk begins at the first open step.
  }
}
