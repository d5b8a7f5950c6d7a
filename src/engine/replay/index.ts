import { replayCommand } from './replay-command'

/** Entry of `npm run -s replay -- TRACE.jsonl [--policy FILE] [--json]`. */
const { exitCode, stdout, stderr } = replayCommand(process.argv.slice(2))
process.stdout.write(stdout)
process.stderr.write(stderr)
process.exitCode = exitCode
