import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares in a time that tells nothing, whatever was shown: of digests, so that not even the length shows. */
export function sameSecret(shown: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(shown), digest(secret))
}
