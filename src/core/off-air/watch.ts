import type { CoreEvent, RestoredEvent } from '../events'
import type { Command, Notice } from '../failover/commands'
import type { State } from '../failover/state'
import { inProgram } from '../failover/program/systems'
import { assessmentOf, isPush } from '../failover/systems'
import type { Turn } from '../failover/turn'
import type { CauseCode } from '../health'
import type { SystemId } from '../words'
import { close, media } from './close'
import { noParts, type OffAir } from './account'
import { farEndDenies, signOf, type Sign } from './evidence'
import { nothingSeen, type OffAirMemory } from './state'

/** A connection that broke and came back by itself is told from this long on; players bridge less (ms). */
const tellMs = 1_000

/**
 * Follows what viewers get: called once an event was decided. Notices that end a time without media are given its account,
 * and a break that healed before anybody called it bad is told. `before`: the state before the event.
 */
export function watchOffAir(turn: Turn, before: State, event: CoreEvent): void {
  remember(turn, observe(turn, before, event))
  tellHealed(turn, before)
  // Only what this event decided; a notice that is told here has its account already.
  for (const [index, command] of turn.commands.entries()) {
    const next = afterCommand(turn, before, command)
    if (next !== command) turn.commands[index] = next
  }
  settle(turn, before)
}

const remember = (turn: Turn, offAir: OffAirMemory): void => {
  if (offAir !== turn.state.offAir) turn.set({ offAir })
}

function observe(turn: Turn, before: State, event: CoreEvent): OffAirMemory {
  const memory = turn.state.offAir
  if (event.kind === 'restored') return restoredMemory(event)
  if (event.kind === 'host') return { ...memory, slept: memory.sentAt !== null }
  const sign = signOf(before, event, turn.state, turn.policy)
  return sign === null ? memory : onSign(memory, sign, before)
}

function onSign(memory: OffAirMemory, sign: Sign, before: State): OffAirMemory {
  switch (sign.kind) {
    case 'media':
      return media(memory, sign, before.phase.kind === 'on-air')
    case 'seen':
      return seen(memory, sign.sinceAt)
    case 'silent':
      return memory.broken !== null
        ? memory
        : { ...memory, broken: { by: sign.by, silent: true, sure: sign.sure, enoughMs: sign.enoughMs } }
    case 'broken':
      return memory.broken?.silent === false
        ? memory
        : {
            ...memory,
            broken: { by: sign.by, silent: false, sure: memory.broken?.sure ?? true, enoughMs: 0 },
          }
    case 'denied':
      return denied(memory, sign.seenAt)
  }
}

/** A look shows media of the time since the look before it: at least that one's time is sure, and what was sent until now. */
function seen(memory: OffAirMemory, sinceAt: number | null): OffAirMemory {
  if (memory.broken !== null) return memory
  const at = Math.max(memory.sentAt ?? -Infinity, sinceAt ?? -Infinity)
  return Number.isFinite(at) ? { ...memory, sentAt: at, seenAt: at } : memory
}

/** What was sent since the far end last had media did not arrive. */
function denied(memory: OffAirMemory, seenAt: number | null): OffAirMemory {
  if (memory.broken?.by === 'far-end') return memory
  const known = seenAt ?? memory.seenAt
  const sentAt = known === null || memory.sentAt === null ? memory.sentAt : Math.min(known, memory.sentAt)
  return { ...memory, sentAt, broken: { by: 'far-end', silent: false, sure: known !== null, enoughMs: 0 } }
}

function restoredMemory({ point, wall, at }: RestoredEvent): OffAirMemory {
  const kept = point.offAir
  if (kept === undefined) return nothingSeen
  // A clock that was put back says nothing of the time between.
  const moment = (then: number | null): number | null =>
    then === null || then > wall ? null : at - (wall - then)
  return {
    ...nothingSeen,
    sentAt: moment(kept.sinceWall),
    noticedAt: moment(kept.noticedWall),
    of: kept.of,
    broken: { by: 'sender', silent: false, sure: true, enoughMs: 0 },
    restored: true,
  }
}

/**
 * It broke and was back before that was anybody's concern, or a switch that came to nothing left it on air and well. Viewers
 * saw it all the same.
 */
function tellHealed(turn: Turn, before: State): void {
  const { offAir, phase } = turn.state
  const { past, noticedAt, broken } = offAir
  if (phase.kind !== 'on-air' || before.phase.kind !== 'on-air' || phase.badSince !== null) return
  if (broken !== null || (past === null && noticedAt === null)) return
  if (turn.commands.some((command) => command.kind === 'notice' && standing.has(command.notice.code))) return
  const { system } = phase
  if (noticedAt !== null && assessmentOf(turn.state, system, turn.at, turn.policy).verdict !== 'good') return
  const account = close(offAir, { how: 'healed', at: turn.at, now: false })
  remember(turn, { ...nothingSeen, sentAt: offAir.sentAt, seenAt: offAir.seenAt })
  if (offAir.of === null && account.wholeMs < tellMs) return
  const cause = offAir.of?.cause ?? causeOf(before, system)
  const told: OffAir = { ...account, of: offAir.of ?? { system, cause } }
  const said = offAir.of === null ? { cause } : {}
  turn.tell({ code: 'on-air-good', system, offAir: told, ...said }, { code: 'verdict-bad', system, cause })
}

/** What it was that was over before anybody called it bad. */
function causeOf(before: State, system: SystemId): CauseCode {
  const { broken } = before.offAir
  const silent = broken?.silent === true
  if (inProgram(before, system)) {
    if (broken?.by !== 'sender') return 'destination-disconnected'
    return silent ? 'feed-frozen' : 'feed-ended'
  }
  if (!isPush(before, system)) return silent ? 'publish-stalled' : 'publish-failed'
  // It did not answer, and had not sent anything meanwhile.
  if (broken === null) return 'obs-hung'
  return silent ? 'output-stalled' : 'output-disconnected'
}

/** How the stream stands was told by one of these. */
const standing: ReadonlySet<Notice['code']> = new Set([
  'on-air-bad',
  'switching',
  'switched',
  'adopted',
  'on-air-good',
  'stream-ended',
])

function afterCommand(turn: Turn, before: State, command: Command): Command {
  if (command.kind === 'start') begin(turn, command.system)
  if (command.kind !== 'notice') return command
  const { notice } = command
  switch (notice.code) {
    case 'on-air-bad':
      noticed(turn, notice.system, notice.cause)
      return command
    case 'switching':
      begin(turn, notice.to)
      return command
    case 'not-switched': {
      const { offAir } = turn.state
      if (!offAir.waitedFor.includes(notice.because))
        remember(turn, { ...offAir, waitedFor: [...offAir.waitedFor, notice.because] })
      return command
    }
    case 'switched':
    case 'adopted':
    case 'on-air-good':
    case 'stream-ended':
      return notice.code === 'on-air-good' && notice.offAir !== undefined
        ? command
        : { ...command, notice: ended(turn, before, notice) }
    case 'stream-started':
      remember(turn, nothingSeen)
      return command
    default:
      return command
  }
}

function noticed(turn: Turn, system: SystemId, cause: CauseCode): void {
  const { offAir } = turn.state
  const first: OffAirMemory = {
    ...offAir,
    noticedAt: offAir.noticedAt ?? turn.at,
    of: offAir.of ?? { system, cause },
  }
  // Somebody at the far end knows better than who sends.
  remember(turn, farEndDenies(turn.state) ? denied(first, null) : first)
}

function begin(turn: Turn, to: string): void {
  const { offAir } = turn.state
  if (offAir.begun?.to === to) return
  remember(turn, { ...offAir, begun: { first: offAir.begun?.first ?? turn.at, last: turn.at, to } })
}

type Ending = Extract<Notice, { readonly code: 'switched' | 'adopted' | 'on-air-good' | 'stream-ended' }>

function ended(turn: Turn, before: State, notice: Ending): Ending {
  const memory = turn.state.offAir
  const offAir = accountFor(turn, before, notice, memory)
  const { phase } = turn.state
  const proof = phase.kind === 'on-air' ? phase.proof : null
  const fresh = { sentAt: turn.at, seenAt: proof === null || proof.kind === 'accepted' ? null : turn.at }
  const goesOn = notice.code === 'on-air-good' ? { sentAt: memory.sentAt, seenAt: memory.seenAt } : fresh
  remember(turn, { ...nothingSeen, ...goesOn })
  return offAir === null ? notice : { ...notice, offAir }
}

function accountFor(turn: Turn, before: State, notice: Ending, memory: OffAirMemory): OffAir | null {
  const { at } = turn
  switch (notice.code) {
    case 'on-air-good':
      return memory.sentAt === null ? null : close(memory, { how: 'healed', at, now: false })
    case 'stream-ended':
      // What the user's own stop takes off the air is no loss.
      return memory.noticedAt === null
        ? null
        : close(memory, { how: 'ended', at, now: memory.broken !== null })
    case 'adopted':
      if (before.phase.kind === 'adopting' && !memory.restored && !before.phase.handover)
        return cutMeanwhile(turn.state, before.phase.onAir, notice.system)
      return close(memory, { how: 'switched', at, now: true, found: memory.restored })
    case 'switched': {
      const { phase } = before
      if (phase.kind === 'switching' && phase.stream === 'begins') return null
      return close(memory, switchedEnd(turn, before, notice))
    }
  }
}

/** The carrier cut while no engine looked: its last cut is known, and what it cost; there may have been others before it. */
function cutMeanwhile({ program }: State, meant: SystemId | null, system: SystemId): OffAir | null {
  const cut = program.stale ? null : (program.status?.lastCut ?? null)
  if (meant === null || meant === system || cut?.to !== system || cut.why === 'asked') return null
  if (cut.gapMs === null) return null
  const wholeMs = Math.max(0, Math.round(cut.gapMs))
  return {
    wholeMs,
    bound: 'at-least',
    parts: { ...noParts, noticeMs: wholeMs },
    how: 'switched',
    waitedFor: [],
    of: { system: cut.from ?? meant, cause: cut.why },
  }
}

function switchedEnd(
  turn: Turn,
  before: State,
  notice: Extract<Notice, { readonly code: 'switched' }>,
): Parameters<typeof close>[1] {
  const { at, state } = turn
  const proof = state.phase.kind === 'on-air' ? state.phase.proof : null
  const begun = state.offAir.begun?.last ?? -Infinity
  const provenAt = Math.max(begun, Math.min(at, proof?.at ?? at))
  return {
    how: 'switched',
    at: provenAt,
    now: !staysOn(before),
    accepted: notice.proof === 'accepted',
    measuredMs: state.offAir.broken?.by === 'far-end' ? null : measured(before, state, notice),
  }
}

/** The splicer's own gap of the cut that this switch was; null: it was no cut, or it is not known. */
function measured(
  before: State,
  { program, offAir }: State,
  { to }: Extract<Notice, { readonly code: 'switched' }>,
): number | null {
  const cut = program.status?.lastCut ?? null
  if (cut === null || cut.to !== to || cut.seq <= before.program.cutSeq || offAir.slept) return null
  return cut.gapMs
}

/** The platform had both at once: the old one sent until the new one was there. */
function staysOn({ phase, offAir, destination }: State): boolean {
  const both = phase.kind === 'switching' && phase.overlap && destination?.takeover.kind === 'backup-url'
  return both && offAir.broken === null && offAir.sentAt !== null
}

/** What the phase says without a notice. */
function settle(turn: Turn, before: State): void {
  const { phase, offAir } = turn.state
  if (phase.kind === 'offline' && offAir !== nothingSeen) remember(turn, nothingSeen)
  else if (phase.kind === 'ending' && before.phase.kind !== 'ending' && offAir.broken !== null) {
    // From here on it is the operator's wish: what was missing until now counts.
    const { parts, bound } = close(offAir, { how: 'ended', at: turn.at, now: true })
    remember(turn, { ...offAir, broken: null, past: { parts, bound } })
  }
}
