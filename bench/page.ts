import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium, type Page } from '@playwright/test'
import { ScriptedEngine } from '../tests/e2e/scripted-engine'
import { madeHistory, sightAnswers } from '../tests/e2e/scripted-sight'
import { backupSystem, obsSystem } from '../tests/support/snapshots'
import { spread, table } from './report'

const assets = resolve(import.meta.dirname, '../out/renderer/assets')

/** Script that comes before anything is seen, compressed, bytes: what index.html names. The rest comes when it is opened. */
function firstLoadBytes(): number {
  const html = readFileSync(resolve(assets, '../index.html'), 'utf8')
  return readdirSync(assets)
    .filter((name) => name.endsWith('.js') && html.includes(name))
    .reduce((total, name) => total + gzipSync(readFileSync(resolve(assets, name))).length, 0)
}

/** Collects tasks above 50 ms that the browser reports, from the beginning of the page. */
const watchTasks = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const tasks: number[] = []
    Object.assign(window, { benchTasks: tasks })
    new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map((entry) => entry.duration)),
    ).observe({
      type: 'longtask',
      buffered: true,
    })
  })

const longest = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, ...(window as unknown as { benchTasks: number[] }).benchTasks))

/** From the click on "8 h" to the second frame after it, i.e. when it is painted, ms. */
const openRange = (page: Page, label: string): Promise<number> =>
  page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const radio = [...document.querySelectorAll('label.segment')].find(
          (one) => one.textContent === wanted,
        )
        const begun = performance.now()
        ;(radio as HTMLElement).click()
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - begun)))
      }),
    label,
  )

/** `bench --only page`: first load, eight hours of charts at 2 Hz while new numbers come, what a hidden page is sent. */
export async function benchPage(runs: number): Promise<void> {
  const history = madeHistory(8)
  const engine = new ScriptedEngine([sightAnswers(() => history)])
  await engine.start()
  const show = (index = 0): void =>
    engine.show({
      onAir: 'obs',
      phase: { kind: 'on-air', system: 'obs', sinceWall: Date.now() - 3_600_000, proof: 'server' },
      systems: [
        { ...obsSystem, metrics: { ...obsSystem.metrics, bitrateKbps: 6_000 + index } },
        { ...backupSystem, pictureWall: 1 },
      ],
    })
  show()
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  const opened: number[] = []
  const fetched: number[] = []
  const loading: number[] = []
  const tasks: number[] = []
  let hiddenMessages: number
  try {
    for (let run = 0; run < runs; run += 1) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } })
      await page.goto(`${engine.link}#/`)
      await page.getByRole('img', { name: /^Bitrate\./ }).waitFor()
      await watchTasks(page)
      loading.push(await longest(page))
      await page.evaluate(() => ((window as unknown as { benchTasks: number[] }).benchTasks.length = 0))
      // Away and back: the screen is built anew over the whole record.
      await page.evaluate(() => {
        location.hash = '#/compact'
      })
      await page.getByRole('button', { name: 'Large window' }).waitFor()
      const begun = Date.now()
      await page.evaluate(() => {
        location.hash = '#/'
      })
      await page.getByRole('img', { name: /^Bitrate\./ }).waitFor()
      fetched.push(Date.now() - begun)
      opened.push(await openRange(page, '8 h'))
      for (let index = 0; index < 20; index += 1) {
        show(index)
        await page.mouse.wheel(0, index % 2 === 0 ? 300 : -300)
        await page.mouse.move(200 + index * 20, 900)
        await openRange(page, ['30 min', '2 h', '8 h'][index % 3] ?? '8 h')
      }
      tasks.push(await longest(page))
      await page.close()
    }
    hiddenMessages = await countWhileHidden()
  } finally {
    await browser.close()
    await engine.stop()
  }
  console.log(
    table(
      ['Page', 'measured', 'wanted'],
      [
        ['first load, compressed script', `${Math.round(firstLoadBytes() / 1_000)} kB`, 'under 350 kB'],
        ['8 h at 2 Hz open', spread(opened), 'under 300 ms'],
        ['live screen built again over 8 h', spread(fetched), 'under 300 ms'],
        ['longest task of the first load, 8 h fetched', spread(loading), ''],
        ['longest task while it scrolls, hovers and goes on', spread(tasks), 'under 50 ms'],
        ['messages to a hidden page in 20 changes', String(hiddenMessages), '0'],
      ],
    ),
  )

  /** A page that says it is hidden, as a browser in the background does. */
  async function countWhileHidden(): Promise<number> {
    const page = await browser.newPage()
    let count = 0
    page.on('websocket', (socket) => socket.on('framereceived', () => (count += 1)))
    await page.goto(`${engine.link}#/`)
    await page.getByRole('heading', { name: 'Understudy' }).waitFor()
    // As text: the loader's names for functions do not exist in the browser.
    await page.evaluate(`
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })
      document.dispatchEvent(new Event('visibilitychange'))
    `)
    // The engine has read it when it answers what was asked after it.
    await page.evaluate(() => fetch('/api/snapshot').then((reply) => reply.text()))
    const before = count
    for (let index = 0; index < 20; index += 1) {
      show(100 + index)
      await page.evaluate(() => fetch('/api/snapshot').then((reply) => reply.text()))
    }
    await page.close()
    return count - before
  }
}
