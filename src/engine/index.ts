import { runEngine } from './run'

/** The engine's entry: on the streamer's PC, headless, or on a server. */
process.exitCode = await runEngine(process.argv.slice(2))
// Whatever still holds the process (a socket of a peer that does not answer) is let go of.
setTimeout(() => process.exit(), 1_000).unref()
