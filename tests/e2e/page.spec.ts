import AxeBuilder from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'
import type { Snapshot } from '../../src/shared/snapshot'
import { announce } from '../../src/core/announce'
import type { Notice } from '../../src/core/failover'
import { noticeText } from '../../src/shared/messages'
import { picture } from '../support/desktop/look'
import { backupSystem, noMetrics, obsSystem } from '../support/story/snapshots'
import { buildPage, ScriptedEngine } from './scripted-engine'
import { programHeadlines, programStates } from './program-states'
import { madeHistory, sightAnswers } from './scripted-inspection'

let engine: ScriptedEngine

let sight: ReturnType<typeof sightAnswers>

test.beforeAll(() => {
  buildPage()
  sight = sightAnswers(() => madeHistory(8))
})
test.beforeEach(async () => {
  engine = new ScriptedEngine([sight])
  await engine.start()
})
test.afterEach(() => engine.stop())

const ago = (ms: number): number => Date.now() - ms
const shownObs = { ...obsSystem, pictureWall: 1 } as const
const shownBackup = { ...backupSystem, pictureWall: 1 } as const
const idleObs = {
  ...shownObs,
  verdict: 'unknown',
  causes: [{ code: 'not-streaming' }],
  metrics: noMetrics,
} as const

const timeline = (): Snapshot['timeline'] => {
  const switching = {
    code: 'switching',
    from: 'obs',
    to: 'backup',
    reason: { code: 'verdict-bad', system: 'obs', cause: 'output-disconnected' },
  } as const
  const switched = {
    code: 'switched',
    from: 'obs',
    to: 'backup',
    proof: 'acknowledged',
    tookMs: 412,
    offAir: {
      wholeMs: 702,
      bound: 'about',
      parts: { noticeMs: 290, waitMs: 0, failedMs: 0, switchMs: 412 },
      how: 'switched',
      waitedFor: [],
      of: { system: 'obs', cause: 'output-disconnected' },
    },
  } as const satisfies Notice
  const started = { code: 'stream-started', system: 'obs' } as const
  return [
    { id: 3, wall: ago(4_000), notice: switched, text: noticeText(switched), ...announce(switched) },
    { id: 2, wall: ago(4_500), notice: switching, text: noticeText(switching), ...announce(switching) },
    { id: 1, wall: ago(754_000), notice: started, text: noticeText(started), ...announce(started) },
  ]
}

const reached: Snapshot['destination'] = {
  label: 'rtmp://live.example.tv/app',
  source: 'obs',
  keyHint: 'ends in 7f3a',
  takeover: 'none',
  graceMs: 90_000,
  graceLeftMs: null,
  witnesses: [{ kind: 'nginx-stat', media: 'flowing' }],
  problem: null,
}

/** The states of the page, as an engine would show them. */
const setUpProblems: Snapshot['problems'] = [
  { code: 'obs-unreachable', params: { address: '127.0.0.1:4455' } },
  { code: 'ffmpeg-missing' },
  { code: 'disk-full', params: { path: '/home/anna/.local/share/understudy/journal' } },
]

const states: Readonly<Record<string, () => Partial<Snapshot>>> = {
  ...programStates,
  off: () => ({}),
  live: () => ({
    onAir: 'obs',
    phase: { kind: 'on-air', system: 'obs', sinceWall: ago(754_000), proof: 'server' },
    systems: [shownObs, shownBackup],
    destination: reached,
    timeline: timeline().slice(2),
  }),
  switching: () => ({
    onAir: null,
    phase: {
      kind: 'switching',
      from: 'obs',
      to: 'backup',
      step: 'start',
      sinceWall: ago(1_200),
      attempt: 2,
      reason: { code: 'verdict-bad', system: 'obs', cause: 'output-disconnected' },
      problem: { code: 'destination-busy' },
    },
    systems: [
      {
        ...obsSystem,
        verdict: 'bad',
        causes: [{ code: 'output-disconnected' }],
        readiness: 'unknown',
        metrics: noMetrics,
      },
      { ...backupSystem, metrics: { ...backupSystem.metrics, publish: 'connecting' } },
    ],
    timeline: timeline().slice(1),
  }),
  backup: () => ({
    onAir: 'backup',
    phase: { kind: 'on-air', system: 'backup', sinceWall: ago(4_000), proof: 'acknowledged' },
    hold: { sinceWall: ago(20_000), untilWall: Date.now() + 280_000 },
    systems: [
      { ...idleObs, causes: [{ code: 'output-disconnected' }], verdict: 'bad' },
      {
        ...shownBackup,
        verdict: 'good',
        causes: [],
        metrics: {
          ...backupSystem.metrics,
          publish: 'up',
          bytesAcknowledged: 2_450_000,
          acknowledgedAgeMs: 120,
        },
      },
    ],
    destination: reached,
    timeline: timeline(),
  }),
  dark: () => ({
    phase: {
      kind: 'dark',
      sinceWall: ago(9_000),
      problem: { code: 'destination-unreachable', params: { host: 'live.example.tv' } },
    },
    destination: { ...reached, graceLeftMs: 81_000, witnesses: [{ kind: 'nginx-stat', media: 'absent' }] },
    systems: [
      {
        ...idleObs,
        verdict: 'bad',
        causes: [{ code: 'obs-gone' }],
        readiness: 'not-ready',
        readinessCauses: [{ code: 'obs-unreachable' }],
      },
      {
        ...backupSystem,
        verdict: 'bad',
        causes: [{ code: 'publish-failed', params: { sinceMs: 6_200 } }],
        problem: { code: 'destination-unreachable' },
        metrics: { ...backupSystem.metrics, publish: 'failed' },
      },
    ],
    timeline: timeline().slice(1),
  }),
  failing: () => ({
    onAir: 'obs',
    armed: false,
    phase: { kind: 'on-air', system: 'obs', sinceWall: ago(754_000), proof: 'server' },
    systems: [
      {
        ...shownObs,
        verdict: 'bad',
        causes: [{ code: 'output-disconnected' }],
        metrics: { ...obsSystem.metrics, bitrateKbps: 640, dropShare: 0.31, congestion: 0.92 },
      },
      {
        ...shownBackup,
        pictureWall: null,
        readiness: 'not-ready',
        readinessCauses: [{ code: 'publish-failed', params: { sinceMs: 6_200 } }],
        tracks: [],
        metrics: { ...noMetrics, pull: 'stalled', publish: 'idle' },
      },
    ],
    destination: reached,
    timeline: timeline().slice(2),
  }),
  problems: () => ({
    armed: false,
    systems: [
      {
        ...idleObs,
        label: '127.0.0.1:4455',
        causes: [{ code: 'obs-unreachable' }],
        readiness: 'not-ready',
        tracks: [],
      },
    ],
    destination: {
      label: null,
      source: null,
      keyHint: null,
      takeover: 'none',
      graceMs: null,
      graceLeftMs: null,
      witnesses: [],
      problem: null,
    },
    problems: setUpProblems,
  }),
  rehearsal: () => ({
    mode: 'rehearsal',
    onAir: 'backup',
    phase: { kind: 'on-air', system: 'backup', sinceWall: ago(4_000), proof: 'acknowledged' },
    systems: [
      obsSystem,
      { ...backupSystem, verdict: 'good', causes: [], metrics: { ...backupSystem.metrics, publish: 'up' } },
    ],
    destination: reached,
    timeline: timeline(),
    rehearsal: {
      obs: 'stand-in',
      route: 'direct',
      viewerPictureWall: null,
      lastGapMs: 840,
      tries: [
        { id: 3, what: 'freeze', gapMs: null, outcome: null },
        { id: 2, what: 'drop', gapMs: 840, outcome: 'switched' },
        { id: 1, what: 'kill', gapMs: 1_310, outcome: 'switched' },
      ],
    },
  }),
}

const headlines: Readonly<Record<string, string>> = {
  ...programHeadlines,
  off: 'Off air: Not live',
  live: 'On air: OBS',
  switching: 'Switching: To the backup',
  backup: 'On air: The backup',
  dark: 'Dark: Nothing is on air',
  problems: 'Off air: Not live',
  failing: 'Failing: OBS is failing',
  rehearsal: 'On air: The backup',
}

const open = async (page: Page, hash = '#/'): Promise<void> => {
  await page.goto(`${engine.link}${hash}`)
  await expect(page.getByRole('heading', { name: 'Understudy', level: 1 })).toBeVisible()
}
const onAir = (page: Page) => page.getByRole('status')

/** The window, a phone, the window at 200 %. */
const sizes = [
  [1280, 800],
  [420, 800],
  [640, 400],
] as const
/** The small window that stays on top. */
const small = [380, 220] as const

/** Looks at what stands there in both themes: nothing wider than the window, axe content, a picture of each. */
async function inspect(page: Page, name: string, [width, height]: readonly [number, number]): Promise<void> {
  await page.setViewportSize({ width, height })
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const what = `${name} at ${width}, ${colorScheme}`
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, `${what}: wider than the window`).toBeLessThanOrEqual(0)
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`),
      what,
    ).toEqual([])
    await page.screenshot({
      path: `artifacts/page-${name}-${width}-${colorScheme}.png`,
      fullPage: width === 420 || width === 1280,
    })
    // What the README shows: as much as a window shows.
    if (name === 'live' && width === 1280)
      await picture(page, `page-live-window-${colorScheme}`, `live-${colorScheme}`)
    if (name === 'program' && width === 1280) {
      await page.setViewportSize({ width, height: 1_000 })
      await picture(page, `page-program-window-${colorScheme}`, `page-program-${colorScheme}`)
      await page.setViewportSize({ width, height })
    }
  }
}

for (const [name, state] of Object.entries(states)) {
  test(`shows ${name}, at every size in both themes`, async ({ page }) => {
    const faults: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('404')) faults.push(message.text())
    })
    engine.show(state())
    await open(page)
    await expect(onAir(page)).toHaveText(headlines[name]!)
    for (const size of sizes) await inspect(page, name, size)
    await page.evaluate(() => {
      location.hash = '#/compact'
    })
    await expect(page.getByRole('button', { name: 'Large window' })).toBeVisible()
    await inspect(page, `compact-${name}`, small)
    // Also proves that the content security policy stops nothing of ours.
    expect(faults).toEqual([])
  })
}

test('follows the engine and says aloud what is on air', async ({ page }) => {
  await open(page)
  await expect(onAir(page)).toHaveText('Off air: Not live')
  engine.show(states['live']!())
  await expect(onAir(page)).toHaveText('On air: OBS')
  await expect(page.getByRole('region', { name: 'Systems' }).getByText('6.0 Mbit/s')).toBeVisible()
  engine.show(states['switching']!())
  await expect(onAir(page)).toHaveText('Switching: To the backup')
  await expect(page.getByText('OBS lost its connection').first()).toBeVisible()
  engine.show(states['backup']!())
  await expect(onAir(page)).toHaveText('On air: The backup')
  await expect(page.getByText('The server confirmed the media', { exact: true })).toBeVisible()
  await expect(onAir(page)).toHaveAttribute('aria-live', 'assertive')
})

test('sends every command, by mouse and by keyboard', async ({ page }) => {
  engine.show(states['live']!())
  await open(page)
  await page.getByRole('button', { name: 'Backup now' }).click()
  await page.getByLabel('How long to hold').selectOption('5 min')
  await page.getByRole('button', { name: 'Hold', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Disarm' }).click()
  await page.getByRole('button', { name: 'End stream' }).click()
  await page.getByRole('button', { name: 'Stay live' }).click()
  await page.getByRole('button', { name: 'End stream' }).click()
  await page.getByRole('button', { name: 'End the stream' }).click()
  await expect.poll(() => engine.commands.length).toBe(4)
  engine.show({ ...states['backup']!(), armed: false })
  await page.getByRole('button', { name: 'OBS now' }).click()
  await page.getByRole('button', { name: 'Release hold' }).click()
  await page.getByRole('button', { name: 'Arm', exact: true }).click()
  await expect.poll(() => engine.commands.length).toBe(7)
  engine.show({
    ...states['off']!(),
    onAir: null,
    phase: { kind: 'offline', lastEnd: 'operator' },
    hold: null,
  })
  await page.getByRole('button', { name: 'Go live' }).click()
  await expect
    .poll(() => engine.commands)
    .toEqual([
      { kind: 'backup-now' },
      { kind: 'hold', forMs: 300_000 },
      { kind: 'disarm' },
      { kind: 'end-stream' },
      { kind: 'obs-now' },
      { kind: 'release' },
      { kind: 'arm' },
      { kind: 'go-live' },
    ])
})

test('route program: who is on it, what a cut cost, who was at the door, and what a cut cannot cure', async ({
  page,
}) => {
  engine.show(states['program']!())
  await open(page)
  const feeds = page.getByRole('region', { name: 'Feeds' }).getByRole('listitem')
  await expect(feeds.first()).toContainText('On the program')
  await expect(feeds.nth(1)).toContainText('see 1280 × 720 instead of 1920 × 1080')
  await expect(feeds.nth(2)).toContainText('costs 7 % of one processor core')
  const going = page.getByRole('region', { name: 'Destinations' }).locator('.going')
  await expect(going.first()).toContainText('It confirmed media just now')
  await expect(going.nth(1)).toContainText('does not confirm what arrives')
  await expect(page.getByRole('list', { name: 'Events, newest first' })).toContainText(
    'with the wrong key. It was refused.',
  )
  engine.show(states['program-cut']!())
  await expect(feeds.nth(1)).toContainText('On the program')
  await expect(page.getByRole('region', { name: 'Program', exact: true })).toContainText(
    'OBS disconnected: cut to the backup, 41 ms between the pictures',
  )
  await expect(page.getByRole('list', { name: 'Connections, newest first' })).toContainText('took over')
  engine.show(states['program-trouble']!())
  await expect(going.first()).toContainText('A cut does not help')
  await expect(going.nth(1)).toContainText('Good')
  engine.show({ ...states['live']!(), program: undefined })
  await expect(feeds).toHaveCount(0)
})

test('hears its keys, and shows them on the buttons', async ({ page }) => {
  engine.show(states['live']!())
  await open(page)
  const backup = page.getByRole('button', { name: 'Backup now' })
  await expect(backup.locator('kbd')).toHaveText(['Ctrl', 'Shift', 'F7'])
  await page.keyboard.press('Control+Shift+F7')
  await expect.poll(() => engine.commands).toEqual([{ kind: 'backup-now' }])
  await page.keyboard.press('F7')
  await page.keyboard.press('Control+Shift+F9')
  await expect.poll(() => engine.commands).toEqual([{ kind: 'backup-now' }, { kind: 'hold', forMs: null }])
})

test('shows what was kept of the last hours, in words too, and goes on from there', async ({ page }) => {
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/api/history')) asked.push(new URL(request.url()).search)
  })
  engine.show(states['live']!())
  await open(page)
  const bitrate = page.getByRole('img', { name: /^Bitrate\./ })
  await expect(bitrate).toHaveAttribute('aria-label', /OBS: now 6\.0 Mbit\/s, between 5\.7 Mbit\/s/)
  for (const range of ['30 min', '2 h', '8 h']) {
    await page.getByRole('radio', { name: range }).check()
    await expect(bitrate.locator('canvas')).toBeVisible()
    await page.screenshot({ path: `artifacts/page-charts-${range.replace(' ', '')}.png`, fullPage: true })
  }
  // A drop of the afternoon is still seen in the evening.
  await expect(bitrate).toHaveAttribute('aria-label', /OBS: now 6\.0 Mbit\/s, between 4\.\d Mbit\/s/)
  expect(asked).toEqual([''])
  await engine.stop()
  await engine.start()
  await expect.poll(() => asked.length).toBe(2)
  expect(asked[1]).toMatch(/^\?since=\d+$/)
})

test('shows why a command was refused', async ({ page }) => {
  engine.show(states['live']!())
  engine.reply = {
    ok: false,
    problem: { code: 'refused-hold' },
    text: 'A hold is on.',
    next: 'Release the hold first.',
  }
  await open(page)
  await page.getByRole('button', { name: 'Backup now' }).click()
  await expect(page.getByRole('alert')).toContainText('A hold is on. Release the hold first.')
  await page.screenshot({ path: 'artifacts/page-refused-1280.png' })
  await page.getByRole('button', { name: 'Close' }).click()
  await expect(page.getByText('A hold is on.')).toHaveCount(0)
})

test('makes faults in the rehearsal only', async ({ page }) => {
  engine.show(states['live']!())
  await open(page)
  await expect(page.getByRole('button', { name: 'Freeze' })).toHaveCount(0)
  engine.show(states['rehearsal']!())
  await page.getByRole('link', { name: 'Rehearsal' }).click()
  await page.getByRole('button', { name: 'Freeze' }).click()
  await expect.poll(() => engine.commands).toEqual([{ kind: 'fault', fault: 'freeze' }])
  await expect(page.getByText('840 ms').first()).toBeVisible()
})

test('compares the routes side by side', async ({ page }) => {
  const bodies: unknown[] = []
  await page.route('**/api/rehearsal', (route) => {
    bodies.push(route.request().postDataJSON())
    return route.fulfill({ json: { ok: true } })
  })
  await open(page, '#/rehearsal')
  await page.locator('label').filter({ hasText: 'OBS hangs' }).click()
  await page.getByRole('button', { name: 'Compare' }).click()
  await expect.poll(() => bodies).toEqual([{ action: 'compare', fault: 'freeze' }])
  const comparison = { fault: 'kill', trying: 'direct', direct: null, program: null, problem: null } as const
  engine.show({ comparison })
  const card = page.getByRole('region', { name: 'Both routes side by side' })
  await expect(card).toContainText('being tried')
  for (const size of sizes) await inspect(page, 'comparing', size)
  const direct = { gapMs: 1_900, outcome: 'switched' } as const
  engine.show({ comparison: { ...comparison, trying: 'program', direct } })
  await expect(card).toContainText('1.9 s')
  await page.getByRole('button', { name: 'Stop comparing' }).click()
  await expect.poll(() => bodies[1]).toEqual({ action: 'stop' })
  engine.show({
    comparison: { ...comparison, trying: null, direct, program: { gapMs: 71, outcome: 'switched' } },
  })
  await expect(card).toContainText('Direct 1.9 s, over the program 71 ms: 27 times less.')
  for (const size of sizes) await inspect(page, 'compared', size)
})

test('says that the engine is gone and goes on when it is back', async ({ page }) => {
  engine.show(states['live']!())
  await open(page)
  await engine.stop()
  await expect(page.getByRole('alert').filter({ hasText: 'does not answer' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Backup now' })).toBeDisabled()
  await page.screenshot({ path: 'artifacts/page-lost-1280.png' })
  engine.show(states['backup']!())
  await engine.start()
  await expect(onAir(page)).toHaveText('On air: The backup')
  await expect(page.getByText('does not answer')).toHaveCount(0)
})

test('keeps a browser without the link out, in words', async ({ page }) => {
  const reply = await page.goto(engine.url)
  expect(reply?.status()).toBe(401)
  await expect(page.getByText('Open the link that Understudy printed')).toBeVisible()
  await page.screenshot({ path: 'artifacts/page-401-1280.png' })
})

test('takes the token out of the address and keeps it from scripts', async ({ page, context }) => {
  await open(page)
  expect(page.url()).toBe(`${engine.url}#/`)
  const [cookie] = await context.cookies()
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
  await page.reload()
  await expect(onAir(page)).toHaveText('Off air: Not live')
})
