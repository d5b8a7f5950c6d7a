import { parseArgs } from 'node:util'
import { soak } from './run'

/** npm run soak [-- --minutes M] [--seed S]: exit code 1 where the stream was not what it has to be. */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
})
const minutes = Number(values.minutes)
const seed = Number(values.seed)
if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
  console.error('usage: npm run soak -- [--minutes M] [--seed S]')
  process.exit(2)
}
process.exit((await soak(minutes, seed)) ? 0 : 1)
