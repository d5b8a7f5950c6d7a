import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { processAlive } from '../../../src/host/process-id'
import { until } from '../../support/wait'

describe('whether a process runs', () => {
  it('counts itself, and none that has ended', async () => {
    expect(processAlive(process.pid)).toBe(true)
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
    await once(child, 'exit')
    expect(processAlive(child.pid ?? 0)).toBe(false)
  })

  it.runIf(process.platform === 'linux')('does not count one that nobody has asked for yet', async () => {
    // The shell becomes a program that knows nothing of the child it was given; the child ends only then, or the shell
    // might still ask for it.
    const child = 'until grep -q sleep /proc/$$/comm; do :; done'
    const parent = spawn('sh', ['-c', `sh -c "${child}" & echo $!; exec sleep 60`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      const [chunk] = (await once(parent.stdout, 'data')) as unknown as readonly [Buffer]
      const pid = Number(chunk.toString())
      const ended = (): boolean => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
      await until(ended, { timeoutMs: 5_000, what: 'the child to end' })
      expect(processAlive(pid)).toBe(false)
    } finally {
      parent.kill('SIGKILL')
    }
  })
})
