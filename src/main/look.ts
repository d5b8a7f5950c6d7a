import { nativeTheme } from 'electron'

/** The ground of the page, so that nothing flashes while it loads. */
export const windowBackground = (): string => (nativeTheme.shouldUseDarkColors ? '#0d1014' : '#eef1f4')
