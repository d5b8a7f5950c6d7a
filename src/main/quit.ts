import type { Dialog } from 'electron'
import { quitWords, shellText } from '../shared/messages'
import type { Snapshot } from '../shared/snapshot'
import { isRealStreamLive } from './desktop/power'
import type { GivenBack } from './engine/obs-route'

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
  /** OBS streams to this PC, so without the engine it cannot stream; false where that is not known. */
  pointed(): Promise<boolean>
  giveBack(): Promise<GivenBack>
}

/** In the order of the buttons. Closing the box means staying. */
const answers: readonly QuitChoice[] = ['keep', 'shell-only', 'stop-guarding']

/**
 * Asks before quitting while live, or while OBS streams to this PC and could not without its engine. The box belongs to no window, so page, hotkeys and tray go on while it stands; asked
 * again meanwhile, it is the same question.
 */
export function createQuitQuestion(deps: QuitDeps): () => Promise<QuitChoice> {
  let asked: Promise<QuitChoice> | null = null
  return () => {
    const snapshot = deps.snapshot()
    const live = snapshot !== null && isRealStreamLive(snapshot)
    if (deps.hurried()) return Promise.resolve(live ? 'shell-only' : 'idle')
    asked ??= (live ? ask(deps, snapshot) : askPointed(deps)).finally(() => {
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

/** Nothing is live. OBS's settings can be given back now; while it streams it would refuse. */
async function askPointed(deps: QuitDeps): Promise<QuitChoice> {
  if (!(await deps.pointed())) return 'idle'
  try {
    const { response } = await deps.dialog.showMessageBox({
      type: 'question',
      title: shellText.quitTitle,
      message: shellText.quitPointed,
      detail: shellText.quitPointedTells,
      buttons: [shellText.giveBackAndQuit, shellText.quitAnyway, shellText.keepRunning],
      defaultId: 0,
      cancelId: 2,
      noLink: true,
    })
    if (response === 1) return 'idle'
    if (response !== 0) return 'keep'
    const given = await deps.giveBack()
    if (given.ok) return 'idle'
    const after = await deps.dialog.showMessageBox({
      type: 'warning',
      title: shellText.quitTitle,
      message: given.text,
      detail: given.next,
      buttons: [shellText.keepRunning, shellText.quitAnyway],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    })
    return after.response === 1 ? 'idle' : 'keep'
  } catch {
    // No box can be shown: quitting is what was asked for, and OBS's settings stay kept.
    return 'idle'
  }
}
