import { fail, ok } from '../core/problem'
import type { Problem, Result } from '../core/problem'
import type { RehearsalFault } from '../shared/snapshot'
import type { DestinationStandIn } from './destination'
import type { StandInObs } from './obs'

/** What making a fault would mean now. */
export type FaultPlan =
  | { readonly kind: 'make'; readonly make: () => Promise<void> }
  /** `measure`: somebody else makes it in a moment. */
  | { readonly kind: 'refused'; readonly problem: Problem; readonly measure: boolean }

/** How the faults are made on the OBS at hand. */
export type Faults = (fault: RehearsalFault) => FaultPlan

/** OBS's stream at the far end: `from` is what OBS calls itself there. */
export interface ObsStream {
  readonly app: string
  readonly name: string
  readonly from: string
}

/** What is left of an uplink that is narrowed: the recordings' 30 %. */
export const narrowShare = 0.3

/** Of an OBS whose bitrate is not known yet: its own default. */
const usualKbps = 2_500

const make = (step: () => unknown): FaultPlan => ({
  kind: 'make',
  make: async () => {
    await step()
  },
})
const noEffect: FaultPlan = {
  kind: 'refused',
  problem: { code: 'rehearsal-no-effect' },
  measure: false,
}

/**
 * Faults of a stand-in OBS: `drop` by the destination (it stays away, its own reconnect is off), the others in OBS itself,
 * so that a backup on the same PC has a sound way. After `heal` everything works again; a stopped OBS stays stopped.
 */
export function standInFaults(
  obs: StandInObs,
  destination: DestinationStandIn,
  stream: ObsStream,
  bitrateKbps: number,
): Faults {
  let frozen = false
  const end = async (how: () => Promise<void>): Promise<void> => {
    frozen = false
    await how()
  }
  return (fault) => {
    const alive = obs.running() && !frozen
    switch (fault) {
      case 'drop':
        return destination.farEnd(stream.app, stream.name).from === stream.from
          ? make(() => destination.dropPublisher(stream.app, stream.name))
          : noEffect
      case 'freeze':
        if (!alive) return noEffect
        return make(() => {
          frozen = true
          obs.freeze()
        })
      case 'narrow':
        return alive ? make(() => obs.narrow(Math.round(bitrateKbps * narrowShare))) : noEffect
      case 'kill':
        return obs.running() ? make(() => end(obs.kill)) : noEffect
      case 'quit':
        return alive ? make(() => end(obs.quit)) : noEffect
      case 'heal':
        return make(async () => {
          if (frozen) obs.thaw()
          frozen = false
          obs.narrow(null)
          obs.blackhole(false)
          destination.heal()
          await obs.revive()
        })
    }
  }
}

/**
 * Faults on route `program`: OBS publishes to this PC, so `drop` and `narrow` are between the program and the destination (what
 * a cut cannot cure), and the others in OBS. The user's own OBS (`obs` null) is never harmed.
 */
export function programFaults(
  obs: StandInObs | null,
  destination: DestinationStandIn,
  { app, name }: Pick<ObsStream, 'app' | 'name'>,
): Faults {
  let frozen = false
  let killed = false
  const end = async (how: () => Promise<void>): Promise<void> => {
    frozen = false
    await how()
  }
  return (fault) => {
    const alive = obs?.running() === true && !frozen
    const farEnd = destination.farEnd(app, name)
    switch (fault) {
      case 'drop':
        return farEnd.publisherId === null ? noEffect : make(() => destination.dropPublisher(app, name))
      case 'narrow': {
        const kbps = Math.round((farEnd.kbps || usualKbps) * narrowShare)
        return farEnd.publisherId === null
          ? noEffect
          : make(() => destination.narrow({ app, reach: 'publisher' }, kbps))
      }
      case 'freeze':
      case 'kill':
      case 'quit':
        if (obs === null)
          return { kind: 'refused', problem: { code: 'rehearsal-by-hand' }, measure: fault === 'kill' }
        if (fault === 'kill') {
          if (!obs.running()) return noEffect
          return make(async () => {
            killed = true
            await end(obs.kill)
          })
        }
        if (!alive) return noEffect
        if (fault === 'quit') return make(() => end(obs.quit))
        return make(() => {
          frozen = true
          obs.freeze()
        })
      case 'heal':
        return make(async () => {
          if (frozen) obs?.thaw()
          frozen = false
          destination.heal()
          await obs?.revive()
          // Whoever starts a crashed OBS again presses its button as well: a feed that sends is what the program can go back to.
          if (killed) obs?.pressStart()
          killed = false
        })
    }
  }
}

/**
 * Faults of the user's own OBS: all on the destination's side of its connection. Nobody's process is ended: `kill` and
 * `quit` are the user's to do.
 */
export function installedFaults(destination: DestinationStandIn, stream: ObsStream): Faults {
  const { app, name, from } = stream
  const target = { app, from, reach: 'publisher' } as const
  return (fault) => {
    const farEnd = destination.farEnd(app, name)
    const carries = farEnd.from === from
    switch (fault) {
      case 'drop':
        return carries ? make(() => destination.dropPublisher(app, name)) : noEffect
      case 'freeze':
        return carries ? make(() => destination.freeze(target)) : noEffect
      case 'narrow':
        return carries
          ? make(() => destination.narrow(target, Math.round((farEnd.kbps || usualKbps) * narrowShare)))
          : noEffect
      case 'kill':
      case 'quit':
        return { kind: 'refused', problem: { code: 'rehearsal-by-hand' }, measure: fault === 'kill' }
      case 'heal':
        return make(() => destination.heal())
    }
  }
}

/** Makes the fault, or says why not. */
export async function carryOut(plan: FaultPlan): Promise<Result<void>> {
  if (plan.kind === 'refused') return fail(plan.problem.code, plan.problem.params)
  await plan.make()
  return ok(undefined)
}
