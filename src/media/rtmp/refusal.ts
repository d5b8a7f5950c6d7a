import type { AmfObject, AmfValue } from '../amf0'

/** Why a publish was turned down. `busy`: the key is held. */
export type Refusal = 'busy' | 'auth' | 'refused'

/** What a server says of a command: `level`, `code` and `description` of its information object (RTMP 1.0, 7.2.2). */
export interface StatusInfo {
  readonly level: string
  /** `unknown` where it is no code; a server may write anything here. */
  readonly code: string
  /** Free text. May hold the key: never shown, never logged. */
  readonly description: string
}

export function statusOf(value: AmfValue): StatusInfo | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null
  const { level, code, description } = value as AmfObject
  return {
    level: typeof level === 'string' ? level : '',
    code: typeof code === 'string' && /^[\w.]{1,80}$/.test(code) ? code : 'unknown',
    description: typeof description === 'string' ? description : '',
  }
}

const refusalCodes = /^NetStream\.(Publish\.(BadName|Denied|Rejected|Failed|Unauthorized)|Failed|Unpublish)/
const aboutAuth =
  /unauthori[sz]ed|auth|denied|forbidden|not allowed|permission|invalid (stream )?key|\b40[13]\b/i
const aboutHolder = /already|in use|busy|exists|publishing/i

/** A status that turns a publish down, whatever its level. */
export const isRefusal = ({ code }: StatusInfo): boolean => refusalCodes.test(code)

export function refusalOfConnect(info: StatusInfo | null): Refusal {
  if (info === null) return 'refused'
  if (aboutHolder.test(info.description)) return 'busy'
  return aboutAuth.test(info.description) || namesKeyOrAccount(info) ? 'auth' : 'refused'
}

/** `BadName` means a held key (nginx-rtmp: "Already publishing"), unless its words speak of rights. */
export function refusalOfPublish(info: StatusInfo | null): Refusal {
  if (info === null) return 'refused'
  const words = `${info.code} ${info.description}`
  if (/Busy/i.test(info.code) || aboutHolder.test(info.description)) return 'busy'
  if (aboutAuth.test(words) || namesKeyOrAccount(info)) return 'auth'
  return info.code === 'NetStream.Publish.BadName' ? 'busy' : 'refused'
}

/**
 * Texts of servers that mean who publishes: "Invalid stream key" and "Stream key not authorized" (servers on xiu, rml_rtmp),
 * "Authorization required." (Node-Media-Server), "Authentication Failed." (OvenMediaEngine), "reason=authfailed" (Adobe).
 */
const keyOrAccount =
  /\bkeys?\b|streamkey|\bauth|unauthori[sz]|credential|password|passphrase|\btoken|account|\buser|\blog-?in\b|\bbann?(ed)?\b|suspended|\b401\b/i
const unauthorizedCode = /unauthori[sz]ed$/i
/** A server that could not ask, or has no room: the key is not what is wrong. */
const passing =
  /unavailable|tempor|try again|retry|time[ds]? ?out|timeout|overload|too many|too soon|\blimit|internal|\b5\d\d\b|shut(ting)? ?down|restart|maintenance|unreach|connection|already|in use|busy/i

/**
 * The answer speaks of the key or the account. Only then nothing changes by waiting: `Denied`, `Rejected`, `Failed` or a close
 * without such words is also what a platform says while it restarts, while its own check of keys is out of reach (a hook of
 * nginx-rtmp or SRS that fails refuses everybody), or while the ghost of the last session holds the key (MediaMTX just closes).
 */
export const namesKeyOrAccount = ({ code, description }: StatusInfo): boolean =>
  !passing.test(description) && (unauthorizedCode.test(code) || keyOrAccount.test(description))
