import { z } from 'zod'
import { appSchema, hotkeysSchema, notificationsSchema } from '../../shared/settings/config'
import type { EngineAddress } from './find'
import { callEngine } from './loopback'

/** Of the settings, what the shell itself acts on; the rest is the engine's and the page's. */
const shellSettingsSchema = z.object({
  hotkeys: hotkeysSchema,
  notifications: notificationsSchema,
  app: appSchema,
})

export type ShellSettings = z.infer<typeof shellSettingsSchema>

/** Until the engine has told. */
export const defaultSettings: ShellSettings = {
  hotkeys: hotkeysSchema.parse({}),
  notifications: notificationsSchema.parse({}),
  app: appSchema.parse({}),
}

const deadlineMs = 5_000

/** Asks the engine; null when it does not answer or says something else. */
export async function fetchSettings(engine: EngineAddress): Promise<ShellSettings | null> {
  const { url, token } = engine
  const reply = await callEngine({ url: `${url}api/settings`, method: 'GET', token, deadlineMs })
  const parsed = shellSettingsSchema.safeParse(reply?.body)
  return parsed.success ? parsed.data : null
}
