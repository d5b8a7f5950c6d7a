import { startRehearsal } from '../../../src/rehearsal'
import { until } from '../wait'

/**
 * A process that only rehearses, for tests of its sudden end: says `live` once OBS is on air, and makes the fault that it is
 * given as an argument, if any, before that.
 */
const [workDir = '', fault] = process.argv.slice(2)
const started = await startRehearsal({
  ffmpegPath: 'ffmpeg',
  logger: { info: () => undefined, warn: () => undefined },
  obs: 'stand-in',
  workDir,
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
})
if (!started.ok) throw new Error(started.problem.code)
const { config, destination } = started.value
await until(() => destination.farEnd('live', config.destination.key).bytesIn > 50_000, {
  timeoutMs: 20_000,
  what: 'the rehearsal to be live',
})
await until(() => destination.farEnd('source', 'backup').bytesIn > 50_000, {
  timeoutMs: 20_000,
  what: 'the backup picture',
})
if (fault === 'freeze') await started.value.fault('freeze')
process.stdout.write('live\n')
