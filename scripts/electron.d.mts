/** An Electron on this machine. */
export interface InstalledElectron {
  /** Its executable. */
  readonly binary: string
  /** The folder that holds it. */
  readonly dist: string
  readonly version: string
  /** True for the older one that tests run in where npm's download cannot be had. */
  readonly standIn: boolean
}

export function installedElectron(): InstalledElectron | null
export function electronInWords(found: InstalledElectron): string
export function startsApp(
  binary: string,
  appDir: string,
  into: string,
): { readonly binary: string; readonly args: readonly string[] }
export function plainCopy(binary: string, into: string): string
