import { statSync } from 'node:fs'
import type { Disk } from './apply'

/** Files and folders of this PC. */
export const nodeDisk: Disk = {
  isFile: (path) => is(path, 'isFile'),
  isDirectory: (path) => is(path, 'isDirectory'),
}

function is(path: string, what: 'isFile' | 'isDirectory'): boolean {
  try {
    return statSync(path)[what]()
  } catch {
    return false
  }
}
