import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const version = '0.1.0'

/** Where the built parts stand beside each other: out/engine, out/carrier, out/renderer. Chunks lie one level deep too. */
export const outDir = join(dirname(fileURLToPath(import.meta.url)), '..')

/**
 * The program that runs the carrier: `UNDERSTUDY_NODE`, else what runs this engine (plain Node, or Electron's own
 * binary as Node).
 */
export const nodePath = (): string => process.env.UNDERSTUDY_NODE ?? process.execPath
