import { open, readdir, readFile, stat } from 'node:fs/promises'

/** The few things that discovery and the log's tail read. Injected, so that Windows and macOS paths are tested on Linux. */
export interface ObsFiles {
  /** The whole text, or null when there is none or it may not be read. */
  readText(path: string): Promise<string | null>
  /** Names in a directory, or null. */
  list(path: string): Promise<readonly string[] | null>
  /** Size in bytes, or null. */
  size(path: string): Promise<number | null>
  /** At most `maxBytes` from `offset`; null when it cannot be read. */
  readBytes(path: string, offset: number, maxBytes: number): Promise<Uint8Array | null>
}

const orNull = async <T>(promise: Promise<T>): Promise<T | null> => {
  try {
    return await promise
  } catch {
    return null
  }
}

/** The disk of this PC. */
export const diskFiles: ObsFiles = {
  readText: (path) => orNull(readFile(path, 'utf8')),
  list: (path) => orNull(readdir(path)),
  size: async (path) => (await orNull(stat(path)))?.size ?? null,
  readBytes: (path, offset, maxBytes) =>
    orNull(
      (async () => {
        const file = await open(path, 'r')
        try {
          const bytes = new Uint8Array(maxBytes)
          const { bytesRead } = await file.read(bytes, 0, maxBytes, offset)
          return bytes.subarray(0, bytesRead)
        } finally {
          await file.close()
        }
      })(),
    ),
}
