import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type BrowserContext, type Locator, type Page } from '@playwright/test'
import { startDestination, type DestinationStandIn } from '../../src/rehearsal/destination'
import { startStandInObs, type StandInObs } from '../../src/rehearsal/obs'
import { peerDir } from '../support/cleanup'
import { testClip } from '../support/media/clip'
import { expectAccessible, picture, sizes } from '../support/desktop/look'
import { peers } from '../support/peers/peers'
import type { Stoppable } from '../support/app/stage'
import { startUnderstudy, type Understudy } from '../support/app/understudy'
import { freePort } from '../support/wait'

/**
 * A streamer's first evening, on the built engine: nothing is set up, OBS's socket is off; then armed, live, failing,
 * held, brought back by button and by key, changed while live, and ended.
 */
const presence = peers('ffmpeg', 'chromium')
test.skip(!presence.present, presence.present ? '' : presence.reason)
test.describe.configure({ mode: 'serial', timeout: 120_000 })

const slow = { timeout: 45_000 }
const app = 'live'
const key = 'live_4711_KeyOfTheFirstEvening'
const password = 'WordOfTheFirstEvening'

let destination: DestinationStandIn
let obs: StandInObs
let engine: Understudy
let context: BrowserContext
let page: Page
let obsDir = ''
const owned: Stoppable[] = []

const main = (): Locator => page.getByRole('main')
const button = (name: string): Locator => main().getByRole('button', { name, exact: true })
const heading = (name: string): Locator => page.getByRole('heading', { name })
const system = (name: string): Locator => page.getByRole('article', { name, exact: true })
const onAir = (text: string): Promise<void> => expect(page.getByRole('status').last()).toHaveText(text, slow)
const publisher = (): number | null => destination.farEnd(app, key).publisherId

/** Both themes, both sizes, kept to be looked at and given to axe; then as it was. */
async function looked(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport)
      await picture(page, `walk-${name}-${size}-${colorScheme}`)
    }
  }
  await page.setViewportSize(sizes.wide)
  await expectAccessible(page, name)
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
}

test.beforeAll(async ({ browser }) => {
  const started = await startDestination()
  if (!started.ok) throw new Error(started.problem.code)
  destination = started.value
  owned.push(destination)
  // An OBS that was never told to let anybody in.
  const configHome = join(peerDir('obs-files'), 'config')
  obsDir = join(configHome, 'obs-studio')
  mkdirSync(obsDir, { recursive: true })
  writeFileSync(join(obsDir, 'global.ini'), '[General]\nFirstRun=true\n')
  engine = await startUnderstudy({}, [], undefined, { XDG_CONFIG_HOME: configHome })
  owned.push(engine)
  context = await browser.newContext({
    colorScheme: 'dark',
    viewport: sizes.wide,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  page = await context.newPage()
  page.setDefaultTimeout(20_000)
})

test.afterAll(async () => {
  await context.close()
  for (const peer of owned.reverse()) await peer.stop()
})

/** What the engine decided is the first thing to know about a failure. */
test.afterEach(async () => {
  const info = test.info()
  if (info.status === info.expectedStatus) return
  const { phase, timeline, systems, problems } = await engine.snapshot()
  console.log(
    JSON.stringify(
      { phase, told: timeline.slice(0, 12).map(({ text }) => text), systems, problems },
      null,
      1,
    ),
  )
})

test('first run: from nothing to armed', async () => {
  const at = performance.now()
  let clicks = 0
  const click = async (name: string): Promise<void> => {
    await button(name).click()
    clicks += 1
  }
  await page.goto(`${engine.url()}?token=${engine.token()}`)
  await expect(heading('Let Understudy talk to OBS')).toBeVisible()
  await expect(page.getByRole('img', { name: /Enable WebSocket server/ })).toBeVisible()
  const waited = performance.now()
  await looked('first-run-obs')
  // The streamer ticks the box: OBS writes its files and listens. The page goes on by itself.
  obs = await startStandInObs({
    port: await freePort(),
    password,
    configDir: obsDir,
    destination: { server: destination.url(app), key },
    profile: { 'Output/Reconnect': 'false' },
  })
  owned.push({ stop: () => obs.close() })
  const lookedMs = performance.now() - waited
  await expect(heading('Where does your stream go?')).toBeVisible(slow)
  await expect(main()).toContainText(destination.url(app))
  await expect(main()).toContainText('ends in')
  await click('Next')
  await main().getByLabel('Address or file', { exact: true }).fill(testClip())
  await click('Look at it')
  await expect(button('Use it')).toBeVisible(slow)
  await click('Use it')
  await expect(heading('Ready?')).toBeVisible()
  await expect(main()).toContainText('The backup', slow)
  await click('Arm now')
  await expect(main()).toContainText('You are ready.', slow)
  const seconds = (performance.now() - at - lookedMs) / 1_000
  console.log(`first run, from load to armed: ${clicks} clicks, ${seconds.toFixed(1)} s`)
  expect(clicks).toBeLessThanOrEqual(5)
  await looked('first-run-ready')
  // Secrets went one way.
  expect(await page.content()).not.toContain(key)
  expect(readFileSync(join(engine.dataDir, 'config.json'), 'utf8')).not.toMatch(/WordOf|KeyOf/)
})

test('go live, and OBS loses its connection: the backup carries the stream', async () => {
  await button('To the live screen').click()
  await onAir('Off air: Not live')
  await looked('off')
  await button('Go live').click()
  await onAir('On air: OBS')
  await expect(system('OBS')).toContainText('Good', slow)
  obs.dropConnection()
  await onAir('On air: The backup')
  await expect(page.getByRole('list', { name: 'Events, newest first' })).toContainText(
    'Switching from OBS to the backup: OBS lost its connection.',
  )
  await looked('backup')
})

test('a hold keeps it there; OBS is brought back by key, then by button', async () => {
  await button('Hold').click()
  await expect(button('Release hold')).toBeVisible()
  await expect(system('OBS')).toContainText('Ready to take over', slow)
  await looked('held')
  await button('Release hold').click()
  await expect(button('Hold')).toBeVisible()
  await page.keyboard.press('Control+Shift+F8')
  await onAir('On air: OBS')
  await expect(system('The backup')).toContainText('Ready to take over', slow)
  await page.keyboard.press('Control+Shift+F7')
  await onAir('On air: The backup')
  await button('OBS now').click()
  await onAir('On air: OBS')
})

test('settings change while live, and the stream does not notice', async () => {
  await expect(system('OBS')).toContainText('Good', slow)
  const session = publisher()
  expect(session).not.toBeNull()
  await page.getByRole('link', { name: 'Set-up' }).click()
  await page.getByRole('link', { name: /^Switching/ }).click()
  await main().getByRole('radio', { name: 'Fast' }).check()
  await button('Save').click()
  await expect(main().getByText('Saved.')).toBeVisible()
  await looked('setup-live')
  expect(publisher()).toBe(session)
  await page.getByRole('link', { name: 'Live', exact: true }).click()
  await onAir('On air: OBS')
})

test('OBS dies and is started again: it has the stream when it is asked to', async () => {
  await expect(system('The backup')).toContainText('Ready to take over', slow)
  await obs.kill()
  await onAir('On air: The backup')
  await expect(system('OBS')).toContainText('Not ready', slow)
  await obs.revive()
  await expect(system('OBS')).toContainText('Ready to take over', slow)
  await button('OBS now').click()
  await onAir('On air: OBS')
})

test('the stream is ended, after a question', async () => {
  await button('End stream').click()
  const dialog = page.getByRole('dialog')
  await looked('end-question')
  await dialog.getByRole('button', { name: 'End the stream' }).click()
  await onAir('Off air: Not live')
  expect(publisher()).toBeNull()
})
