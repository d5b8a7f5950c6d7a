/**
 * Everything that can go wrong and that a streamer may be told of, as a code. Sentence and next step for each code
 * stand in `shared/messages/problems`. A code never changes its meaning: journals and API clients hold them.
 */
export const problemCodes = [
  // set-up and files
  'config-unreadable',
  'config-invalid',
  'config-newer',
  'policy-invalid',
  'data-dir-unwritable',
  'disk-full',
  'journal-unreadable',
  'restore-unreadable',
  'already-running',
  'port-in-use',
  // changes of the set-up while it runs
  'settings-invalid',
  'settings-system-on-air',
  'settings-destination-on-air',
  'settings-route-live',
  'settings-unsaved',
  'secrets-locked',
  'secrets-unreadable',
  // OBS
  'obs-not-found',
  'obs-unreachable',
  'obs-websocket-off',
  'obs-password-needed',
  'obs-auth-failed',
  'obs-kicked',
  'obs-rpc-unsupported',
  'obs-closed',
  'obs-timeout',
  'obs-garbage',
  'obs-not-ready',
  'obs-request-failed',
  'obs-start-failed',
  'obs-start-timeout',
  'obs-stop-timeout',
  'obs-busy',
  // pointing OBS at this PC and back
  'obs-route-live',
  'obs-route-login',
  'obs-route-lost',
  'obs-route-nothing',
  'obs-route-profile',
  'obs-route-two',
  'obs-account-connected',
  // destination
  'destination-missing',
  'destination-auto-server',
  'destination-unsupported',
  'destination-key-unclear',
  'destination-name-changed',
  'destination-unreachable',
  'destination-tls',
  'destination-auth',
  'destination-refused',
  'destination-busy',
  'destination-closed',
  'destination-stalled',
  'destination-protocol',
  // backup source
  'source-invalid-url',
  'source-unreachable',
  'source-auth',
  'source-no-media',
  'source-stalled',
  'source-codec-unsupported',
  'source-garbage',
  'source-leads-elsewhere',
  // warnings about a source that can be carried
  'source-no-audio',
  'source-audio-converted',
  'source-gop-long',
  'source-b-frames',
  'source-more-tracks',
  // ffmpeg
  'ffmpeg-missing',
  'ffmpeg-too-old',
  'ffmpeg-unusable',
  'ffmpeg-failed',
  'program-limit',
  // pull ingests
  'ingest-unreachable',
  'ingest-auth',
  'ingest-version',
  'ingest-tls',
  'ingest-bad-request',
  'ingest-not-found',
  'ingest-not-prepared',
  'carrier-start-failed',
  'carrier-lost',
  'carrier-stops-again',
  'carrier-damaged',
  // ended by a mistake of its own and was started again
  'carrier-crashed',
  'engine-crashed',
  // the local ingest that OBS publishes to
  'ingest-port-in-use',
  'ingest-key-wrong',
  'ingest-app-wrong',
  'ingest-not-publisher',
  'ingest-not-local',
  'ingest-crowded',
  'ingest-malformed',
  'ingest-taken-over',
  'ingest-publisher-lost',
  'ingest-not-open',
  // switch
  'stale-generation',
  'proof-missing',
  'no-candidate',
  'refused-hold',
  'refused-not-armed',
  'refused-not-ready',
  'refused-no-stream',
  'refused-unknown-system',
  'refused-busy',
  'refused-not-rehearsal',
  // rehearsal
  'rehearsal-live',
  'rehearsal-running',
  'rehearsal-not-beside',
  'rehearsal-obs-live',
  'rehearsal-no-effect',
  'rehearsal-by-hand',
  // API
  'unauthorized',
  'too-many-attempts',
  'forbidden',
  'not-found',
  'body-too-large',
  'bad-request',
  // recordings
  'recording-invalid',
  // anything else
  'timeout',
  'internal',
] as const

export type ProblemCode = (typeof problemCodes)[number]

/** A coded error value. `params` fill the sentence; they never hold a secret. */
export interface Problem {
  readonly code: ProblemCode
  readonly params?: Readonly<Record<string, string | number>>
}

/** Outcome of something that may fail in an expected way. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
export const fail = (
  code: ProblemCode,
  params?: Problem['params'],
): { readonly ok: false; readonly problem: Problem } => ({
  ok: false,
  problem: problem(code, params),
})
export const problem = (code: ProblemCode, params?: Problem['params']): Problem =>
  params === undefined ? { code } : { code, params }
