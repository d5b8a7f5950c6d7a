export interface DataDirEnvironment {
  /** As `process.platform` names it. */
  readonly platform: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
}

/**
 * Where Understudy keeps its files when nobody says otherwise: each system's own place for that. Engine and desktop app
 * must agree on it, or they do not find each other.
 */
export function defaultDataDir({ platform, env, home }: DataDirEnvironment): string {
  const set = (name: string): string | null => {
    const value = env[name]
    return value === undefined || value === '' ? null : value
  }
  switch (platform) {
    case 'win32':
      return `${set('APPDATA') ?? `${home}\\AppData\\Roaming`}\\Understudy`
    case 'darwin':
      return `${home}/Library/Application Support/Understudy`
    default: {
      // XDG: a relative path in the variable is to be ignored.
      const xdg = set('XDG_DATA_HOME')
      const base = xdg?.startsWith('/') === true ? xdg.replace(/\/+$/, '') : `${home}/.local/share`
      return `${base}/understudy`
    }
  }
}
