import { z } from 'zod'
import { rehearsalRequestSchema, type CommandReply, type RehearsalRequest } from '../../../shared/contract'
import { secretsHandOverSchema, type SecretsHandOver } from '../../../shared/key-store'
import type { SettingsReply, SettingsView } from '../../../shared/settings/settings'
import { forbidden } from './problem-reply'
import { readJson, type AddRoutes } from './route'

/** What the routes of the set-up need of the engine. */
export interface SettingsPort {
  view(): SettingsView
  /** What came in as a `SettingsChange`, not checked yet. */
  change(body: unknown): Promise<SettingsReply>
  rehearsal(request: RehearsalRequest): Promise<CommandReply>
  secrets(): SecretsHandOver
  takeSecrets(handed: SecretsHandOver): Promise<void>
}

/** A list of backups with their URLs is small; a key store's content too. */
const maxBytes = 64 * 1024

/** Set-up, rehearsal and the secrets of the key store. */
export function settingsRoutes(port: SettingsPort): AddRoutes {
  return (app, tools) => {
    app.get('/api/settings', (context) => context.json(port.view()))

    app.post('/api/settings', tools.limit(maxBytes), async (context) => {
      const body = await readJson(context, z.unknown())
      if (!body.ok) return tools.refuse(context, body.refused)
      const reply = await port.change(body.value)
      return context.json(reply, reply.ok ? 200 : 409)
    })

    app.post('/api/rehearsal', tools.limit(1_024), async (context) => {
      const body = await readJson(context, rehearsalRequestSchema)
      if (!body.ok) return tools.refuse(context, body.refused)
      const reply = await port.rehearsal(body.value)
      return context.json(reply, reply.ok ? 200 : 409)
    })

    app.get('/api/secrets', (context) =>
      context.get('by') === 'api' ? context.json(port.secrets()) : tools.refuse(context, forbidden('a page')),
    )

    app.put('/api/secrets', tools.limit(maxBytes), async (context) => {
      if (context.get('by') !== 'api') return tools.refuse(context, forbidden('a page'))
      const body = await readJson(context, secretsHandOverSchema)
      if (!body.ok) return tools.refuse(context, body.refused)
      await port.takeSecrets(body.value)
      return context.json({ ok: true } satisfies CommandReply)
    })
  }
}
