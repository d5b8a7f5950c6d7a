/**
 * What is known of a platform by the name of its server. Only what its own documents or tests by others say; where
 * nothing is known, nothing is preset.
 */
export interface PlatformWords {
  readonly name: string
  /** What a second sender may do there, preset; null: not known, so the old one is stopped first. */
  readonly takeover: { readonly kind: 'query' } | { readonly kind: 'backup-url'; readonly url: string } | null
  /** How long the broadcast stays open without media; null: not known. */
  readonly graceMs: number | null
  /** What to know before relying on it, in the words of a streamer. */
  readonly notes: readonly string[]
}

/**
 * Sources: Twitch documents `*.contribute.live-video.net` for its ingests; that a higher `?priority=` takes over was
 * tested by the author of OBS pull request 11926 and stands in no document; Disconnect Protection: 90 s, switched on by the streamer.
 */
const twitch: PlatformWords = {
  name: 'Twitch',
  takeover: { kind: 'query' },
  graceMs: 90_000,
  notes: [
    'Twitch keeps the broadcast open for 90 s without a picture if “Disconnect Protection” is on in your Twitch dashboard. It is worth turning on.',
    'A second sender may take the stream over, so viewers see almost no gap. Twitch does this but does not promise it; a rehearsal does not test it.',
  ],
}

/** YouTube documents a primary and a backup address that may be fed at the same time with the same key. */
const youTube: PlatformWords = {
  name: 'YouTube',
  takeover: { kind: 'backup-url', url: 'rtmp://b.rtmp.youtube.com/live2?backup=1' },
  graceMs: null,
  notes: [
    'YouTube has a second address for backups: both may send at once, so the backup starts before OBS stops.',
    'YouTube keeps a broadcast open long after the picture is gone. How long is not published.',
  ],
}

/** Kick uses hosts of Amazon IVS; the name alone cannot tell them apart. What Kick does with a second sender is not known. */
const ivs: PlatformWords = {
  name: 'Kick or Amazon IVS',
  takeover: null,
  graceMs: null,
  notes: ['It is not known that a second sender may take over here, so OBS is always stopped first.'],
}

const mux: PlatformWords = {
  name: 'Mux',
  takeover: null,
  graceMs: 60_000,
  notes: ['Mux waits 60 s by default (its “reconnect window”). Correct it here if yours is set differently.'],
}

const facebook: PlatformWords = {
  name: 'Facebook',
  takeover: null,
  graceMs: null,
  notes: ['How long Facebook waits is not published, so OBS is always stopped before the backup starts.'],
}

const hosts: readonly (readonly [RegExp, PlatformWords])[] = [
  [/(?:^|\.)twitch\.tv$/, twitch],
  // Twitch's own name among the hosts of the same network.
  [/^ingest\.global-contribute\.live-video\.net$/, twitch],
  [/\.contribute\.live-video\.net$/, twitch],
  [/\.global-contribute\.live-video\.net$/, ivs],
  [/(?:^|\.)rtmps?\.youtube\.com$/, youTube],
  [/(?:^|\.)facebook\.com$/, facebook],
  [/(?:^|\.)mux\.com$/, mux],
]

/** Host name of a URL or of a label such as 'rtmp://live.example.tv/app'; null: there is none. */
export function hostOf(url: string): string | null {
  const found = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?(\[[^\]]+\]|[^/:?#]+)/i.exec(url.trim())
  return found?.[1]?.toLowerCase() ?? null
}

/** The platform behind an address; null: none that is known. */
export function platformOf(url: string | null): PlatformWords | null {
  const host = url === null ? null : hostOf(url)
  if (host === null) return null
  return hosts.find(([pattern]) => pattern.test(host))?.[1] ?? null
}
