import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import type { Snapshot } from '../../src/shared/snapshot'
import { expectAccessible, picture, sizes } from '../support/desktop/look'
import { makePreflight, makeSettings } from '../support/app/settings'
import { obsSystem } from '../support/story/snapshots'
import { startUnderstudy, type Understudy } from '../support/app/understudy'
import { buildPage, ScriptedEngine } from './scripted-engine'
import { ScriptedSettings } from './scripted-settings'

test.beforeAll(() => buildPage())

const secret = 'live_4711_secret7f3a'
const main = (page: Page): Locator => page.getByRole('main')
const button = (page: Page, name: string): Locator => main(page).getByRole('button', { name, exact: true })
const field = (page: Page, name: string): Locator => main(page).getByLabel(name, { exact: true })

/** The sentence that stands beside a field. */
async function expectFault(page: Page, name: string, said: string): Promise<void> {
  await expect(field(page, name)).toHaveAttribute('aria-invalid', 'true')
  await expect(field(page, name)).toHaveAccessibleDescription(new RegExp(escaped(said)))
}
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

async function show(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to
  }, hash)
}

/** Both themes and the phone, kept to be looked at, and what axe says. */
async function looked(page: Page, name: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await picture(page, `${name}-dark`)
  await page.emulateMedia({ colorScheme: 'light' })
  await picture(page, `${name}-light`)
  await page.setViewportSize(sizes.phone)
  await picture(page, `${name}-420`)
  await expectAccessible(page, name)
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: null })
}

test.describe('with an engine that says what a test writes', () => {
  let engine: ScriptedEngine
  let settings: ScriptedSettings

  const destination: Snapshot['destination'] = {
    label: 'rtmp://live.twitch.tv/app',
    source: 'obs',
    keyHint: 'ends in 7f3a',
    takeover: 'none',
    graceMs: null,
    graceLeftMs: null,
    witnesses: [],
    problem: null,
  }

  test.beforeEach(async ({ page }) => {
    engine = new ScriptedEngine()
    await engine.start()
    engine.show({ destination, systems: [obsSystem], armed: false })
    settings = new ScriptedSettings(engine)
    await settings.answer(page)
  })
  test.afterEach(() => engine.stop())

  test('first run: from nothing to a rehearsal, with the keyboard alone', async ({ page }) => {
    test.setTimeout(150_000)
    settings.preflight = makePreflight({ connected: false, webSocket: 'off', version: null })
    await page.goto(engine.link)
    await expect(page.getByRole('heading', { name: 'Let Understudy talk to OBS' })).toBeVisible()
    await expect(page.getByRole('img', { name: /Enable WebSocket server/ })).toBeVisible()
    await looked(page, 'first-run-obs')

    // OBS lets us in: it goes on by itself, and the new step has the focus.
    settings.preflight = makePreflight({ stopCutsRecording: true })
    await expect(page.getByRole('heading', { name: 'Where does your stream go?' })).toBeVisible()
    await expect(main(page)).toContainText('Twitch')
    await expect(main(page)).toContainText('ends in 7f3a')
    await looked(page, 'first-run-destination')
    await button(page, 'Next').focus()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'What should take over?' })).toBeVisible()
    expect(settings.changes).toMatchObject([
      { section: 'destination', value: { url: null, takeover: { kind: 'query' }, graceMs: 90_000 } },
    ])
    await expect(main(page)).toContainText('would also stop your recording')
    await looked(page, 'first-run-backup')

    settings.report = {
      ok: true,
      steps: [
        { state: 'ok', text: 'The source answers.', next: null },
        {
          state: 'warning',
          text: 'The picture is smaller than that of OBS: viewers notice it.',
          next: 'Set the camera to 1080p.',
        },
      ],
    }
    await field(page, 'Address or file').focus()
    await page.keyboard.type('rtsp://me:geheim@camera.lan/stream1')
    await page.keyboard.press('Enter')
    await expect(main(page)).toContainText('viewers notice it')
    expect(settings.tests).toMatchObject([{ what: 'backup', value: { id: 'backup' } }])
    await looked(page, 'first-run-looked')
    settings.preflight = makePreflight({}, true)
    await field(page, 'Address or file').focus()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Ready?' })).toBeVisible()
    await expect(main(page)).toContainText('The backup is ready.')
    await looked(page, 'first-run-ready')

    await button(page, 'Arm now').press('Enter')
    await expect.poll(() => engine.commands).toContainEqual({ kind: 'arm' })
    engine.show({ armed: true })
    await expect(main(page)).toContainText('You are ready.')
    await button(page, 'Rehearse it now').press('Enter')
    await expect(page).toHaveURL(/#\/rehearsal$/)
    expect(settings.rehearsals).toEqual([{ action: 'start', obs: 'stand-in' }])
  })

  test('first run: resumed where it was left, and put aside for good', async ({ page }) => {
    await page.goto(engine.link)
    await expect(page.getByRole('heading', { name: 'What should take over?' })).toBeVisible()
    await button(page, 'Back').click()
    await expect(page.locator('.walk-title')).toBeFocused()
    await page.reload()
    await expect(page.getByRole('heading', { name: 'Where does your stream go?' })).toBeVisible()
    await button(page, 'Set up later').click()
    await expect(page).toHaveURL(/#\/$/)
    await page.goto(engine.url)
    await expect(page.getByRole('heading', { name: 'Where does your stream go?' })).toHaveCount(0)
  })

  test('first run: OBS asks for a password', async ({ page }) => {
    settings.preflight = makePreflight({
      connected: false,
      problem: { text: 'OBS refused the WebSocket password.', next: 'Copy it again from OBS.' },
    })
    await page.goto(engine.link)
    await field(page, 'WebSocket password').fill(secret)
    await looked(page, 'first-run-password')
    await button(page, 'Connect').click()
    await expect.poll(() => settings.changes).toMatchObject([{ section: 'obs', value: { password: secret } }])
    await expect(main(page).locator('input[type=password]')).toHaveCount(0)
    expect(await page.content()).not.toContain(secret)
  })

  test('changes are kept from screen to screen, shown, saved or discarded', async ({ page }) => {
    await page.goto(`${engine.link}#/setup/obs`)
    await field(page, 'Address').fill('192.168.1.5')
    await show(page, '#/setup/policy')
    await expect(main(page)).toContainText('Not saved yet: OBS.')
    await main(page).getByRole('radio', { name: 'Fast' }).check()
    await expect(main(page).getByRole('link', { name: 'Switching Not saved yet' })).toBeVisible()
    await button(page, 'Save').click()
    await expect(main(page).getByText('Saved.')).toBeVisible()
    expect(settings.changes).toMatchObject([{ section: 'policy', value: { obs: { stallMs: 1_500 } } }])
    await show(page, '#/')
    await show(page, '#/setup/obs')
    await expect(field(page, 'Address')).toHaveValue('192.168.1.5')
    await button(page, 'Discard changes').click()
    await expect(field(page, 'Address')).toHaveValue('127.0.0.1')
    await expect(button(page, 'Save')).toBeDisabled()
  })

  test('a secret is said to be set, replaced and forgotten, and never shown', async ({ page }) => {
    settings.view = makeSettings({
      destination: {
        url: 'rtmp://live.example.tv/app',
        key: { set: true, hint: 'ends in 1234' },
        takeover: { kind: 'none', url: null },
        graceMs: null,
      },
    })
    await page.goto(`${engine.link}#/setup/destination`)
    await expect(main(page)).toContainText('Set, ends in 1234')
    await button(page, 'Replace: Stream key').click()
    await field(page, 'Stream key').fill(secret)
    await button(page, 'Save').click()
    await expect(main(page)).toContainText('Set, ends in 7f3a')
    await button(page, 'Forget: Stream key').click()
    await expect(main(page)).toContainText('Will be forgotten when you save.')
    await button(page, 'Save').click()
    // Once it is saved there is a field again, where its mark stood.
    await expect(main(page)).not.toContainText('Will be forgotten when you save.')
    await expect(field(page, 'Stream key')).toHaveValue('')
    expect(settings.changes.map(({ value }) => value)).toMatchObject([{ key: secret }, { key: null }])
    expect(JSON.stringify(settings.changes)).not.toContain('live.example.tv')
  })

  test('what the engine refuses is said beside the field, or above the button', async ({ page }) => {
    engine.show({ phase: { kind: 'on-air', system: 'obs', sinceWall: Date.now(), proof: 'server' } })
    settings.view = makeSettings({
      backups: [
        {
          id: 'camera',
          convert: false,
          source: { label: 'rtsp://camera.lan/1', transport: 'tcp' },
          ingest: { kind: 'carrier' },
        },
      ],
    })
    await page.goto(`${engine.link}#/setup/backups`)
    await button(page, 'Change').click()
    await field(page, 'Where its picture comes from').fill('/nowhere.mp4')
    await expect(main(page)).toContainText('You are live. Saving checks the backups again')
    settings.faults = [{ path: '0.source.url', text: 'is no file on this PC' }]
    await button(page, 'Save').click()
    await expectFault(page, 'Where its picture comes from', 'Is no file on this PC.')
    await expect(field(page, 'Where its picture comes from')).toBeFocused()
    settings.faults = []
    settings.refusal = { text: 'This backup is on air.', next: 'Bring OBS back first.' }
    await field(page, 'Where its picture comes from').fill('/other.mp4')
    await button(page, 'Save').click()
    await expect(main(page).getByRole('alert').filter({ hasText: 'This backup is on air.' })).toContainText(
      'Bring OBS back first.',
    )
    expect(settings.changes).toEqual([])
  })

  test('hotkeys are recorded by pressing them', async ({ page }) => {
    await page.goto(`${engine.link}#/setup/hotkeys`)
    await expect(main(page)).toContainText('Hotkeys for all programs come with the desktop app.')
    const hold = main(page).getByRole('button', { name: /^Choose keys for Hold:/ })
    await hold.click()
    await page.keyboard.press('Control+Shift+F7')
    await expect(main(page)).toContainText('Is used above already.')
    // Choosing a key is not pressing it.
    expect(engine.commands).toEqual([])
    await hold.click()
    await page.keyboard.press('Alt+h')
    await expect(hold).toHaveAccessibleName('Choose keys for Hold: Alt+H')
    await hold.click()
    await page.keyboard.press('Escape')
    await expect(hold).toHaveAccessibleName('Choose keys for Hold: Alt+H')
    await button(page, 'Save').click()
    await expect(main(page).getByText('Saved.')).toBeVisible()
    expect(settings.changes).toMatchObject([{ section: 'hotkeys', value: { hold: 'Alt+H' } }])
  })

  test('every screen of the set-up, in both themes and sizes', async ({ page }) => {
    test.setTimeout(180_000)
    settings.view = makeSettings({
      backups: [
        {
          id: 'camera',
          convert: false,
          source: { label: 'rtsp://camera.lan/1', transport: 'tcp' },
          ingest: { kind: 'carrier' },
        },
        {
          id: 'server',
          convert: false,
          source: { label: 'rtmp://10.0.0.4/live/b', transport: 'tcp' },
          ingest: {
            kind: 'mediamtx',
            url: 'https://mtx.example:9997',
            username: 'ctl',
            password: { set: true, hint: null },
            fingerprint: null,
            path: 'understudy-backup',
          },
        },
      ],
      notifications: { ...makeSettings().notifications, quietHours: { from: '22:00', to: '08:00' } },
    })
    settings.report = {
      ok: false,
      steps: [
        { state: 'ok', text: 'The server answers.', next: null },
        { state: 'failed', text: 'It refused the password.', next: 'Type it again.' },
      ],
    }
    await page.goto(`${engine.link}#/setup/obs`)
    await button(page, 'Test the connection').click()
    await expect(main(page)).toContainText('It refused the password.')
    await looked(page, 'setup-obs')
    for (const screen of [
      'destination',
      'route',
      'backups',
      'slate',
      'hotkeys',
      'notifications',
      'app',
      'policy',
    ]) {
      await show(page, `#/setup/${screen}`)
      await expect(main(page).getByRole('heading', { level: 2 }).nth(1)).toBeVisible()
      await looked(page, `setup-${screen}`)
    }
    await main(page).getByText('Details', { exact: true }).click()
    await looked(page, 'setup-policy-details')
  })
})

test.describe('route', () => {
  let engine: ScriptedEngine
  let settings: ScriptedSettings

  test.beforeEach(async ({ page }) => {
    engine = new ScriptedEngine()
    await engine.start()
    engine.show({ systems: [obsSystem], armed: false })
    settings = new ScriptedSettings(engine)
    await settings.answer(page)
    await page.goto(engine.link)
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
  })
  test.afterEach(() => engine.stop())

  const dialog = (page: Page): Locator => page.getByRole('dialog')
  const answer = (page: Page, name: string): Locator =>
    dialog(page).getByRole('button', { name, exact: true })

  test('OBS is pointed here with consent, and given back', async ({ page }) => {
    await show(page, '#/setup/route')
    await expect(main(page)).toContainText('OBS sends its stream to rtmp://live.twitch.tv/app.')
    await button(page, 'Connect OBS to Understudy').press('Enter')
    // The harmless answer has the focus.
    await expect(answer(page, 'Leave OBS as it is')).toBeFocused()
    await expect(dialog(page)).toContainText('Recording and replay buffer are not touched.')
    await looked(page, 'route-consent')
    await page.keyboard.press('Escape')
    await expect(dialog(page)).toHaveCount(0)
    expect(settings.obsRoutes).toEqual([])
    await button(page, 'Connect OBS to Understudy').click()
    await answer(page, 'Change them').press('Enter')
    await expect(main(page)).toContainText('OBS sends its stream to Understudy.')
    expect(settings.obsRoutes).toEqual([{ action: 'point', consent: true }])
    await looked(page, 'route-pointed')
    await button(page, 'Restore OBS’s own settings').press('Enter')
    await expect(main(page)).toContainText('OBS has its own settings again.')
    expect(settings.obsRoutes.at(-1)).toEqual({ action: 'restore', consent: true })
  })

  test('asks which destination, and which server where OBS chooses it by itself', async ({ page }) => {
    settings.obsRoute = {
      ...settings.obsRoute,
      now: 'auto',
      asksServer: { service: 'Some TV', usual: null },
      differs: { mine: 'rtmp://mine.example/app', obs: 'rtmp://obs.example/app' },
    }
    await show(page, '#/setup/route')
    await button(page, 'Connect OBS to Understudy').click()
    await answer(page, 'Change them').click()
    const server = dialog(page).getByLabel('Server of Some TV', { exact: true })
    await expect(server).toHaveAttribute('aria-invalid', 'true')
    expect(settings.obsRoutes).toEqual([])
    await server.fill('rtmps://ingest.some.tv/live')
    await dialog(page).getByLabel('As set up in Understudy').check()
    await looked(page, 'route-questions')
    await answer(page, 'Change them').click()
    await expect(main(page)).toContainText('OBS sends its stream to Understudy now.')
    expect(settings.obsRoutes).toEqual([
      { action: 'point', consent: true, server: 'rtmps://ingest.some.tv/live', destination: 'mine' },
    ])
  })

  test('cannot be changed while OBS streams; says what is wrong otherwise', async ({ page }) => {
    settings.obsRoute = {
      ...settings.obsRoute,
      state: 'moved',
      restorable: true,
      streaming: true,
      keptFor: ['Chat'],
    }
    await show(page, '#/setup/route')
    await expect(button(page, 'Connect OBS again')).toBeDisabled()
    await expect(button(page, 'Restore OBS’s own settings')).toBeDisabled()
    await expect(main(page)).toContainText('nothing is listening there')
    await expect(main(page)).toContainText('the profile Chat')
    settings.obsRoute = { ...settings.obsRoute, state: 'pointed', streaming: false, account: true }
    await button(page, 'Look again').click()
    await expect(main(page)).toContainText('Disconnect Account')
    await looked(page, 'route-account')
  })

  test('further platforms and the second address are saved, keys unseen', async ({ page }) => {
    settings.view = makeSettings({ route: { route: 'program', port: 19_350, otherUrl: null, more: [] } })
    await show(page, '#/setup/route')
    await field(page, 'Second address of your platform').fill('rtmp://b.rtmp.youtube.com/live2?backup=1')
    await button(page, 'Add a platform').press('Enter')
    const one = main(page).locator('fieldset.further')
    await one.getByLabel('Name', { exact: true }).fill('Kick')
    await one.getByLabel('Server address', { exact: true }).fill('rtmps://ingest.kick.example/app')
    await one.getByLabel('Stream key', { exact: true }).fill(secret)
    await looked(page, 'route-further')
    await button(page, 'Save').click()
    await expect
      .poll(() => settings.changes)
      .toMatchObject([
        {
          section: 'route',
          value: {
            otherUrl: 'rtmp://b.rtmp.youtube.com/live2?backup=1',
            more: [{ name: 'Kick', url: 'rtmps://ingest.kick.example/app', key: secret, otherUrl: null }],
          },
        },
      ])
    await expect(one.getByRole('group', { name: 'Stream key' })).toContainText('Set, ends in 7f3a')
    expect(await page.content()).not.toContain(secret)
  })
})

test.describe('on the real engine, bad input in every field', () => {
  let engine: Understudy
  test.describe.configure({ mode: 'serial' })
  test.beforeAll(async () => {
    engine = await startUnderstudy({ server: { port: 0 } })
    await engine.until('it has looked around', ({ phase }) => phase.kind === 'offline')
  })
  test.afterAll(() => engine.stop())

  /** What lies on disk, and what the engine says it goes by. */
  const standing = async (): Promise<string> => {
    const { phase, settingsRevision, destination, systems } = await engine.snapshot()
    const file = (name: string): string => {
      const path = join(engine.dataDir, name)
      return existsSync(path) ? readFileSync(path, 'utf8') : ''
    }
    const ids = systems.map(({ id }) => id)
    return JSON.stringify([
      phase.kind,
      settingsRevision,
      destination.label,
      ids,
      file('config.json'),
      file('secrets.json'),
    ])
  }

  /** Opens a screen, fills it badly, tries to save; what is said, and that nothing was saved. */
  async function refused(
    page: Page,
    screen: string,
    fill: () => Promise<void>,
    faults: Readonly<Record<string, string>>,
  ): Promise<void> {
    await page.goto(`${engine.url()}?token=${engine.token()}#/setup/${screen}`)
    await expect(main(page).getByRole('heading', { level: 2 }).nth(1)).toBeVisible()
    const before = await standing()
    await fill()
    await button(page, 'Save').first().click()
    for (const [name, said] of Object.entries(faults)) await expectFault(page, name, said)
    await expect(main(page).getByText(/needs? fixing\. Nothing was saved\./)).toBeVisible()
    expect(await standing()).toBe(before)
  }

  test('OBS', async ({ page }) => {
    await refused(
      page,
      'obs',
      async () => {
        await field(page, 'Address').fill(' ')
        await field(page, 'Port').fill('99999')
        await field(page, 'WebSocket password').fill('x'.repeat(2_001))
      },
      {
        Address: 'Is missing.',
        Port: 'Must be at most 65535.',
        'WebSocket password': 'Is too long',
      },
    )
    // Only the engine can see that a folder is not there.
    await refused(page, 'obs', () => field(page, 'OBS’s settings folder').fill('/no/such/folder'), {
      'OBS’s settings folder': 'Is no folder on this PC.',
    })
  })

  test('destination', async ({ page }) => {
    await refused(
      page,
      'destination',
      async () => {
        await main(page).getByRole('radio', { name: 'Set here' }).check()
        await field(page, 'Server address').fill('https://twitch.tv')
        await field(page, 'Stream key').fill('k'.repeat(2_001))
        await main(page).getByRole('radio', { name: 'It has an address of its own' }).check()
        await field(page, 'Backup address').fill('srt://b')
        await field(page, 'The broadcast stays open for').fill('long')
      },
      {
        'Server address': 'Must be a URL that begins with rtmp://, rtmps://, srt://.',
        'Stream key': 'Is too long',
        'Backup address': 'Must be a URL that begins with rtmp://, rtmps://.',
        'The broadcast stays open for': 'Must be a number.',
      },
    )
  })

  test('backups', async ({ page }) => {
    await refused(
      page,
      'backups',
      async () => {
        await button(page, 'Add a backup').click()
        await field(page, 'Name').fill('My Cam')
        await main(page).getByRole('radio', { name: 'MediaMTX' }).check()
        await field(page, 'Address of its API').fill('mtx')
        await field(page, 'Path that Understudy creates there').fill('a b')
        await field(page, 'User').fill('u'.repeat(201))
        await field(page, 'Password').fill('p'.repeat(2_001))
        await field(page, 'Fingerprint of its certificate').fill('f'.repeat(201))
      },
      {
        'Where its picture comes from': 'Is missing.',
        Name: 'Must begin with a small letter',
        'Address of its API': 'Must be a URL that begins with http:// or https://.',
        'Path that Understudy creates there': 'May hold letters, digits',
        User: 'Is too long',
        Password: 'Is too long',
        'Fingerprint of its certificate': 'Is too long',
      },
    )
    for (const source of ['/no/such/film.mp4', 'gopher://camera']) {
      await refused(
        page,
        'backups',
        async () => {
          await button(page, 'Add a backup').click()
          await field(page, 'Where its picture comes from').fill(source)
        },
        { 'Where its picture comes from': '' },
      )
    }
  })

  test('standby picture and ffmpeg', async ({ page }) => {
    await refused(page, 'slate', () => field(page, 'Picture or video file').fill('/no/such.png'), {
      'Picture or video file': '',
    })
    await page.goto(`${engine.url()}?token=${engine.token()}#/setup/app`)
    const before = await standing()
    await field(page, 'ffmpeg').fill('/no/such/ffmpeg')
    await button(page, 'Save').nth(1).click()
    await expectFault(page, 'ffmpeg', '')
    expect(await standing()).toBe(before)
  })

  test('switching: every number', async ({ page }) => {
    await page.goto(`${engine.url()}?token=${engine.token()}#/setup/policy`)
    await main(page).getByText('Details', { exact: true }).click()
    const before = await standing()
    const inputs = main(page).locator('.details input:not([type=checkbox])')
    const count = await inputs.count()
    expect(count).toBe(41)
    for (let index = 0; index < count; index += 1)
      await inputs.nth(index).fill(index % 2 === 0 ? 'soon' : '99999')
    await button(page, 'Save').click()
    await expect(main(page)).toContainText(`${count} fields need fixing. Nothing was saved.`)
    for (let index = 0; index < count; index += 1) {
      await expect(inputs.nth(index)).toHaveAttribute('aria-invalid', 'true')
      await expect(inputs.nth(index)).toHaveAccessibleDescription(/Must (be|lie)/)
    }
    expect(await standing()).toBe(before)
  })

  test('hotkeys and quiet hours', async ({ page }) => {
    await page.goto(`${engine.url()}?token=${engine.token()}#/setup/hotkeys`)
    const before = await standing()
    await main(page)
      .getByRole('button', { name: /^Choose keys for Hold:/ })
      .click()
    await page.keyboard.press('Control+Alt+h')
    await expect(main(page)).toContainText('Must not use Ctrl with Alt')
    await button(page, 'Save').click()
    await expect(main(page)).toContainText('One field needs fixing. Nothing was saved.')
    expect(await standing()).toBe(before)
    await button(page, 'Discard changes').click()
    await refused(
      page,
      'notifications',
      async () => {
        await main(page).getByRole('switch', { name: 'Quiet hours' }).click()
        await field(page, 'From').fill('25:00')
        await field(page, 'To').fill('late')
      },
      { From: 'Must be a time such as 22:00.', To: 'Must be a time such as 22:00.' },
    )
  })

  test('and what is right is saved, secrets apart', async ({ page }) => {
    await page.goto(`${engine.url()}?token=${engine.token()}#/setup/destination`)
    await main(page).getByRole('radio', { name: 'Set here' }).check()
    await field(page, 'Server address').fill('rtmp://live.example.tv/app')
    await field(page, 'Stream key').fill(secret)
    await button(page, 'Save').click()
    await expect(main(page).getByText('Saved.')).toBeVisible()
    await expect(main(page)).toContainText('Set, ends in 7f3a')
    expect(readFileSync(join(engine.dataDir, 'config.json'), 'utf8')).not.toContain(secret)
    expect(await page.content()).not.toContain(secret)
  })
})
