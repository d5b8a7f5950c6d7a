import { expect, test, type Browser, type Page } from '@playwright/test'
import type { Preflight } from '../../src/shared/settings/settings'
import { expectAccessible, picture, sizes } from '../support/desktop/look'
import { peers } from '../support/peers/peers'
import { startUnderstudy, type Understudy } from '../support/app/understudy'
import { freePort } from '../support/wait'

/**
 * A streamer rehearses: the built engine, its carrier, stand-ins, and the page. Once on the channel beside the real
 * stream, once with an engine that was started to rehearse.
 */
const presence = peers('ffmpeg', 'chromium')
test.skip(!presence.present, presence.present ? '' : presence.reason)
test.describe.configure({ mode: 'serial', timeout: 120_000 })

let engine: Understudy
let page: Page

const slow = { timeout: 45_000 }
const button = (name: string) => page.getByRole('main').getByRole('button', { name, exact: true })
/** One of the radios that look like one control. */
const choose = (name: string) => page.locator('label').filter({ hasText: name })
const region = (name: string) => page.getByRole('region', { name, exact: true })
/** A picture with its tally, by what stands beneath it. */
const screen = (name: string) =>
  page.getByRole('figure').filter({ has: page.getByText(name, { exact: true }) })
const tries = () => page.getByRole('list', { name: 'All tries, newest first' }).getByRole('listitem')
const figure = () => page.locator('.gap-figure')
const goal = (name: string) => region('Verdict').getByRole('listitem').filter({ hasText: name })

async function open(browser: Browser, hash: string): Promise<void> {
  const context = await browser.newContext({
    colorScheme: 'dark',
    viewport: sizes.wide,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  page = await context.newPage()
  page.setDefaultTimeout(20_000)
  await page.goto(`${engine.url()}?token=${engine.token()}${hash}`)
}

async function viewersSee(whom: string): Promise<void> {
  await expect(screen('Your viewer')).toContainText(`Viewers see ${whom}`, slow)
}

/** The newest try has ended like this. */
async function tried(what: string, outcome: string): Promise<void> {
  await expect(tries().first()).toContainText(what, slow)
  await expect(tries().first()).toContainText(outcome, slow)
  await expect(figure()).toHaveText(/^[\d.]+ m?s$/, slow)
}

async function heal(): Promise<void> {
  await button('Heal').click()
  await expect(screen('OBS')).toContainText('Ready to take over', slow)
}

async function backToObs(): Promise<void> {
  await heal()
  await button('OBS now').click()
  await viewersSee('OBS')
  await tried('Back to OBS', 'OBS has the stream again')
  await expect(screen('The backup')).toContainText('Ready to take over', slow)
}

/** Both themes, both sizes, looked at and given to axe; then as it was. */
async function looked(name: string, asset?: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await picture(page, `rehearsal-${name}-dark`, asset)
  await page.emulateMedia({ colorScheme: 'light' })
  await picture(page, `rehearsal-${name}-light`)
  await page.setViewportSize(sizes.phone)
  await picture(page, `rehearsal-${name}-420`)
  await expectAccessible(page, name)
}

/** How the check-list of the real set-up has it. */
async function rehearsed(): Promise<string | undefined> {
  const { checks } = (await (await page.request.get(`${engine.url()}api/preflight`)).json()) as Preflight
  return checks.find(({ code }) => code === 'rehearsed')?.state
}

async function leave(): Promise<void> {
  await page.context().close()
  await engine.stop()
}

/** What the engine decided is the first thing to know about a failure. */
test.afterEach(async () => {
  const info = test.info()
  if (info.status === info.expectedStatus) return
  const { phase, timeline, systems, rehearsal } = await engine.snapshot()
  const told = timeline.slice(0, 12).map((each) => each.text)
  const seen = JSON.stringify({ phase, told, rehearsal, systems }, null, 1)
  await info.attach('snapshot', { body: seen, contentType: 'application/json' })
  console.log(seen)
})

test.describe('beside the real stream', () => {
  test.beforeAll(async ({ browser }) => {
    engine = await startUnderstudy({}, ['--port', String(await freePort())])
    await open(browser, '#/rehearsal')
  })
  test.afterAll(leave)

  test('says what it is, asks before it borrows OBS, and refuses in words', async () => {
    await expect(page.getByRole('heading', { name: 'Rehearsal', exact: true })).toBeVisible()
    await expect(page.getByText('Your real set-up is not touched')).toBeVisible()
    await looked('start')
    await choose('My own OBS').click()
    await button('Start the rehearsal').click()
    const dialog = page.getByRole('dialog', { name: 'Borrow your OBS?' })
    await expect(dialog).toContainText('restored')
    await picture(page, 'rehearsal-borrow')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await expect(dialog).toBeHidden()
    // There is no OBS on this PC: said, and nothing is started.
    await button('Start the rehearsal').click()
    await dialog.getByRole('button', { name: 'Borrow it and start' }).click()
    await expect(page.getByRole('alert')).toContainText(/\S+ \S+/, slow)
    await expect(button('Start the rehearsal')).toBeEnabled()
    await choose('A stand-in').click()
  })

  test('starts on a channel of its own: the real set-up is still watched', async () => {
    await button('Start the rehearsal').click()
    await viewersSee('OBS')
    await expect(page.getByText('Your real stream is still watched.')).toBeVisible()
    await expect(screen('The backup')).toContainText('Ready to take over', slow)
    await expect(region('Verdict')).toContainText('0 of 3 tried')
    await expect(button('OBS now')).toBeDisabled()
    expect((await engine.snapshot()).mode).toBe('normal')
    expect((await engine.snapshot()).onAir).toBeNull()
    for (const what of ['What a viewer sees now', 'What OBS shows now', 'What the backup shows now'])
      await expect(page.getByRole('img', { name: what })).toBeVisible(slow)
    await looked('running', 'rehearsal')
  })

  test('a dropped OBS: the backup takes over and the gap is measured', async () => {
    await button('Drop').click()
    await viewersSee('the backup')
    await tried('Drop', 'The backup took over')
    await expect(goal('A dropped stream')).toContainText('went well')
    await expect(region('Verdict')).toContainText('1 of 3 tried')
    await expect(button('Backup now')).toBeDisabled()
    await looked('dropped', 'rehearsal-backup')
    // Nobody is there to be dropped: refused, in words.
    await button('Drop').click()
    await expect(page.getByRole('alert')).toContainText(/\S+ \S+/)
    await page.getByRole('alert').getByRole('button', { name: 'Close' }).click()
    await expect(page.getByRole('alert')).toHaveCount(0)
  })

  test('the way back, and the backup by hand, each with its gap', async () => {
    await backToObs()
    await expect(region('Verdict')).toContainText('2 of 3 tried')
    await expect(region('Verdict')).toContainText('Keep going')
    expect(await rehearsed()).not.toBe('ok')
    await button('Backup now').click()
    await viewersSee('the backup')
    await tried('Over to the backup', 'The backup took over')
    await backToObs()
  })

  test('a hold is not fought, and what it kept back is not judged', async () => {
    await button('Hold').click()
    await expect(page.getByText('A hold is on: nothing switches by itself.')).toBeVisible()
    await button('Drop').click()
    await expect(screen('OBS')).toContainText('On air, failing', slow)
    await expect(tries().first()).toContainText('Measuring')
    await button('Release hold').click()
    await viewersSee('the backup')
    await tried('Drop', 'A hold kept it from switching')
    await expect(goal('A dropped stream')).toContainText('went well')
    await backToObs()
  })

  test('a frozen OBS, a narrow line and a crash', async () => {
    for (const fault of ['Freeze', 'Narrow', 'Kill']) {
      await button(fault).click()
      await expect(tries().first()).toContainText(fault, slow)
      await viewersSee('the backup')
      await tried(fault, 'The backup took over')
      await backToObs()
    }
    await expect(region('Verdict')).toContainText('3 of 3 tried')
  })

  test('the verdict: it went well, and what the real set-up lacks is named', async () => {
    await expect(region('Verdict')).toContainText('Not ready yet', slow)
    await expect(region('Verdict')).toContainText('Your own set-up still lacks something')
    await expect(region('Verdict').getByRole('heading', { name: 'Still missing' })).toBeVisible()
    expect(await rehearsed()).toBe('ok')
    await looked('verdict', 'rehearsal-verdict')
  })

  test('closing OBS ends the stream: nothing is measured, and it goes live again', async () => {
    const before = await tries().count()
    await button('Quit').click()
    await expect(screen('Your viewer')).toContainText('Viewers see nothing', slow)
    await button('Heal').click()
    await expect(screen('OBS')).toContainText('Ready to take over', slow)
    await button('Go live').click()
    await viewersSee('OBS')
    expect(await tries().count()).toBe(before)
  })

  test('ends by its button, and the verdict stays', async () => {
    await button('End the rehearsal').click()
    await expect(button('Start the rehearsal')).toBeVisible(slow)
    await expect(region('Verdict')).toContainText('3 of 3 tried')
    expect((await engine.snapshot()).rehearsing).toBe(false)
  })
})

test.describe('both routes', () => {
  test.beforeAll(async ({ browser }) => {
    engine = await startUnderstudy({}, ['--port', String(await freePort())])
    await open(browser, '#/rehearsal')
  })
  test.afterAll(leave)

  for (const [fault, said] of [
    ['kill', 'OBS crashes'],
    ['freeze', 'OBS hangs'],
  ] as const) {
    test(`one after the other, and the two gaps side by side: ${fault}`, async () => {
      const card = region('Both routes side by side')
      await choose(said).click()
      await card.getByRole('button', { name: /^Compare/ }).click()
      await expect(card.getByRole('button', { name: 'Stop comparing' })).toBeVisible()
      const whole = { timeout: 100_000 }
      await expect(card.getByRole('button', { name: 'Compare again' })).toBeVisible(whole)
      const { comparison } = await engine.snapshot()
      expect(comparison).toMatchObject({
        fault,
        trying: null,
        problem: null,
        direct: { outcome: 'switched' },
        program: { outcome: 'switched' },
      })
      // An OBS that hangs is what the watchdog is for: direct it takes seconds to be sure.
      if (fault === 'freeze') expect(comparison?.program?.gapMs).toBeLessThan(comparison?.direct?.gapMs ?? 0)
      await expect(card.locator('.compare-figure')).toHaveText([/^[\d.]+ m?s$/, /^[\d.]+ m?s$/])
    })
  }

  test('a rehearsal over the program: dropped, it comes back by itself; killed, it is cut to the backup and back', async () => {
    await choose('Over the program').click()
    await button('Start the rehearsal').click()
    await viewersSee('OBS')
    await expect(screen('The backup')).toContainText('Ready to take over', slow)
    await button('Drop').click()
    await tried('Drop', 'The program reconnected by itself')
    await button('Kill').click()
    await viewersSee('the backup')
    await tried('Kill', 'The backup took over')
    await backToObs()
    await button('End the rehearsal').click()
  })
})

test.describe('with an engine started to rehearse', () => {
  test.beforeAll(async ({ browser }) => {
    engine = await startUnderstudy({}, ['--rehearsal', '--port', String(await freePort())])
    await open(browser, '')
  })
  test.afterAll(leave)

  test('opens on the rehearsal; three tries make a verdict that claims no more than it knows', async () => {
    await viewersSee('OBS')
    await expect(button('End the rehearsal')).toHaveCount(0)
    await expect(screen('The backup')).toContainText('Ready to take over', slow)
    for (const fault of ['Drop', 'Kill']) {
      await button(fault).click()
      await viewersSee('the backup')
      await tried(fault, 'The backup took over')
      await backToObs()
    }
    await expect(region('Verdict')).toContainText('The rehearsal went well')
    await expect(region('Verdict')).toContainText('Your own set-up is not judged here.')
  })

  test('cannot be pressed while the engine is gone, and comes back with it', async () => {
    await engine.kill()
    await expect(button('Drop')).toBeDisabled(slow)
    await engine.start()
    await expect(button('Drop')).toBeEnabled(slow)
    await viewersSee('OBS')
  })
})
