/** Every sentence that a person reads, from codes. One place for page, tray, notifications, log and exit codes. */
export { capital, durationText } from './fill'
export { systemName } from './names'
export { problemNext, problemText } from './problems'
export { causeSentence } from './causes'
export { noticeText } from './notices'
export { causePhrase, commandName, notSwitchedText, proofText, reasonText } from './reasons'
export { loginFailedText, quitWords, shellText, type QuitWords } from './shell'
