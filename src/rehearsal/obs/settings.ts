import { existsSync, mkdirSync, writeFileSync, appendFileSync } from 'node:fs'
import { join } from 'node:path'

/** An OBS that the stand-in passes for. What differs between them: docs/facts/obs.md 9. */
export type ObsGeneration = '28' | '29' | '30' | '32'

export interface ObsVersion {
  readonly obs: string
  readonly websocket: string
  /** RECONNECTING and RECONNECTED: since obs-websocket 5.1. */
  readonly tellsReconnects: boolean
  /** Websocket settings in a file of their own: since OBS 30.2. */
  readonly configJson: boolean
}

export const obsVersions: Readonly<Record<ObsGeneration, ObsVersion>> = {
  '28': { obs: '28.1.2', websocket: '5.0.1', tellsReconnects: false, configJson: false },
  '29': { obs: '29.0.2', websocket: '5.1.0', tellsReconnects: true, configJson: false },
  '30': { obs: '30.2.3', websocket: '5.5.2', tellsReconnects: true, configJson: true },
  '32': { obs: '32.2.2', websocket: '5.7.4', tellsReconnects: true, configJson: true },
}

/** Writes what discovery looks for, as OBS of that version does. */
export function writeConfig(
  dir: string,
  version: ObsVersion,
  server: { readonly port: number; readonly password: string | null },
): void {
  const json = join(dir, 'plugin_config', 'obs-websocket')
  mkdirSync(version.configJson ? json : dir, { recursive: true })
  if (version.configJson) {
    const settings = {
      alerts_enabled: false,
      auth_required: server.password !== null,
      first_load: false,
      server_enabled: true,
      server_password: server.password ?? '',
      server_port: server.port,
    }
    writeFileSync(join(json, 'config.json'), JSON.stringify(settings), { mode: 0o600 })
    writeFileSync(join(dir, 'global.ini'), '[General]\nFirstRun=true\n')
    return
  }
  const lines = [
    '[General]',
    'FirstRun=true',
    '',
    '[OBSWebSocket]',
    'FirstLoad=false',
    'ServerEnabled=true',
    `ServerPort=${server.port}`,
    `AuthRequired=${server.password !== null}`,
    `ServerPassword=${(server.password ?? '').replaceAll('\\', '\\\\')}`,
    'AlertsEnabled=false',
    '',
  ]
  writeFileSync(join(dir, 'global.ini'), `\uFEFF${lines.join('\n')}`, { mode: 0o600 })
}

/** A log as OBS begins one at each start: named by the date, a line at a time. */
export function openLog(dir: string): (line: string) => void {
  const logs = join(dir, 'logs')
  mkdirSync(logs, { recursive: true })
  let at = Date.now()
  let path = join(logs, logName(at))
  while (existsSync(path)) {
    at += 1_000
    path = join(logs, logName(at))
  }
  writeFileSync(path, '')
  return (line) => {
    try {
      appendFileSync(path, `${new Date().toISOString().slice(11, 23)}: ${line}\n`)
    } catch {
      // The last words of an OBS whose directory was taken away with the rehearsal: nobody reads them any more.
    }
  }
}

function logName(at: number): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T')
  return `${date} ${time.slice(0, 8).replaceAll(':', '-')}.txt`
}

/** Profile parameters by category and name, with the defaults that OBS's frontend sets. */
export class Profile {
  private readonly values = new Map<string, string>()
  private readonly defaults: ReadonlyMap<string, string>

  constructor(values: Readonly<Record<string, string>>) {
    this.defaults = new Map([
      ['Output/Mode', 'Simple'],
      ['Output/Reconnect', 'true'],
      ['Output/RetryDelay', '2'],
      ['Output/MaxRetries', '25'],
      ['Output/DynamicBitrate', 'false'],
      ['Output/DelayEnable', 'false'],
    ])
    for (const [name, value] of Object.entries(values)) this.values.set(name, value)
  }

  get(name: string): string | null {
    return this.values.get(name) ?? this.defaults.get(name) ?? null
  }
  getDefault(name: string): string | null {
    return this.defaults.get(name) ?? null
  }
  set(name: string, value: string | null): void {
    if (value === null) this.values.delete(name)
    else this.values.set(name, value)
  }
}
