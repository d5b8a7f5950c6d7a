import { Menu, type MenuItemConstructorOptions } from 'electron'
import { shellText } from '../../shared/messages'

/** The menu: hidden on Windows and Linux, but its keys (zoom, copy, full screen) work; macOS wants one. */
export function setMenu(platform: NodeJS.Platform): void {
  const mac: MenuItemConstructorOptions[] = platform === 'darwin' ? [{ role: 'appMenu' }] : []
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...mac,
      { label: shellText.menuEdit, role: 'editMenu' },
      {
        label: shellText.menuView,
        submenu: [
          { role: 'resetZoom' },
          { role: 'zoomIn' },
          { role: 'zoomOut' },
          { type: 'separator' },
          { role: 'togglefullscreen' },
        ],
      },
      { label: shellText.menuWindow, role: 'windowMenu' },
    ]),
  )
}
