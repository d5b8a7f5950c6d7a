import { benchCost } from './cost'
import { benchFaults } from './faults'
import { benchHandOver } from './hand-over'
import { benchPage } from './page'
import { benchProgram, benchVerdicts } from './program'
import { benchCuts, benchRelay } from './splice'
import { benchShell } from './shell'

/**
 * npm run bench [-- --runs N] [--alone N] [--only program|gaps|verdicts|relay|cuts|faults|handover|cost|page|shell] [--fault WORD]: the figures of the README on this machine.
 * Needs root and the peers of the integration tests, and a build (npm run build).
 */
const words = process.argv.slice(2)
const valueOf = (name: string): string | null => {
  const at = words.indexOf(name)
  return at < 0 ? null : (words[at + 1] ?? null)
}
const runs = Number(valueOf('--runs') ?? 5)
const only = valueOf('--only')

if (only === null || only === 'page') await benchPage(runs)
const program = only === null || only === 'program'
if (program || only === 'gaps') await benchProgram(runs, Number(valueOf('--alone') ?? runs))
if (program || only === 'verdicts') await benchVerdicts(runs)
if (program || only === 'relay') await benchRelay(20)
if (program || only === 'cuts') await benchCuts(Number(valueOf('--cuts') ?? 1_000))
if (only === null || only === 'cost') await benchCost(30)
if (only === null || only === 'shell') await benchShell(runs)
if (only === null || only === 'handover') await benchHandOver(runs)
if (only === null || only === 'faults') {
  await benchFaults(runs, Number(valueOf('--alone') ?? runs), valueOf('--fault'))
}
process.exit(0)
