import { dialog, type BrowserWindow, type OpenDialogOptions } from 'electron'
import { shellText } from '../../shared/messages'
import type { PickKind } from '../../shared/shell-bridge'

const kinds: Readonly<Record<PickKind, OpenDialogOptions>> = {
  media: {
    properties: ['openFile'],
    filters: [
      {
        name: shellText.mediaFiles,
        extensions: ['mp4', 'mkv', 'mov', 'flv', 'ts', 'webm', 'png', 'jpg', 'jpeg'],
      },
      { name: shellText.allFiles, extensions: ['*'] },
    ],
  },
  directory: { properties: ['openDirectory', 'showHiddenFiles'] },
  program: { properties: ['openFile'] },
}

/** Lets the person choose a file or folder in the system's own box; null: none was chosen. */
export async function pickPath(kind: PickKind, window: BrowserWindow | null): Promise<string | null> {
  if (window === null) return null
  const { canceled, filePaths } = await dialog.showOpenDialog(window, kinds[kind])
  return canceled ? null : (filePaths[0] ?? null)
}
