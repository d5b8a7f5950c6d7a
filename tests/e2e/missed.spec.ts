import { expect, test } from '@playwright/test'
import type { Notice } from '../../src/core/failover'
import { offAirText } from '../../src/shared/messages/off-air'
import { expectAccessible, picture } from '../support/desktop/look'
import { peers } from '../support/peers/peers'
import { openStage, system, type Stoppable } from '../support/app/stage'

/** A real OBS dies while no backup is ready: what the page says of it, beside what a viewer of a real nginx-rtmp missed. */
const presence = peers('obs', 'nginx', 'ffmpeg', 'netns', 'chromium')
test.skip(!presence.present, presence.present ? '' : presence.reason)

const started: Stoppable[] = []
const own = <T extends Stoppable>(peer: T): T => {
  started.push(peer)
  return peer
}

test.afterEach(async () => {
  for (const peer of started.splice(0).reverse()) await peer.stop()
})

/** OBS's status and the platform's statistics come once a second: an account is as coarse. */
const coarseMs = 1_500

test('OBS dies without a backup, which comes later: the page tells the whole of what viewers missed', async ({
  page,
}) => {
  test.setTimeout(240_000)
  const slow = { timeout: 60_000 }
  const { understudy, viewer, obs, camera } = await openStage(own, { reconnect: false })
  await page.goto(`${understudy.url()}?token=${understudy.token()}`)
  await page.emulateMedia({ colorScheme: 'dark' })
  const status = page.getByRole('status')
  const tally = page.getByRole('region', { name: 'On air', exact: true })
  await expect(status).toHaveText('On air: OBS', slow)

  await camera.kill()
  await understudy.until('no backup', (now) => system(now, 'backup').readiness === 'not-ready')
  const before = viewer.now()
  await obs.kill()
  await expect(status).toHaveText('Failing: OBS is failing', slow)
  await expect(tally).toContainText(/viewers have seen nothing since \d\d:\d\d:\d\d/)
  await picture(page, 'missed-1-nothing')
  // A while without anybody.
  await expect(tally.locator('.tally-time')).toHaveText(/0:1\d/, slow)

  await camera.restart()
  await expect(status).toHaveText('On air: The backup', slow)
  await viewer.untilFrames(30)
  const now = await understudy.snapshot()
  const switched = now.timeline
    .map(({ notice }) => notice)
    .find((notice): notice is Extract<Notice, { code: 'switched' }> => notice.code === 'switched')
  const account = switched?.offAir
  if (account === undefined) throw new Error('no account of what viewers missed')
  const { gapMs } = viewer.longestGap({ since: before })
  expect(Math.abs(account.wholeMs - gapMs)).toBeLessThan(coarseMs)
  expect(account).toMatchObject({ how: 'switched', waitedFor: ['backup-not-ready'], of: { system: 'obs' } })
  expect(now.incident?.offAir).toEqual(account)
  await expect(tally).toContainText(offAirText(account))
  await expect(page.getByRole('list', { name: 'Events, newest first' })).toContainText(offAirText(account))
  await picture(page, 'missed-2-told')
  await expectAccessible(page, 'what viewers missed')
  test.info().annotations.push({ type: 'measured', description: `told ${account.wholeMs}, viewer ${gapMs}` })
  process.stdout.write(`told ${account.wholeMs} ms, a viewer missed ${Math.round(gapMs)} ms\n`)
})
