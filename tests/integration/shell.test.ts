import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runs } from '../support/carrier'
import { peerDir } from '../support/cleanup'
import { startDesktop, type Desktop } from '../support/desktop'
import { carrierPid, endEngine, enginePid, launchShell, type Shell } from '../support/electron'
import { suite } from '../support/suite'
import { until } from '../support/wait'

const ROOT = resolve(import.meta.dirname, '../..')
const waitMs = 30_000

suite('the window', ['electron', 'ffmpeg'], () => {
  let desktop: Desktop
  let dataDir: string
  let shell: Shell | null = null

  beforeEach(async () => {
    execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'ignore' })
    desktop = await startDesktop()
    dataDir = join(peerDir('shell'), 'data')
  })
  afterEach(async () => {
    await shell?.stop()
    await endEngine(dataDir)
    await desktop.stop()
  })

  const open = (): Promise<Shell> => launchShell({ desktop, dataDir, args: ['--rehearsal'] })

  it('shows the page; killed, it leaves engine and media alone; opened again, it attaches; closed, the rehearsal ends', async () => {
    shell = await open()
    const page = await shell.page()
    await page.getByText('OBS is live.').waitFor({ timeout: waitMs })
    await page.getByRole('button', { name: 'Backup now' }).click({ timeout: waitMs })
    await page.getByText('The backup is on air after').waitFor({ timeout: waitMs })
    const engine = enginePid(dataDir)
    const carrier = carrierPid(dataDir)
    await shell.kill()
    expect(runs(engine) && runs(carrier)).toBe(true)

    shell = await open()
    const again = await shell.page()
    await again.getByText('The backup is on air after').waitFor({ timeout: waitMs })
    expect(enginePid(dataDir)).toBe(engine)
    await again.close()
    await until(() => !runs(engine) && !runs(carrier), {
      timeoutMs: waitMs,
      what: 'engine and carrier to end',
    })
  })
})
