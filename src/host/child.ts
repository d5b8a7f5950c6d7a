import { execFile, type ChildProcess } from 'node:child_process'
import { statSync } from 'node:fs'
import { errnoOf } from './errno'

/**
 * Why a program could not be started, by the name that the system or Node has for it: `ENOENT`, `EACCES`, `EISDIR` (told as
 * EACCES by the system), `ENOEXEC`, `E2BIG`, `EMFILE`, `EAGAIN`, `ERR_INVALID_ARG_VALUE` (a NUL in path or arguments), ...
 */
export type StartFault = string

function faultOf(error: unknown, path: string): StartFault {
  const code = errnoOf(error)
  if (code !== 'EACCES') return code
  try {
    return statSync(path).isDirectory() ? 'EISDIR' : code
  } catch {
    return code
  }
}

/**
 * Starts a program, whatever stands in the way. Node tells of some failures by throwing (a NUL, E2BIG, ENOMEM, ENOTDIR), of
 * others by an event (ENOENT, EACCES, EAGAIN), and at EMFILE and ENFILE it hands out a child without its streams
 * (nodejs/node#43905). Here the child is null in all these cases, and `failed` is called once, after this call has
 * returned. A child that is not null runs and has the streams that were asked for; errors of its pipes are heard and
 * told by its end, nothing more.
 */
export function startChild<Child extends ChildProcess>(
  path: string,
  spawn: (path: string) => Child,
  failed: (fault: StartFault) => void,
): Child | null {
  let child: Child
  try {
    child = spawn(path)
  } catch (error) {
    process.nextTick(() => failed(faultOf(error, path)))
    return null
  }
  const isStarted = child.pid !== undefined
  let isTold = isStarted
  child.on('error', (error) => {
    // After its start: a signal that could not be sent. Its end is told by `exit`.
    if (isTold) return
    isTold = true
    failed(faultOf(error, path))
  })
  for (const stream of [child.stdin, child.stdout, child.stderr])
    (stream as typeof stream | undefined)?.on('error', () => undefined)
  return isStarted ? child : null
}

/** What a program wrote, or why there is nothing: `start` where it never ran. */
export type Ran =
  | { readonly ok: true; readonly stdout: string }
  | { readonly ok: false; readonly start: StartFault }
  | { readonly ok: false; readonly start: null; readonly how: 'exit' | 'timeout' }

/** Runs a program to its end, at most `timeoutMs`; then it is killed. */
export function runChild(
  path: string,
  args: readonly string[],
  options: { readonly timeoutMs: number; readonly env?: NodeJS.ProcessEnv },
): Promise<Ran> {
  const { timeoutMs, env } = options
  return new Promise((resolve) => {
    try {
      execFile(
        path,
        [...args],
        {
          timeout: timeoutMs,
          killSignal: 'SIGKILL',
          windowsHide: true,
          ...(env === undefined ? {} : { env }),
        },
        (error, stdout) => {
          if (error === null) resolve({ ok: true, stdout })
          // An exit code is a number, a failed start a word.
          else if (typeof error.code === 'string' && error.killed !== true)
            resolve({ ok: false, start: faultOf(error, path) })
          else resolve({ ok: false, start: null, how: error.killed === true ? 'timeout' : 'exit' })
        },
      )
    } catch (error) {
      resolve({ ok: false, start: faultOf(error, path) })
    }
  })
}
