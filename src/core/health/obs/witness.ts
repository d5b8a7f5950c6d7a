import type { WitnessEvent } from '../../events'
import type { Witness } from './state'

/** What a look at the far end adds. Only looks made while the stream runs are handed in. */
export function onWitness(witnesses: readonly Witness[], event: WitnessEvent): readonly Witness[] {
  const before = witnesses.find((witness) => witness.proof === event.proof)
  const after: Witness = {
    proof: event.proof,
    flowingAt: event.media === 'flowing' ? event.at : (before?.flowingAt ?? null),
    absentSince: event.media === 'absent' ? (before?.absentSince ?? event.at) : null,
    at: event.at,
  }
  return [...witnesses.filter((witness) => witness.proof !== event.proof), after]
}

/** Did anyone see media at or after `since`? */
export function seenFlowing(witnesses: readonly Witness[], since: number): boolean {
  return witnesses.some((witness) => witness.flowingAt !== null && witness.flowingAt >= since)
}

/** A witness that looked longer ago than this has stopped looking. */
const currentMs = 10_000

/**
 * For how long the far end has denied media, counting from `from` at the earliest; 0 when nobody denies it, when
 * another kind saw it flow meanwhile, or when the one who denies it never saw this stream at all (a wrong set-up).
 */
export function silentMs(witnesses: readonly Witness[], at: number, from: number): number {
  const silent = witnesses
    .filter((witness) => witness.flowingAt !== null && at - witness.at <= currentMs)
    .flatMap((witness) =>
      witness.absentSince === null || seenFlowing(witnesses, witness.absentSince)
        ? []
        : [witness.at - Math.max(witness.absentSince, from)],
    )
  return Math.max(0, ...silent)
}
