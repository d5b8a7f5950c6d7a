import type { IpcMain, IpcMainInvokeEvent } from 'electron'
import { z } from 'zod'
import { shellChannel, shellChannels, type ShellBridge } from '../shared/shell-bridge'

/** Names the page may call. */
export type CallName = {
  [Name in keyof typeof shellChannels]: (typeof shellChannels)[Name] extends 'call' ? Name : never
}[keyof typeof shellChannels]

/** What the arguments of each call must be. The type asks for an entry a channel; a test, for one that is registered. */
const argumentsOf = {
  state: z.tuple([]),
  testHotkeys: z.tuple([z.boolean()]),
  testNotification: z.tuple([]),
  setCompact: z.tuple([z.boolean()]),
  pickPath: z.tuple([z.enum(['media', 'directory', 'program'])]),
} as const satisfies { readonly [Name in CallName]: z.ZodType<Parameters<ShellBridge[Name]>> }

/** What main does for each call. */
export type CallHandlers = {
  readonly [Name in CallName]: (
    ...words: Parameters<ShellBridge[Name]>
  ) => Awaited<ReturnType<ShellBridge[Name]>> | ReturnType<ShellBridge[Name]>
}

/** Who speaks: the frame an event came from. Null: it is gone. */
export type Sender = Pick<IpcMainInvokeEvent, 'senderFrame'>

/**
 * Registers every call of the table. `isOurs` says whether the sender is the main frame of our window on the engine's
 * page; anybody else, and anything that is not what the table says, is refused by an exception that names nothing.
 */
export function registerIpc(
  ipc: Pick<IpcMain, 'handle'>,
  handlers: CallHandlers,
  isOurs: (event: Sender) => boolean,
  log: (text: string) => void,
): void {
  const register = <Name extends CallName>(name: Name): void => {
    const schema: z.ZodType<Parameters<ShellBridge[Name]>> = argumentsOf[name]
    const handler: (...words: Parameters<ShellBridge[Name]>) => unknown = handlers[name]
    ipc.handle(shellChannel(name), async (event, ...words: unknown[]): Promise<unknown> => {
      if (!isOurs(event)) {
        log(`a call of ${name} came from elsewhere and was refused`)
        throw new Error('refused')
      }
      const checked = schema.safeParse(words)
      if (!checked.success) {
        log(`a call of ${name} was not what the contract says`)
        throw new Error('not a call of the contract')
      }
      return handler(...checked.data)
    })
  }
  for (const name of callNames) register(name)
}

/** Every call of the table. */
export const callNames: readonly CallName[] = (
  Object.keys(shellChannels) as (keyof typeof shellChannels)[]
).filter((name): name is CallName => shellChannels[name] === 'call')
