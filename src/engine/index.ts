import { runEngine } from './run'

/** The engine's entry: on the streamer's PC, headless, or on a server. */
process.exitCode = await runEngine(process.argv.slice(2))
