import { create } from 'zustand'
import type { ApiCommand } from '../../shared/contract'
import type { Snapshot } from '../../shared/snapshot'
import { connect, type Connection, type Transport } from './transport'

/** A command that was refused, as the page shows it until the next one. */
export interface Refusal {
  readonly text: string
  readonly next: string
}

interface PageState {
  readonly snapshot: Snapshot | null
  /** This browser's clock minus the engine's, ms: times are shown by the engine's. */
  readonly clockSkewMs: number
  readonly connection: Connection
  readonly refusal: Refusal | null
  /** Kind of the command that waits for its answer. */
  readonly pending: ApiCommand['kind'] | null
}

export const usePage = create<PageState>(() => ({
  snapshot: null,
  clockSkewMs: 0,
  connection: 'connecting',
  refusal: null,
  pending: null,
}))

let transport: Transport | null = null
/** Commands so far: only the newest one's answer ends the waiting. */
let asked = 0

/** Begins to follow the engine; called once. */
export function start(): void {
  transport = connect({
    snapshot: (snapshot) => usePage.setState({ snapshot, clockSkewMs: Date.now() - snapshot.wall }),
    patch: (patch) =>
      usePage.setState(({ snapshot }) => {
        if (snapshot === null) return {}
        const next = { ...snapshot, ...patch }
        return { snapshot: next, clockSkewMs: Date.now() - next.wall }
      }),
    connection: (connection) => usePage.setState({ connection }),
  })
}

/** Asks the engine for something; a refusal is shown. */
export async function ask(command: ApiCommand): Promise<void> {
  if (transport === null) return
  asked += 1
  const mine = asked
  usePage.setState({ pending: command.kind, refusal: null })
  const reply = await transport.send(command)
  // A slow command's late success must not wipe out what a newer one was told.
  if (mine === asked) usePage.setState({ pending: null })
  if (!reply.ok) usePage.setState({ refusal: { text: reply.text, next: reply.next } })
}

export const dismissRefusal = (): void => usePage.setState({ refusal: null })
