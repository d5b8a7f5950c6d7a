import type { OperatorCommand } from '../core/events'
import { needsNewSession, type State } from '../core/failover'
import { fail, ok, type Result } from '../core/problem'
import type { Assessment } from '../core/health'
import type { SystemId } from '../core/words'
import type { ApiCommand } from '../shared/contract'

/** What an operator's words mean with this lineup: `backup now` names no system, the core needs one. */
export function toOperatorCommand(
  command: Exclude<ApiCommand, { readonly kind: 'fault' | 'shutdown' }>,
  state: State,
  health: Readonly<Record<SystemId, Assessment>>,
): Result<OperatorCommand> {
  switch (command.kind) {
    case 'backup-now': {
      const pulls = state.lineup.filter((entry) => entry.kind === 'pull').map((entry) => entry.id)
      const able = (id: SystemId): boolean => {
        const found = health[id]
        return found !== undefined && needsNewSession(found)
      }
      const ready = pulls.find((id) => health[id]?.readiness === 'ready') ?? pulls.find(able) ?? pulls[0]
      return ready === undefined
        ? fail('refused-unknown-system', { system: 'backup' })
        : ok({ kind: 'switch', to: ready })
    }
    case 'obs-now':
      return byKind(state, 'push', 'obs')
    case 'slate':
      return byKind(state, 'slate', 'slate')
    case 'switch':
    case 'go-live':
    case 'end-stream':
    case 'hold':
    case 'release':
    case 'arm':
    case 'disarm':
      return ok(command)
  }
}

function byKind(state: State, kind: 'push' | 'slate', name: string): Result<OperatorCommand> {
  const found = state.lineup.find((entry) => entry.kind === kind)
  return found === undefined
    ? fail('refused-unknown-system', { system: name })
    : ok({ kind: 'switch', to: found.id })
}
