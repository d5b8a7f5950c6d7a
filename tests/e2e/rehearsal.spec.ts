import { expect, test, type Page } from '@playwright/test'
import { expectAccessible, picture, sizes } from '../support/look'
import { peers } from '../support/peers'
import { startUnderstudy, type Understudy } from '../support/understudy'
import { freePort } from '../support/wait'

/** The whole program as a streamer rehearses with it: the built engine, its carrier, stand-ins, and the page. */
const presence = peers('ffmpeg', 'chromium')
test.skip(!presence.present, presence.present ? '' : presence.reason)
test.describe.configure({ mode: 'serial', timeout: 90_000 })

let engine: Understudy
let page: Page

const slow = { timeout: 40_000 }
const status = () => page.getByRole('status')
const button = (name: string) => page.getByRole('button', { name, exact: true })
const fault = (name: string) =>
  page.locator('.rehearsal').getByRole('button', { name: new RegExp(`^${name}`) })
const card = (name: string) => page.getByRole('article', { name, exact: true })
const verdict = (name: string) => card(name).locator('.verdict')
const events = () => page.getByRole('list', { name: 'Events, newest first' }).getByRole('listitem')
const gap = () => page.locator('.gap')

async function backToObs(): Promise<void> {
  await fault('Heal').click()
  await expect(card('OBS').getByText('Ready to take over')).toBeVisible(slow)
  await button('OBS now').click()
  await expect(status()).toHaveText('On air: OBS', slow)
  await expect(verdict('OBS')).toContainText('Good', slow)
  await expect(verdict('The backup')).toContainText('Ready', slow)
}

test.beforeAll(async ({ browser }) => {
  engine = await startUnderstudy({}, ['--rehearsal', '--port', String(await freePort())])
  const context = await browser.newContext({ colorScheme: 'dark', viewport: sizes.wide, locale: 'en-GB' })
  page = await context.newPage()
  await page.goto(`${engine.url()}?token=${engine.token()}`)
})
test.afterAll(async () => {
  await page.context().close()
  await engine.stop()
})

/** What the engine decided is the first thing to know about a failure. */
test.afterEach(async () => {
  const info = test.info()
  if (info.status === info.expectedStatus) return
  const { phase, timeline, systems } = await engine.snapshot()
  const seen = JSON.stringify(
    { phase, told: timeline.slice(0, 12).map((each) => each.text), systems },
    null,
    1,
  )
  await info.attach('snapshot', { body: seen, contentType: 'application/json' })
  console.log(seen)
})

test('goes live by itself, and says that the backup could take over', async () => {
  await expect(status()).toHaveText('On air: OBS', slow)
  await expect(verdict('OBS')).toContainText('Good', slow)
  await expect(card('The backup').getByText('Ready to take over')).toBeVisible(slow)
  await expect(page.locator('.chip-good')).toContainText('Armed')
  await expect(page.getByText('Media arrives at the destination')).toBeVisible(slow)
  await expect(button('OBS now')).toBeDisabled()
  await expect(button('Standby picture')).toHaveCount(0)
  await picture(page, 'rehearsal-1-live', 'rehearsal-live')
  await expectAccessible(page, 'live')
})

test('a dropped OBS: the backup takes over, proved, and the gap is measured', async () => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await fault('Drop').click()
  await expect(status()).toHaveText('On air: The backup', slow)
  await expect(page.getByText('The server confirmed the media', { exact: true })).toBeVisible()
  await expect(gap()).toContainText(/Drop[\d.]+ m?s/, slow)
  await expect(events().nth(0)).toContainText('The backup is on air after')
  await expect(events().nth(1)).toContainText('Switching from OBS to the backup: OBS lost its connection.')
  await expect(events().nth(2)).toContainText('OBS lost its connection.')
  await expect(button('Backup now')).toBeDisabled()
  await picture(page, 'rehearsal-2-backup', 'switched-to-backup')
  await page.setViewportSize(sizes.phone)
  await picture(page, 'rehearsal-2-backup-420', 'phone')
  await expectAccessible(page, 'backup on air')
})

test('the operator takes OBS back, and the backup by hand', async () => {
  await backToObs()
  await expect(events().nth(0)).toContainText('OBS is on air after')
  await expect(events().nth(1)).toContainText('you asked for it (OBS now)')
  await button('Backup now').click()
  await expect(status()).toHaveText('On air: The backup', slow)
  await expect(events().nth(1)).toContainText('you asked for it (Backup now)')
  await backToObs()
})

test('a hold is not fought, and its release lets go', async () => {
  await button('Hold').click()
  await expect(button('Release hold')).toBeVisible()
  await fault('Drop').click()
  await expect(status()).toHaveText('Failing: OBS is failing', slow)
  await expect(page.getByText('Nothing switches by itself: a hold is on.')).toBeVisible()
  await expect(events().nth(0)).toContainText('nothing was switched: a hold is on')
  // A command that is refused in between proves that the engine goes on and still did not switch.
  await fault('Drop').click()
  await expect(page.getByRole('alert')).toContainText(/\S+ \S+/)
  await expect(status()).toHaveText('Failing: OBS is failing')
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture(page, 'rehearsal-3-hold')
  await page.setViewportSize(sizes.phone)
  await picture(page, 'rehearsal-3-hold-420')
  await expectAccessible(page, 'held')
  await button('Release hold').click()
  await expect(status()).toHaveText('On air: The backup', slow)
  await backToObs()
})

test('a closed OBS ends the stream; what cannot be done is refused in words', async () => {
  await fault('Quit').click()
  await expect(status()).toHaveText('Off air: Not live', slow)
  await expect(events().nth(0)).toContainText('The stream is over: OBS was closed.')
  await button('Backup now').click()
  await expect(page.getByRole('alert')).toContainText('Nothing is on air. Go live first.')
  await button('Go live').click()
  await expect(page.getByRole('alert')).toContainText('OBS is not ready to take over.')
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture(page, 'rehearsal-4-refused')
  await expectAccessible(page, 'over, refused')
  await fault('Heal').click()
  await expect(verdict('OBS')).toContainText('Ready', slow)
  await button('Go live').click()
  await expect(status()).toHaveText('On air: OBS', slow)
})

test('ending the stream asks first', async () => {
  await button('End stream').click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await picture(page, 'rehearsal-5-end')
  await button('Stay live').click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await button('End stream').click()
  await button('End the stream').click()
  await expect(status()).toHaveText('Off air: Not live', slow)
  await expect(page.getByText('You ended the stream.').first()).toBeVisible()
})

test('the page says that the engine is gone, and comes back with it', async () => {
  const banner = page.getByRole('alert').filter({ hasText: 'Understudy does not answer.' })
  await engine.kill()
  await expect(banner).toBeVisible(slow)
  await expect(fault('Drop')).toBeDisabled()
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture(page, 'rehearsal-6-gone')
  await engine.start()
  await expect(banner).toBeHidden(slow)
  await expect(status()).toHaveText('On air: OBS', slow)
  await expect(fault('Drop')).toBeEnabled()
})
