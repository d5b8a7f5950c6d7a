import { chromium, type Browser, type Page } from '@playwright/test'
import { gzipSync } from 'node:zlib'
import { ScriptedEngine, buildPage } from '../tests/e2e/scripted-engine'
import { madeHistory, sightAnswers } from '../tests/e2e/scripted-inspection'
import { backupSystem, obsSystem } from '../tests/support/story/snapshots'
import { spread, table } from './report'

/** How long the page is scrolled, hovered and fed in one run, and how long it is hidden, ms. */
const scrollMs = 5_000
const hiddenMs = 3_000
/** The engine tells a page at most this often. */
const tellEveryMs = 250

interface PageRun {
  readonly scriptKb: number
  readonly recordMs: number
  readonly rangeMs: number
  readonly longestMs: number
  readonly hiddenMessages: number
}

/**
 * The page with eight hours of data at two samples a second, in Chromium: how much script the first load takes
 * (compressed), how long from asking for the record to charts on the screen, and from pressing "8 h" to the picture;
 * the longest task while it is scrolled and hovered and fed; and what a hidden page is told.
 */
export async function benchPage(runs: number): Promise<void> {
  buildPage()
  const history = madeHistory(8)
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  const found: PageRun[] = []
  try {
    const engine = new ScriptedEngine([sightAnswers(() => history)])
    await engine.start()
    live(engine)
    for (let run = 0; run < runs; run += 1) found.push(await onePage(browser, engine))
    await engine.stop()
  } finally {
    await browser.close()
  }
  const row = (of: (run: PageRun) => number, unit?: string) => spread(found.map(of), unit)
  console.log('\nPage with 8 h of data at 2 Hz, two systems')
  console.log(
    table(
      ['what', 'figure', 'goal'],
      [
        ['script of the first load, compressed', row((run) => run.scriptKb, 'kB'), '350 kB'],
        ['asking for the record to charts drawn', row((run) => run.recordMs), '300 ms with the next'],
        ['pressing "8 h" to the picture', row((run) => run.rangeMs), ''],
        ['longest task while scrolled, hovered and fed', row((run) => run.longestMs), '50 ms'],
        ['messages to a hidden page', row((run) => run.hiddenMessages, ''), '0'],
      ],
    ),
  )
}

let beats = 0
function live(engine: ScriptedEngine): void {
  beats += 1
  const kbps = 6_000 + 100 * Math.sin(beats / 5)
  engine.show({
    onAir: 'obs',
    phase: { kind: 'on-air', system: 'obs', sinceWall: Date.now() - 7_200_000, proof: 'server' },
    systems: [{ ...obsSystem, metrics: { ...obsSystem.metrics, bitrateKbps: kbps } }, backupSystem],
  })
}

async function onePage(browser: Browser, engine: ScriptedEngine): Promise<PageRun> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  let scriptBytes = 0
  let messages = 0
  page.on('response', (response) => {
    if (!/\.js(\?|$)/.test(response.url())) return
    void response.body().then(
      (body) => (scriptBytes += gzipSync(body).length),
      () => undefined,
    )
  })
  page.on('websocket', (socket) => socket.on('framereceived', () => (messages += 1)))
  // The runner's compiler names functions by a helper of its own, which the page does not have.
  await page.addInitScript('globalThis.__name = (named) => named')
  await page.addInitScript(watchTasks)
  await page.goto(engine.link)
  await page.locator('.uplot canvas').first().waitFor()
  const recordMs = await page.evaluate(recordToCharts)
  const rangeMs = await page.evaluate(pressRange)
  const longestMs = await scrolled(page, engine)
  const before = messages
  await hide(page)
  const settled = messages
  await feed(engine, hiddenMs)
  const told = messages - settled
  await context.close()
  if (before === 0) throw new Error('the page was told nothing while it was shown')
  return { scriptKb: scriptBytes / 1_000, recordMs, rangeMs, longestMs, hiddenMessages: told }
}

/** Runs in the page before anything else: keeps every task over 50 ms, and when the first chart stood there. */
function watchTasks(): void {
  const kept = { tasks: [] as { start: number; ms: number }[], chartAt: 0 }
  Object.assign(window, { kept })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) kept.tasks.push({ start: entry.startTime, ms: entry.duration })
  }).observe({ entryTypes: ['longtask'] })
  const look = (): void => {
    const record = performance.getEntriesByType('resource').some((each) => each.name.includes('/api/history'))
    // Charts begin with the first live number; the record counts when it has come and been drawn as well.
    if (!record || document.querySelector('.uplot canvas') === null) requestAnimationFrame(look)
    else requestAnimationFrame(() => requestAnimationFrame(() => (kept.chartAt = performance.now())))
  }
  requestAnimationFrame(look)
}

/** ms from the request for the record to two frames after it came and charts stand there. */
async function recordToCharts(): Promise<number> {
  const { kept } = window as unknown as { kept: { chartAt: number } }
  while (kept.chartAt === 0) await new Promise((next) => requestAnimationFrame(next))
  const asked = performance.getEntriesByType('resource').find((each) => each.name.includes('/api/history'))
  return kept.chartAt - (asked?.startTime ?? Number.NaN)
}

/** ms from pressing the longest range to the frame after it was drawn. */
async function pressRange(): Promise<number> {
  const choice = [...document.querySelectorAll<HTMLElement>('.charts label, .charts button')].find(
    (each) => each.textContent.trim() === '8 h',
  )
  if (choice === undefined) throw new Error('no range of 8 h')
  const at = performance.now()
  choice.click()
  await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))
  return performance.now() - at
}

/** The longest task while the page is scrolled and hovered and numbers come in; 0: none reached 50 ms. */
async function scrolled(page: Page, engine: ScriptedEngine): Promise<number> {
  const from = await page.evaluate(() => performance.now())
  const feeding = feed(engine, scrollMs)
  const until = Date.now() + scrollMs
  for (let step = 0; Date.now() < until; step += 1) {
    await page.mouse.move(200 + ((step * 37) % 600), 300 + ((step * 17) % 400))
    await page.mouse.wheel(0, step % 20 < 10 ? 120 : -120)
  }
  await feeding
  return page.evaluate((since) => {
    const { kept } = window as unknown as { kept: { tasks: { start: number; ms: number }[] } }
    return Math.max(0, ...kept.tasks.filter((task) => task.start >= since).map((task) => task.ms))
  }, from)
}

/** As a window that is minimised: the document says so, and the page goes by that. */
const hide = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })
    document.dispatchEvent(new Event('visibilitychange'))
    // What was under way when the engine heard of it.
    await new Promise((next) => setTimeout(next, 500))
  })

/** New numbers as often as the engine gives them. */
function feed(engine: ScriptedEngine, forMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => live(engine), tellEveryMs)
    setTimeout(() => {
      clearInterval(timer)
      resolve()
    }, forMs)
  })
}
