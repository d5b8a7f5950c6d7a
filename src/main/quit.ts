import type { Dialog } from 'electron'
import { quitWords, shellText } from '../shared/messages'
import type { Snapshot } from '../shared/snapshot'
import { isLive } from './power'

/** What becomes of the engine when the shell quits. */
export type QuitChoice =
  /** The shell stays. */
  | 'keep'
  /** The engine goes on guarding. */
  | 'shell-only'
  /** The engine ends; what is on air stays there. */
  | 'stop-guarding'
  /** Nothing is live: an idle engine ends with its shell. */
  | 'idle'

export interface QuitDeps {
  readonly dialog: Pick<Dialog, 'showMessageBox'>
  snapshot(): Snapshot | null
  /** The system shuts down or a signal came: nobody could answer, and nothing may be held up. */
  hurried(): boolean
}

/** In the order of the buttons. Closing the box means staying. */
const answers: readonly QuitChoice[] = ['keep', 'shell-only', 'stop-guarding']

/**
 * Asks before quitting while live. The box belongs to no window, so page, hotkeys and tray go on while it stands; asked
 * again meanwhile, it is the same question.
 */
export function createQuitQuestion(deps: QuitDeps): () => Promise<QuitChoice> {
  let asked: Promise<QuitChoice> | null = null
  return () => {
    const snapshot = deps.snapshot()
    if (snapshot === null || !isLive(snapshot)) return Promise.resolve('idle')
    if (deps.hurried()) return Promise.resolve('shell-only')
    asked ??= ask(deps, snapshot).finally(() => {
      asked = null
    })
    return asked
  }
}

async function ask({ dialog }: QuitDeps, snapshot: Snapshot): Promise<QuitChoice> {
  const { message, detail } = quitWords(snapshot)
  try {
    const { response } = await dialog.showMessageBox({
      type: 'question',
      title: shellText.quitTitle,
      message: `${message} ${shellText.quitTitle}`,
      detail,
      buttons: [shellText.keepRunning, shellText.quitWindow, shellText.stopGuarding],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    })
    return answers[response] ?? 'keep'
  } catch {
    // No box can be shown: the choice that harms nobody.
    return 'shell-only'
  }
}
