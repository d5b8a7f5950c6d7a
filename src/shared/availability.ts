import type { Snapshot } from './snapshot'

/** Which buttons make sense. Only what is certainly pointless is off: the engine refuses the rest in words. */
export interface Availability {
  readonly goLive: boolean
  readonly endStream: boolean
  readonly backupNow: boolean
  readonly obsNow: boolean
  readonly slate: boolean
}

const target = (snapshot: Snapshot): string | null =>
  snapshot.phase.kind === 'switching'
    ? snapshot.phase.to
    : snapshot.phase.kind === 'reconnecting'
      ? snapshot.phase.system
      : snapshot.onAir

export function availability(snapshot: Snapshot): Availability {
  const { kind } = snapshot.phase
  const live = kind === 'on-air' || kind === 'reconnecting' || kind === 'switching' || kind === 'dark'
  const to = target(snapshot)
  const has = (wanted: string): boolean => snapshot.systems.some((system) => system.kind === wanted)
  const onKind = snapshot.systems.find((system) => system.id === to)?.kind ?? null
  return {
    goLive: kind === 'offline',
    endStream: live,
    backupNow: kind !== 'ending' && kind !== 'adopting' && has('pull') && onKind !== 'pull',
    obsNow: live && has('push') && onKind !== 'push',
    slate: live && has('slate') && onKind !== 'slate',
  }
}

/** Nothing was set up: OBS is not there and there is no backup. */
export const notSetUp = (snapshot: Snapshot): boolean =>
  snapshot.systems.every((system) => system.kind === 'push') && snapshot.phase.kind === 'offline'
