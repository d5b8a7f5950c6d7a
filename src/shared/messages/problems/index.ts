import type { Problem, ProblemCode } from '../../../core/problem'
import { capital, fill, gapsOf, type Params } from '../fill'
import { systemName } from '../names'
import { filesProblems } from './files'
import { mediaProblems } from './media'
import { obsProblems } from './obs'
import type { ProblemWords } from './words'

/** A sentence and a next step for every code; the type makes the catalogue complete. */
export const problemWords: Readonly<Record<ProblemCode, ProblemWords>> = {
  ...filesProblems,
  ...obsProblems,
  ...mediaProblems,
}

/**
 * Details that any problem may carry beside those its sentence names. `reason` is told at the end where the sentence
 * does not use it; so is `detail`.
 */
function tail(words: ProblemWords, params: Params): string {
  const used = gapsOf(words.say)
  const extra = ['reason', 'detail'].filter((name) => !used.includes(name)).map((name) => params[name])
  const text = extra.filter((value) => value !== undefined && value !== '').join('; ')
  return text === '' ? '' : ` (${text})`
}

/** `{System}`: the name of the system that `system` gives by its id, as it begins a sentence. */
const named = (params: Params): Params => {
  const { system } = params
  return typeof system === 'string' && system !== ''
    ? { ...params, System: capital(systemName(system)) }
    : params
}

/** What went wrong, in one or two short sentences. */
export const problemText = (problem: Problem): string => {
  const words = problemWords[problem.code]
  const params = named(problem.params ?? {})
  const said = fill(words.say, params)
  const more = tail(words, params)
  return more === '' ? said : said.replace(/\.?$/, `${more}.`)
}

/** What to do about it. */
export const problemNext = (problem: Problem): string =>
  fill(problemWords[problem.code].next, problem.params ?? {})
