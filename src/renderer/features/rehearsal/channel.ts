import { create } from 'zustand'
import type { ApiCommand, Channel } from '../../../shared/contract'
import type { Snapshot } from '../../../shared/snapshot'
import { ask as askMain, dismissRefusal, usePage, type Refusal } from '../../engine/store'
import { connect, type Connection, type Transport } from '../../engine/transport'

interface ChannelState {
  /** Of the rehearsal that runs, or the last one of the one that ended. */
  readonly snapshot: Snapshot | null
  readonly connection: Connection
  readonly refusal: Refusal | null
  readonly pending: ApiCommand['kind'] | null
}

const fresh: ChannelState = { snapshot: null, connection: 'connecting', refusal: null, pending: null }

export const useChannel = create<ChannelState>(() => fresh)

let transport: Transport | null = null
let asked = 0

/** Follows the rehearsal beside the real stream until the way out that it returns is called. */
export function follow(): () => void {
  useChannel.setState(fresh)
  const mine = connect(
    {
      snapshot: (snapshot) => useChannel.setState({ snapshot }),
      patch: (patch) =>
        useChannel.setState(({ snapshot }) =>
          snapshot === null ? {} : { snapshot: { ...snapshot, ...patch } },
        ),
      connection: (connection) => useChannel.setState({ connection }),
    },
    'rehearsal',
  )
  transport = mine
  return () => {
    mine.close()
    if (transport === mine) transport = null
    useChannel.setState({ pending: null, refusal: null })
  }
}

async function askChannel(command: ApiCommand): Promise<void> {
  if (transport === null) return
  asked += 1
  const mine = asked
  useChannel.setState({ pending: command.kind, refusal: null })
  const reply = await transport.send(command)
  if (mine === asked) useChannel.setState({ pending: null })
  if (!reply.ok) useChannel.setState({ refusal: { text: reply.text, next: reply.next } })
}

/** The rehearsal, on whichever channel it runs. */
export interface Stage extends ChannelState {
  readonly channel: Channel
  readonly ask: (command: ApiCommand) => Promise<void>
  readonly dismiss: () => void
}

/** An engine that was started to rehearse has it on its main channel; else it is a channel of its own. */
export function useStage(): Stage {
  const main = usePage()
  const own = useChannel()
  if (main.snapshot?.mode === 'rehearsal')
    return {
      snapshot: main.snapshot,
      connection: main.connection,
      refusal: main.refusal,
      pending: main.pending,
      channel: 'main',
      ask: askMain,
      dismiss: dismissRefusal,
    }
  return {
    ...own,
    channel: 'rehearsal',
    ask: askChannel,
    dismiss: () => useChannel.setState({ refusal: null }),
  }
}
