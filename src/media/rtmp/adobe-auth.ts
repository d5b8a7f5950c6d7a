import { utf8Encode } from '../bytes'

/**
 * Adobe's two-step authentication (`authmod=adobe`), as encoders speak it: the server rejects `connect` naming the
 * scheme, then a second one naming salt and challenge, and takes the third.
 */
export type AuthChallenge =
  | { readonly step: 'name-needed' }
  | {
      readonly step: 'answer-needed'
      readonly salt: string
      readonly challenge: string
      readonly opaque: string
    }
  /** Wrong user or password. */
  | { readonly step: 'failed' }
  /** A scheme that is not spoken here (`llnw`). */
  | { readonly step: 'unsupported' }

/** What a rejection's description asks for; null when it is not about authentication. */
export function authChallenge(description: string): AuthChallenge | null {
  const scheme = /authmod=(\w+)/.exec(description)?.[1]
  if (scheme === undefined) return null
  if (scheme !== 'adobe') return { step: 'unsupported' }
  if (/reason=(authfailed|nosuchuser)/.test(description)) return { step: 'failed' }
  if (!description.includes('reason=needauth')) return { step: 'name-needed' }
  const field = (name: string): string => new RegExp(`[?&]${name}=([^&\\s]*)`).exec(description)?.[1] ?? ''
  return {
    step: 'answer-needed',
    salt: field('salt'),
    challenge: field('challenge'),
    opaque: field('opaque'),
  }
}

export interface AuthKeys {
  readonly username: string
  readonly password: string
  /** base64 of the MD5 of these bytes: hashing is no codec's business. */
  readonly md5Base64: (bytes: Uint8Array) => string
  /** Our own challenge: any eight hex digits. */
  readonly nonce: string
}

/** Query to append to the app and tcUrl of the next attempt; null when another attempt cannot help. */
export function authQuery(challenge: AuthChallenge, keys: AuthKeys): string | null {
  switch (challenge.step) {
    case 'failed':
    case 'unsupported':
      return null
    case 'name-needed':
      return `?authmod=adobe&user=${keys.username}`
    case 'answer-needed': {
      const { salt, opaque } = challenge
      const secret = keys.md5Base64(utf8Encode(keys.username + salt + keys.password))
      const answer = keys.md5Base64(
        utf8Encode(secret + (opaque === '' ? challenge.challenge : opaque) + keys.nonce),
      )
      const base = `?authmod=adobe&user=${keys.username}&challenge=${keys.nonce}&response=${answer}`
      return opaque === '' ? base : `${base}&opaque=${opaque}`
    }
  }
}
