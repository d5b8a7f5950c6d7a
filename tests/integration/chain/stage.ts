import { afterEach, expect } from 'vitest'
import type { ProofKind } from '../../../src/core/words'
import {
  onAir,
  openStage,
  system,
  type Stage,
  type StageOptions,
  type Stoppable,
} from '../../support/app/stage'

import { until } from '../../support/wait'

export { onAir, system, told, type Stage } from '../../support/app/stage'

/** Everything a test started ends with it, newest first, whatever happened. Call once a file. */
export function useStage(): {
  readonly open: (options?: StageOptions) => Promise<Stage>
  readonly own: <T extends Stoppable>(peer: T) => T
} {
  const started: Stoppable[] = []
  const own = <T extends Stoppable>(peer: T): T => {
    started.push(peer)
    return peer
  }
  afterEach(async () => {
    const failures: unknown[] = []
    for (const peer of started.splice(0).reverse()) {
      try {
        await peer.stop()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  })
  return { own, open: (options = {}) => openStage(own, options) }
}

/** The backup is on air with proof, and media of it reaches the viewer. */
export async function untilBackup(stage: Stage, proof: ProofKind = 'acknowledged'): Promise<void> {
  const now = await stage.understudy.until('the backup on air', (each) => onAir(each, 'backup'), 90_000)
  expect(now.phase).toMatchObject({ kind: 'on-air', system: 'backup', proof })
  await stage.viewer.untilFrames(30)
  expect((await stage.platform.stream('program'))?.publishing).toBe(true)
}

/** By command, OBS carries the stream again, proven by the platform's own word. */
export async function returnToObs(stage: Stage): Promise<void> {
  await stage.understudy.until('OBS ready', (now) => system(now, 'obs').readiness === 'ready', 60_000)
  expect(await stage.understudy.command({ kind: 'obs-now' })).toEqual({ ok: true })
  const now = await stage.understudy.until('OBS on air', (each) => onAir(each, 'obs'), 60_000)
  expect(now.phase).toMatchObject({ kind: 'on-air', system: 'obs', proof: 'server' })
  await stage.viewer.untilFrames(30)
}

/** What was told to whom, in order. One publisher at any time is nginx's to enforce. */
export function commandsOf(stage: Stage): readonly string[] {
  return stage.understudy
    .journal()
    .flatMap((entry) => (entry.type === 'command' && 'system' in entry.command ? [entry.command] : []))
    .map((command) => `${command.kind} ${command.system}`)
}

/** The journal reaches the disk a moment after what it tells of. */
export async function expectCommands(stage: Stage, expected: readonly string[]): Promise<void> {
  await until(() => commandsOf(stage).length >= expected.length, {
    timeoutMs: 5_000,
    what: 'the journal',
  }).catch(() => undefined)
  expect(commandsOf(stage)).toEqual(expected)
}
