import { expect, test } from '@playwright/test'
import { expectAccessible, picture } from '../support/desktop/look'
import { peers } from '../support/peers/peers'
import { openStage, type Stoppable } from '../support/app/stage'

/** The page over a real OBS, a real nginx-rtmp and a real second source. */
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

test('the destination drops a real OBS: the page shows the backup, and OBS again by its button', async ({
  page,
}) => {
  test.setTimeout(240_000)
  const slow = { timeout: 60_000 }
  const { understudy, platform, viewer } = await openStage(own, { reconnect: false })
  await page.goto(`${understudy.url()}?token=${understudy.token()}`)
  const status = page.getByRole('status')
  const events = page.getByRole('list', { name: 'Events, newest first' }).getByRole('listitem')
  const obs = page.getByRole('article', { name: 'OBS', exact: true })
  await expect(status).toHaveText('On air: OBS', slow)
  await expect(page.getByText('Media arrives at the destination')).toBeVisible(slow)
  await picture(page, 'real-obs-1-live')
  await expectAccessible(page, 'real OBS')
  await page.emulateMedia({ colorScheme: 'dark' })

  await platform.dropPublisher('live', 'program')
  await expect(status).toHaveText('On air: The backup', slow)
  await expect(page.getByText('The server confirmed the media', { exact: true })).toBeVisible()
  await expect(events.nth(1)).toContainText('Switching from OBS to the backup: OBS lost its connection.')
  await viewer.untilFrames(30)
  await picture(page, 'real-obs-2-backup')

  await expect(obs.getByText('Ready to take over')).toBeVisible(slow)
  await page.getByRole('button', { name: 'OBS now', exact: true }).click()
  await expect(status).toHaveText('On air: OBS', slow)
  await viewer.untilFrames(30)
  await expect(obs.locator('.verdict')).toContainText('Good', slow)
  await picture(page, 'real-obs-3-back')
})
