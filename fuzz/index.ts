import { parseArgs } from 'node:util'
import { fuzz } from './run'

/** npm run fuzz [-- --inputs N] [--seed S] [--json]: exit code 1 where something crashed or ended without a code. */
const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const inputs = Number(values.inputs)
const seed = Number(values.seed)
if (!Number.isSafeInteger(inputs) || inputs < 1 || !Number.isSafeInteger(seed)) {
  console.error(
    'usage: npm run fuzz -- [--inputs N] [--seed S] [--json]; N and S are whole numbers, N at least 1',
  )
  process.exit(2)
}
const { crashes, uncoded, findings } = fuzz(inputs, seed)
for (const finding of findings)
  console.error(`${finding.target}: ${finding.what} (again: --inputs 1 --seed ${finding.seed})`)
if (values.json) console.log(JSON.stringify({ inputs, crashes, uncoded }))
else console.log(`${inputs} inputs: ${crashes} crashes, ${uncoded} ended without a code`)
process.exit(crashes + uncoded > 0 ? 1 : 0)
