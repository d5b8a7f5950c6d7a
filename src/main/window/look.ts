import { nativeTheme } from 'electron'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The ground of the page, so that nothing flashes while it loads. */
export const windowBackground = (): string => (nativeTheme.shouldUseDarkColors ? '#0d1014' : '#eef1f4')

/** Windows and macOS take the picture from the program; a window on Linux brings its own. */
export function windowIcon(appPath: string): string | null {
  const path = join(appPath, 'assets', 'icons', 'icon.png')
  return process.platform === 'linux' && existsSync(path) ? path : null
}
