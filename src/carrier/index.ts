import { parseArgs } from 'node:util'
import { carrierExit } from '../shared/carrier/control'
import { startCarrier } from './app'
import { openLastWords } from './process/last-words'
import { createPublisher } from './publish'

/** Entry of the carrier process: `--data-dir DIR --version V`. Everything else, secrets above all, comes over the control socket. */
const { values } = parseArgs({
  options: { 'data-dir': { type: 'string' }, version: { type: 'string', default: '0' } },
})
const dataDir = values['data-dir']
if (dataDir === undefined) {
  process.stderr.write('usage: carrier --data-dir DIR [--version VERSION]\n')
  process.exit(carrierExit.usage)
}
// The terminal that started the engine is not the carrier's: what is on air outlives both.
process.on('SIGHUP', () => undefined)
process.on('SIGINT', () => undefined)
const lastWords = openLastWords(dataDir)
const refused = await startCarrier({
  lastWords,
  dataDir,
  version: values.version,
  createPublisher: (target, ffmpeg, ackWindowBytes) =>
    createPublisher(target, {
      mishap: lastWords.resort.note,
      srt: { ffmpeg },
      rtmp: ackWindowBytes === undefined ? {} : { ackWindowBytes },
    }),
  ended: (code) => process.exit(code),
})
if (refused !== null) process.exit(refused)
