import type { IpcMain, IpcMainInvokeEvent } from 'electron'
import { z } from 'zod'
import type { shellChannels } from '../../shared/shell-bridge'
import { shellChannel, type ShellBridge } from '../../shared/shell-bridge'

/** Names the page may call. */
export type CallName = {
  [Name in keyof typeof shellChannels]: (typeof shellChannels)[Name] extends 'call' ? Name : never
}[keyof typeof shellChannels]

/** What main does for each call; an answer may be given at once. */
export type CallHandlers = {
  readonly [Name in CallName]: (
    ...words: Parameters<ShellBridge[Name]>
  ) => Awaited<ReturnType<ShellBridge[Name]>> | ReturnType<ShellBridge[Name]>
}

/** Checks the words of a call; null: they are not what the contract says. */
type Entry = (words: readonly unknown[]) => (() => unknown) | null

const entry =
  <Words extends unknown[]>(schema: z.ZodType<Words>, run: (...words: Words) => unknown): Entry =>
  (words) => {
    const checked = schema.safeParse(words)
    return checked.success ? () => run(...checked.data) : null
  }

/** The table: for each call of the contract, what its arguments must be and who answers. */
const tableOf = (handlers: CallHandlers): Readonly<Record<CallName, Entry>> => ({
  state: entry(z.tuple([]), handlers.state),
  testHotkeys: entry(z.tuple([z.boolean()]), handlers.testHotkeys),
  testNotification: entry(z.tuple([]), handlers.testNotification),
  setCompact: entry(z.tuple([z.boolean()]), handlers.setCompact),
  pickPath: entry(z.tuple([z.enum(['media', 'directory', 'program'])]), handlers.pickPath),
})

/** Who speaks: the frame an event came from; null: it is gone. */
export type Sender = Pick<IpcMainInvokeEvent, 'senderFrame'>

/**
 * Registers every call of the table. `isOurs` says whether the sender is the main frame of our window on the engine's
 * page; anybody else, and anything that is not what the table says, is refused by an exception that tells nothing.
 */
export function registerIpc(
  ipc: Pick<IpcMain, 'handle'>,
  handlers: CallHandlers,
  isOurs: (event: Sender) => boolean,
  log: (text: string) => void,
): void {
  for (const [name, check] of Object.entries(tableOf(handlers))) {
    ipc.handle(shellChannel(name as CallName), (event, ...words: unknown[]): unknown => {
      if (!isOurs(event)) {
        log(`a call of ${name} came from elsewhere and was refused`)
        throw new Error('refused')
      }
      const run = check(words)
      if (run === null) {
        log(`a call of ${name} was not what the contract says`)
        throw new Error('not a call of the contract')
      }
      return run()
    })
  }
}
