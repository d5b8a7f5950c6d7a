import { z } from 'zod'
import { shellText } from '../../shared/messages'
import type { EngineAddress } from './find'
import { callEngine } from './loopback'

/** What became of giving OBS its own stream settings back. */
export type GivenBack =
  { readonly ok: true } | { readonly ok: false; readonly text: string; readonly next: string }

/** Nobody who quits waits longer for a question. */
const askMs = 2_000
/** OBS is asked several things, and the set-up changes. */
const giveBackMs = 30_000

const viewSchema = z.object({ state: z.string(), restorable: z.boolean() })
const replySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), text: z.string(), next: z.string() }),
])

/** Whether OBS streams to this PC and can be given back its own settings; false where the engine does not say. */
export async function obsIsPointed({ url, token }: EngineAddress): Promise<boolean> {
  const reply = await callEngine({ url: `${url}api/obs/route`, method: 'GET', token, deadlineMs: askMs })
  const view = viewSchema.safeParse(reply?.body)
  return (
    view.success && view.data.restorable && (view.data.state === 'pointed' || view.data.state === 'moved')
  )
}

/** Gives OBS its own stream settings back. */
export async function giveObsBack({ url, token }: EngineAddress): Promise<GivenBack> {
  const body = { action: 'restore', consent: true }
  const at = `${url}api/obs/route`
  const reply = await callEngine({ url: at, method: 'POST', token, body, deadlineMs: giveBackMs })
  const said = replySchema.safeParse(reply?.body)
  return said.success
    ? said.data
    : { ok: false, text: shellText.notGivenBack, next: shellText.notGivenBackNext }
}
