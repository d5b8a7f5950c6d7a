import type { DestinationRules } from '../../core/words'

/** Where the stream goes, secrets included. Never leaves engine and carrier; never in a log, journal or snapshot. */
export interface Destination extends DestinationRules {
  /** `rtmp(s)://host[:port]/app` or `srt://host:port?...`, without the key. */
  readonly url: string
  /** Stream key (RTMP) or stream id (SRT); may be empty. */
  readonly key: string
  /** Adobe-style user and password, where OBS's settings have them. */
  readonly auth: { readonly username: string; readonly password: string } | null
  /** Used when `takeover.kind` is 'backup-url'. */
  readonly backupUrl?: string
}

/** Server and key as they were last read from OBS. A secret. */
export interface RememberedDestination {
  readonly url: string
  readonly key: string
  readonly auth: Destination['auth']
}

/** Keeps what was read from OBS for the time when OBS is dead: a private file until there is a key store. */
export interface Remembers {
  load(): RememberedDestination | null
  save(destination: RememberedDestination): void
  /** OBS streams to something else now that cannot be used here: the old place is not to be published to. */
  forget(): void
}
