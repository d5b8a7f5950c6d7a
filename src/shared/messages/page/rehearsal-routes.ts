import type { RouteComparison, RouteResult } from '../../snapshot'
import { durationText } from '../fill'

/** Every sentence on the two routes of a rehearsal, and on comparing them. */
export const routeWords = {
  choose: 'How does it switch?',
  direct: 'Direct',
  program: 'Over the program',
  directTells: 'OBS and the backup connect to the platform by themselves: one stops, the other starts.',
  programTells: 'OBS and the backup feed one connection that stays. A switch is a cut.',
  title: 'Both routes side by side',
  tell: 'The same failure of a stand-in OBS, first direct, then over the program. It takes about a minute and runs by itself.',
  fault: 'What fails?',
  faults: { kill: 'OBS crashes', freeze: 'OBS hangs' },
  start: 'Compare',
  again: 'Compare again',
  stop: 'Stop comparing',
  figures: 'Viewers saw nothing for',
  waits: 'not tried yet',
  trying: 'being tried…',
  unreached: 'not measured',
} as const

const nobody: Readonly<Record<RouteResult['outcome'], boolean>> = {
  switched: false,
  stayed: true,
  healed: true,
  held: true,
  'cut-short': true,
}

/** What one route cost, in a few words beside the figure. */
export const routeOutcome = ({ outcome }: RouteResult): string =>
  nobody[outcome] ? 'Nobody took over' : 'The backup took over'

/** Both in one sentence; null: not both are known. */
export function comparedText({ direct, program }: RouteComparison): string | null {
  if (direct === null || program === null) return null
  const both = `Direct ${durationText(direct.gapMs)}, over the program ${durationText(program.gapMs)}`
  const times = program.gapMs > 0 ? Math.round(direct.gapMs / program.gapMs) : 0
  return times >= 2 ? `${both}: ${times} times less.` : `${both}.`
}
