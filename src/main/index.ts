import { app, dialog } from 'electron'
import { shellText } from '../shared/messages'
import { runShell } from './app'
import { findEngine } from './engine/find'
import { openProfile } from './profile'

// As root Chromium runs without its sandbox or not at all: forcing it on would kill every process it starts.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
// Windows shows notifications under this name only (electron-builder.yml, appId).
app.setAppUserModelId('app.understudy.Understudy')

const profile = openProfile(process.argv)
if (!profile.ok) {
  // To who reads the terminal or, where nobody does, in a box.
  process.stderr.write(`${profile.text}\n`)
  if (process.env.UNDERSTUDY_TERMINAL !== '1') dialog.showErrorBox(shellText.couldNotStart, profile.text)
  app.exit(1)
} else if (app.requestSingleInstanceLock()) {
  const { dataDir } = profile
  // Looked for while Electron wakes up: beside a running engine the window is there at once.
  const early = findEngine(dataDir)
  void app.whenReady().then(() => runShell(dataDir, early))
} else {
  app.quit()
}
