import type { ObsFiles } from '../../../../../src/engine/obs/installed/files'

/** Files in memory, by full path; directories are what their paths imply. Values may be changed between reads. */
export function memoryFiles(contents: Record<string, string>): ObsFiles {
  const separators = /[\\/]/
  return {
    readText: (path) => Promise.resolve(contents[path] ?? null),
    list: (path) => {
      const names = Object.keys(contents)
        .filter((each) => each.startsWith(path))
        .map((each) => each.slice(path.length + 1))
        .filter((rest) => rest !== '' && !separators.test(rest))
      return Promise.resolve(names.length === 0 ? null : names)
    },
    size: (path) => Promise.resolve(contents[path]?.length ?? null),
    readBytes: (path, offset, maxBytes) => {
      const text = contents[path]
      return Promise.resolve(
        text === undefined ? null : new TextEncoder().encode(text.slice(offset, offset + maxBytes)),
      )
    },
  }
}
