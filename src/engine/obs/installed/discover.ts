import { posix, win32 } from 'node:path'
import { z } from 'zod'
import type { Result } from '../../../core/problem'
import { fail, ok } from '../../../core/problem'
import type { ObsFiles } from './files'
import { iniBool, parseIni } from './ini'

/** The system that OBS runs on, as far as finding its files needs it. */
export interface ObsHost {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
}

/** What OBS's own files say. The password is a secret. */
export interface ObsSettings {
  /** The `obs-studio` directory. */
  readonly configDir: string
  readonly port: number
  /** null: the server asks for none. OBS started with `--websocket_password` has another one than its files. */
  readonly password: string | null
  /** Stopping the stream stops the recording too (Settings, General); null: the file does not say. */
  readonly recordingStopsWithStream: boolean | null
  /** A second sound track may go to a custom server too; absent: not. */
  readonly customServerVodTrack?: true
}

export const defaultObsPort = 4455

/**
 * Where OBS keeps its `obs-studio` directory, the likeliest first: what the user named (that directory, the one above
 * it, or a portable OBS's root), then the system's own place, then Flatpak's.
 */
export function configDirs(host: ObsHost, named: string | null): readonly string[] {
  const join = joinOf(host)
  if (named !== null) return [named, join(named, 'obs-studio'), join(named, 'config', 'obs-studio')]
  switch (host.platform) {
    case 'win32':
      return [join(host.env['APPDATA'] ?? join(host.home, 'AppData', 'Roaming'), 'obs-studio')]
    case 'darwin':
      return [join(host.home, 'Library', 'Application Support', 'obs-studio')]
    default:
      return [
        join(notEmpty(host.env['XDG_CONFIG_HOME']) ?? join(host.home, '.config'), 'obs-studio'),
        join(host.home, '.var', 'app', 'com.obsproject.Studio', 'config', 'obs-studio'),
      ]
  }
}

/**
 * Finds port and password of obs-websocket in OBS's files, in both formats: `config.json` of OBS 30.2 and newer goes
 * before `global.ini`, which stays behind after the update. An OBS whose server is on goes before one whose is off.
 */
export async function discoverObs(
  files: ObsFiles,
  host: ObsHost,
  named: string | null,
): Promise<Result<ObsSettings>> {
  let off: string | null = null
  for (const dir of configDirs(host, named)) {
    const found = await readSettings(files, host, dir)
    if (found === null) continue
    if (found.enabled) return ok(found.settings)
    off ??= dir
  }
  return off === null ? fail('obs-not-found') : fail('obs-websocket-off')
}

/** The directory of an OBS that ran here before, whether its websocket is on or not; null: none. */
export async function findConfigDir(
  files: ObsFiles,
  host: ObsHost,
  named: string | null,
): Promise<string | null> {
  for (const dir of configDirs(host, named)) {
    if ((await readSettings(files, host, dir)) !== null) return dir
  }
  return null
}

interface Found {
  readonly enabled: boolean
  readonly settings: ObsSettings
}

async function readSettings(files: ObsFiles, host: ObsHost, dir: string): Promise<Found | null> {
  const join = joinOf(host)
  const [json, global, user] = await Promise.all([
    files.readText(join(dir, 'plugin_config', 'obs-websocket', 'config.json')),
    files.readText(join(dir, 'global.ini')),
    files.readText(join(dir, 'user.ini')),
  ])
  if (json === null && global === null) return null
  const server = (json === null ? null : parseConfigJson(json)) ?? parseGlobalIni(global ?? '')
  return {
    enabled: server.enabled,
    settings: {
      configDir: dir,
      port: server.port,
      password: server.password,
      recordingStopsWithStream: recordingStops(user ?? global ?? ''),
      ...(customServerVodTrack(user ?? global ?? '') ? { customServerVodTrack: true } : {}),
    },
  }
}

interface ServerSettings {
  readonly enabled: boolean
  readonly port: number
  readonly password: string | null
}

const portSchema = z.number().int().min(1).max(65535)

/** Keys and defaults: obs-websocket Config.cpp (`server_enabled` is off until the user turns it on). */
const configJsonSchema = z.object({
  server_enabled: z.boolean().catch(false),
  server_port: portSchema.catch(defaultObsPort),
  auth_required: z.boolean().catch(true),
  server_password: z.string().catch(''),
})

function parseConfigJson(text: string): ServerSettings | null {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return null
  }
  const parsed = configJsonSchema.safeParse(value)
  if (!parsed.success) return null
  const { server_enabled, server_port, auth_required, server_password } = parsed.data
  return {
    enabled: server_enabled,
    port: server_port,
    password: auth_required ? notEmpty(server_password) : null,
  }
}

function parseGlobalIni(text: string): ServerSettings {
  const section = parseIni(text).get('OBSWebSocket')
  const port = portSchema.safeParse(Number(section?.get('ServerPort')))
  const authRequired = iniBool(section?.get('AuthRequired')) ?? true
  return {
    enabled: iniBool(section?.get('ServerEnabled')) ?? false,
    port: port.success ? port.data : defaultObsPort,
    password: authRequired ? notEmpty(section?.get('ServerPassword')) : null,
  }
}

/** `RecordWhenStreaming` starts a recording with the stream; `KeepRecordingWhenStreamStops` lets it go on. Both off by default. */
function recordingStops(text: string): boolean | null {
  const window = parseIni(text).get('BasicWindow')
  if (window === undefined) return null
  const starts = iniBool(window.get('RecordWhenStreaming')) ?? false
  const keeps = iniBool(window.get('KeepRecordingWhenStreamStops')) ?? false
  return starts && !keeps
}

/** Set by hand in the file of OBS (`user.ini`, before OBS 31 `global.ini`): there is no button for it. */
const customServerVodTrack = (text: string): boolean =>
  iniBool(parseIni(text).get('General')?.get('EnableCustomServerVodTrack')) === true

function joinOf(host: ObsHost): (...parts: readonly string[]) => string {
  const paths = host.platform === 'win32' ? win32 : posix
  return (...parts) => paths.join(...parts)
}

function notEmpty(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value
}
