import { Random } from './random'
import { targets, type Target } from './targets'

export interface Finding {
  /** Makes the same input again, alone: `--inputs 1 --seed SEED`. */
  readonly seed: number
  readonly target: string
  readonly what: string
}

export interface FuzzReport {
  readonly inputs: number
  /** A codec threw. */
  readonly crashes: number
  /** It ended, or let something pass, without a code for it. */
  readonly uncoded: number
  /** The first ones. */
  readonly findings: readonly Finding[]
}

const shares = targets.reduce((sum, [, , share]) => sum + share, 0)

function choose(random: Random): readonly [string, Target] {
  let left = random.below(shares)
  for (const [name, target, share] of targets) {
    if (left < share) return [name, target]
    left -= share
  }
  throw new Error('no target')
}

/** Seed of input number `i`: the run's own for the first, so that a finding is made again by its seed. */
const seedOf = (seed: number, i: number): number => (seed + Math.imul(i, 0x9e3779b1)) >>> 0

/** Malformed FLV, RTMP (both sides) and AMF0 through the codecs and the splicer. The same seed makes the same inputs. */
export function fuzz(inputs: number, seed: number): FuzzReport {
  const findings: Finding[] = []
  let crashes = 0
  let uncoded = 0
  for (let i = 0; i < inputs; i += 1) {
    const random = new Random(seedOf(seed, i))
    const [target, run] = choose(random)
    let what: string | null
    try {
      what = run(random)
      if (what !== null) uncoded += 1
    } catch (error) {
      crashes += 1
      what = error instanceof Error ? `${error.name}: ${error.message}` : 'thrown'
    }
    if (what !== null && findings.length < 10) findings.push({ seed: seedOf(seed, i), target, what })
  }
  return { inputs, crashes, uncoded, findings }
}
