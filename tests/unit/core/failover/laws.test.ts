import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CoreEvent, OperatorCommand } from '../../../../src/core/events'
import { assessmentOf, decide, initialState, type Command, type State } from '../../../../src/core/failover'
import { defaultPolicy as policy } from '../../../../src/core/policy'
import type { SystemId } from '../../../../src/core/words'
import {
  calmEvents,
  isDeed,
  lineup,
  programLineup,
  toOutcome,
  world,
  type World,
} from '../../../support/story/random-world'

/** One decision of a random world. */
interface Step {
  readonly before: State
  readonly event: CoreEvent
  readonly after: State
  readonly commands: readonly Command[]
}

/** The same worlds each time; to hunt for more, set LAWS_RUNS and LAWS_SEED. */
const runs = Number(process.env['LAWS_RUNS'] ?? 300)
const seed = Number(process.env['LAWS_SEED'] ?? 1)

/** The time between two ticks of the engine. */
const tickMs = 250

/** A law that does not hold, with what it was seen on. Cheaper than `expect` in a loop this hot. */
function must(held: boolean, { before, event, after, commands }: Step, what: string): void {
  if (held) return
  const seen = [before.phase, event, after.phase, commands].map((part) => JSON.stringify(part)).join('\n')
  throw new Error(`${what}; OBS ${before.obs.phase} -> ${after.obs.phase}\n${seen}`)
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) freeze(inner)
  }
  return value
}

/** Runs a world; between its moves the engine ticks. Each step is shown to `look`. */
function run(made: World, look: (step: Step) => void): { state: State; events: CoreEvent[]; at: number } {
  let state = freeze(initialState())
  let at = 1_000
  let rendered = 0
  let inFlight: number[] = []
  const events: CoreEvent[] = []
  const feed = (event: CoreEvent): void => {
    freeze(event)
    events.push(event)
    const before = state
    const { state: after, commands } = decide(before, event, policy)
    state = freeze(after)
    freeze(commands)
    inFlight.push(...commands.filter(isDeed).map((command) => command.id))
    look({ before, event, after, commands })
  }
  feed({
    kind: 'configured',
    at,
    route: made.program ? 'program' : 'direct',
    lineup: made.program ? programLineup : lineup,
    destination: { id: 'main', takeover: made.takeover, graceMs: null },
    autoArm: made.autoArm,
  })
  for (const move of made.moves) {
    const end = at + move.afterMs
    while (at + tickMs < end) {
      at += tickMs
      feed({ kind: 'tick', at })
    }
    at = end
    if (move.kind === 'event') {
      feed({ ...move.event, at })
    } else if (move.kind === 'result') {
      const commandId = inFlight[move.place % Math.max(1, inFlight.length)]
      if (commandId === undefined) continue
      inFlight = inFlight.filter((id) => id !== commandId)
      feed({ kind: 'result', at, commandId, outcome: toOutcome(move.outcome, at) })
    } else {
      rendered += 1_000
      for (const event of calmEvents(rendered)) feed({ ...event, at })
    }
  }
  return { state, events, at }
}

/** Holds a law over many worlds; `law` is made anew for each. */
function holds(law: (made: World) => (step: Step) => void): void {
  fc.assert(
    fc.property(world, (made) => {
      run(made, law(made))
    }),
    { numRuns: runs, seed },
  )
}

/** OBS says that it does not publish, and no start of ours is still to show. */
const obsIsSilent = ({ obs }: State): boolean => obs.phase === 'inactive' && obs.told?.what !== 'start'

/** A cut of the carrier is told as a switch that has happened. */
const adopted = (commands: readonly Command[]): boolean =>
  commands.some((command) => command.kind === 'notice' && command.notice.code === 'switched') &&
  commands.every((command) => command.kind !== 'start')

/** The carrier says that its program goes nowhere. */
const programIsSilent = ({ program }: State): boolean => !program.stale && program.status?.live === false

/** OBS need not be waited for: it does not publish, its process is gone, or it cannot answer and is owed its fence. */
const obsIsExcused = ({ after }: Step): boolean =>
  after.owedFence || after.obs.process?.running === false || obsIsSilent(after)

describe('laws, over random events', { timeout: 60_000 + runs * 100 }, () => {
  it('1: one owner. Nobody starts before everybody else was told to stop, and has or had his time', () => {
    holds((made) => {
      const owners = new Map<SystemId, { readonly stopId: number; readonly stopAt: number } | 'publishing'>()
      return (step) => {
        const { event, commands, after } = step
        if (event.kind === 'restored') owners.clear()
        if (obsIsSilent(step.before)) owners.delete('obs')
        if (programIsSilent(step.before)) owners.delete('program')
        if (event.kind === 'result') {
          for (const [system, told] of owners) {
            if (told !== 'publishing' && told.stopId === event.commandId) owners.delete(system)
          }
        }
        // Who feeds the program publishes by it: one owner, whatever feed is on.
        const owner = (system: SystemId): SystemId =>
          made.program && system !== 'remote' ? 'program' : system
        for (const command of commands) {
          if (command.kind === 'stop' && owners.has(owner(command.system))) {
            owners.set(owner(command.system), { stopId: command.id, stopAt: event.at })
          }
          if (command.kind !== 'start') continue
          must(!command.overlap || made.takeover.kind !== 'none', step, 'overlap')
          for (const [system, told] of owners) {
            if (system === owner(command.system) || command.overlap) continue
            if (system === 'obs' && obsIsExcused(step)) continue
            const waited = told === 'publishing' ? 0 : event.at - told.stopAt
            must(
              waited >= policy.failover.fenceMaxMs,
              step,
              `${system} may publish yet: ${JSON.stringify(told)}`,
            )
          }
          owners.set(owner(command.system), 'publishing')
        }
        // Found on air, or begun in OBS.
        if (after.phase.kind === 'on-air' && !owners.has(owner(after.phase.system))) {
          owners.set(owner(after.phase.system), 'publishing')
        }
      }
    })
  })

  it('2: never an automatic switch unless the system on air is bad at that event', () => {
    let switches = 0
    holds(() => (step) => {
      const { before, event, commands } = step
      for (const command of commands) {
        if (command.kind !== 'notice' || command.notice.code !== 'switching') continue
        if (command.reason.code !== 'verdict-bad') continue
        // The carrier has cut, as its guard allowed: nothing is decided here.
        if (adopted(commands)) continue
        // Quit, not failed: armed, a backup carries on; disarmed, the stream is over.
        if (command.reason.cause === 'obs-quit') continue
        switches += 1
        // Disarmed, the same event leaves it on air and bad, or (not publishing at all) in the dark.
        const seen = event.kind === 'operator' ? ({ kind: 'tick', at: event.at } as const) : event
        const { phase } = decide({ ...before, armed: false }, seen, policy).state
        const bad = phase.kind === 'dark' || (phase.kind === 'on-air' && phase.badSince !== null)
        must(bad, step, `disarmed: ${JSON.stringify(phase)}`)
      }
    })
    expect(switches).toBeGreaterThan(20)
  })

  it('2: unknown is not bad: a switch by itself names a verdict that assessed as bad', () => {
    holds(() => ({ before, event, commands }) => {
      if (event.kind !== 'tick' || before.phase.kind !== 'on-air') return
      const { system } = before.phase
      const { verdict } = assessmentOf(before, system, event.at, policy)
      const publishes =
        system === 'obs' ? before.obs.phase !== 'inactive' : before.publishing[system]?.leg !== 'idle'
      // A tick can turn unknown into bad (a deadline passes), so only what stays unknown after it counts.
      const later = assessmentOf(
        decide({ ...before, armed: false }, event, policy).state,
        system,
        event.at,
        policy,
      )
      if (verdict !== 'unknown' || later.verdict !== 'unknown' || !publishes) return
      expect(commands.filter((command) => command.kind === 'start')).toEqual([])
    })
  })

  it('3: never against a hold, and never while disarmed', () => {
    holds(() => (step) => {
      const { before, after, commands } = step
      if (after.hold === null && after.armed) return
      const { phase } = after
      const began = phase.kind === 'switching' && before.phase.kind !== 'switching'
      must(!began || phase.origin === 'operator', step, 'an automatic switch began')
      if (phase.kind === 'switching' && before.phase.kind === 'switching' && phase.to !== before.phase.to) {
        must(phase.origin === 'operator', step, 'an automatic switch went on to another system')
      }
      if (phase.kind === 'dark' && commands.some((command) => command.kind === 'start')) {
        const known = phase.trying === phase.wanted || phase.trying === phase.fallback
        must(known, step, 'another system was tried in the dark')
      }
    })
  })

  it('3: the carrier may do nothing by itself under a hold, while disarmed, or where nobody of the program is on air', () => {
    let guards = 0
    holds((made) => (step) => {
      const { after, commands } = step
      for (const command of commands) {
        if (command.kind === 'redirect') must(after.hold === null && after.armed, step, 'redirected')
        if (command.kind !== 'guard' || command.guard === null) continue
        guards += 1
        const { phase } = after
        must(made.program, step, 'a guard without a program')
        must(after.hold === null && after.armed, step, 'a guard under a hold or disarmed')
        must(phase.kind === 'on-air' && phase.system !== 'remote', step, 'a guard for nobody')
        must(!command.guard.order.includes('remote'), step, 'a guard to somebody outside')
      }
      const { guard } = after.program.guard
      const free = after.hold === null && after.armed
      must(
        free || guard === null || guard === undefined || after.phase.kind === 'adopting',
        step,
        'not taken back',
      )
    })
    expect(guards).toBeGreaterThan(20)
  })

  it('6: every command has a reason and an id of its own, and leases never go back', () => {
    holds(() => {
      let lastId = 0
      return (step) => {
        const { before, after, commands } = step
        let lease = before.generation
        for (const command of commands) {
          must(command.id > lastId, step, 'an id twice')
          must(command.reason.code.length > 0, step, 'no reason')
          lastId = command.id
          if (command.kind !== 'start') continue
          must(command.generation > lease, step, 'a lease twice')
          lease = command.generation
        }
        must(after.generation >= lease, step, 'a lease went back')
      }
    })
  })

  it('6: the same in, the same out, also from a state that went through JSON', () => {
    holds(() => ({ before, event, after, commands }) => {
      if (event.kind === 'tick' && event.at % 10_000 >= tickMs) return
      const copy = JSON.parse(JSON.stringify(before)) as State
      const again = decide(copy, JSON.parse(JSON.stringify(event)) as CoreEvent, policy)
      const same = JSON.stringify(again) === JSON.stringify({ state: after, commands })
      if (!same) expect(again).toEqual({ state: after, commands })
    })
  })

  it('6: a journal of events replays to the same commands', () => {
    fc.assert(
      fc.property(world, (made) => {
        const given: Command[] = []
        const { events } = run(made, ({ commands }) => given.push(...commands))
        let state = initialState()
        const replayed = events.flatMap((event) => {
          const decision = decide(state, event, policy)
          state = decision.state
          return decision.commands
        })
        expect(replayed).toEqual(given)
      }),
      { numRuns: runs, seed },
    )
  })

  it('6: what viewers missed is told whole: never less than the time since their last media, and its parts sum to it', () => {
    let accounts = 0
    holds((made) => (step) => {
      const { before, event, commands } = step
      for (const command of commands) {
        if (command.kind !== 'notice' || !('offAir' in command.notice)) continue
        const { offAir: account, code } = command.notice
        if (account === undefined) continue
        accounts += 1
        const parts: readonly number[] = Object.values(account.parts)
        must(parts.every(Number.isInteger) && parts.every((ms) => ms >= 0), step, JSON.stringify(account))
        must(parts.reduce((sum, ms) => sum + ms, 0) === account.wholeMs, step, JSON.stringify(account))
        const { sentAt } = before.offAir
        // The splicer knows better; and a platform that takes both at once misses nothing.
        const sampled = account.bound !== 'measured' && made.takeover.kind !== 'backup-url'
        // A cut of the carrier that is found in the same moment is another story.
        if (command !== commands.find((each) => each.kind === 'notice' && 'offAir' in each.notice)) continue
        if (code !== 'switched' || event.kind !== 'result' || sentAt === null || !sampled) continue
        must(account.wholeMs >= event.at - Math.ceil(sentAt), step, `${sentAt}: ${JSON.stringify(account)}`)
      }
    })
    expect(accounts).toBeGreaterThan(20)
  })

  it('8: nothing is waited for without a deadline or a next attempt', () => {
    holds(() => (step) => {
      const { phase } = step.after
      const { at } = step.event
      switch (phase.kind) {
        case 'switching':
          must(phase.commandId !== null || phase.retryAt !== null, step, 'nothing is waited for')
          must((phase.retryAt ?? phase.deadline) >= at, step, 'a deadline passed')
          break
        case 'dark':
          must(phase.trying === null || phase.deadline >= at, step, 'a deadline passed')
          break
        case 'adopting':
        case 'ending':
          must(phase.until >= at, step, 'a deadline passed')
          break
        case 'offline':
        case 'on-air':
          break
      }
    })
  })

  it('8: every state has a way out: the stream ends by command, whoever answers or not', () => {
    const operator = (command: OperatorCommand, at: number): CoreEvent => ({
      kind: 'operator',
      at,
      command,
      by: 'page',
    })
    fc.assert(
      fc.property(world, fc.boolean(), (made, answers) => {
        let { state, at } = run(made, () => undefined)
        const waiting: number[] = []
        const phases = new Set<string>()
        const feed = (event: CoreEvent): void => {
          const decision = decide(state, event, policy)
          state = decision.state
          phases.add(state.phase.kind)
          waiting.push(...decision.commands.filter(isDeed).map((command) => command.id))
        }
        // What was going to be concluded anyway: a stream begun in OBS while the last one ended.
        feed({ kind: 'tick', at })
        phases.clear()
        feed(operator({ kind: 'end-stream' }, at))
        for (let passed = 0; passed < 40_000 && !phases.has('offline'); passed += tickMs) {
          at += tickMs
          for (const commandId of answers ? waiting.splice(0) : []) {
            feed({ kind: 'result', at, commandId, outcome: { ok: true } })
          }
          feed({ kind: 'tick', at })
        }
        expect([...phases]).toContain('offline')
      }),
      { numRuns: runs, seed },
    )
  })
})
