import type { ProofKind } from '../../core/words'

/**
 * One look of a cheap witness. `seen`: somebody publishes, with the bytes that the server has of it so far; `absent`: it
 * is certain that nobody does; `unknown`: could not look.
 */
export type Look =
  | { readonly kind: 'seen'; readonly bytes: number }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown' }

export interface Witness {
  readonly proof: ProofKind
  look(timeoutMs: number): Promise<Look>
}

export type Media = 'flowing' | 'absent' | 'unknown'

/** Bytes that stand still for so long are nobody's media: at any bitrate a server's counter moves several times a second. */
export const flatMs = 2_500

/** What the looks so far say. */
export interface Trail {
  readonly bytes: number | null
  readonly grewAt: number | null
  readonly media: Media
}

export const emptyTrail: Trail = { bytes: null, grewAt: null, media: 'unknown' }

/** Folds a look into the trail. Growth between two looks is media; one number alone is nothing. Pure. */
export function follow(trail: Trail, look: Look, at: number): Trail {
  switch (look.kind) {
    case 'unknown':
      // The count is no longer comparable: what grew meanwhile may have stopped meanwhile.
      return { ...trail, media: 'unknown' }
    case 'absent':
      return { bytes: null, grewAt: null, media: 'absent' }
    case 'seen': {
      const { bytes } = look
      // Went back: another publisher, a new epoch.
      if (trail.bytes === null || bytes < trail.bytes) return { bytes, grewAt: at, media: 'unknown' }
      if (bytes > trail.bytes) return { bytes, grewAt: at, media: 'flowing' }
      // Stood still for one look: no proof of media any more, and not yet one of its absence.
      return { ...trail, media: at - (trail.grewAt ?? at) >= flatMs ? 'absent' : 'unknown' }
    }
  }
}
