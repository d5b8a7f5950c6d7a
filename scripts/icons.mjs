#!/usr/bin/env node
// Draws every icon anew from its SVG with the system's Chromium: `node scripts/icons.mjs`. What it makes is committed,
// because a build must not need a browser. `--sheet FILE` also paints all of them on dark and on light, for looking.
import './node-version.mjs'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

const { chromium } = await import('@playwright/test')
const { trayIcon, trayStates } = await import('./icon-shapes.mjs')

process.chdir(resolve(import.meta.dirname, '..'))

/** Linux's panels: 22 px, doubled on fine screens. */
const panel = 22
/** macOS's menu bar, in points. */
const menuBar = 16
const windowsTray = [16, 20, 24, 32, 40, 48]
const windowsApp = [16, 24, 32, 48, 64, 128, 256]
/** Types of Apple's icon file that hold a PNG, by its size in px. */
const appleTypes = { ic11: 32, ic12: 64, ic07: 128, ic08: 256, ic09: 512, ic10: 1024 }

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
const page = await browser.newPage({ viewport: { width: 1024, height: 1024 } })

async function png(svg, size) {
  await page.setContent(
    `<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
  )
  return page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width: size, height: size } })
}

/** Windows' icon file: a table of pictures, each a PNG (Vista and newer read those). */
function ico(pictures) {
  const entry = 16
  const head = Buffer.alloc(6 + entry * pictures.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pictures.length, 4)
  let offset = head.length
  for (const [index, { size, data }] of pictures.entries()) {
    const at = 6 + entry * index
    // A byte holds 255; 0 stands for 256.
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(data.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += data.length
  }
  return Buffer.concat([head, ...pictures.map((each) => each.data)])
}

/** Apple's icon file: blocks of type, length (head included) and PNG. */
function icns(pictures) {
  const block = (type, data) => {
    const head = Buffer.alloc(8)
    head.write(type, 'latin1')
    head.writeUInt32BE(data.length + 8, 4)
    return Buffer.concat([head, data])
  }
  return block('icns', Buffer.concat(pictures.map(({ type, data }) => block(type, data))))
}

const all = (sizes, draw) =>
  sizes.reduce(
    async (done, size) => [...(await done), { size, data: await png(draw(size), size) }],
    Promise.resolve([]),
  )

const app = readFileSync('assets/icons/icon.svg', 'utf8')
writeFileSync('assets/icons/icon.png', await png(app, 1024))
writeFileSync('assets/icons/icon.ico', ico(await all(windowsApp, () => app)))
const apple = await all(Object.values(appleTypes), () => app)
writeFileSync(
  'assets/icons/icon.icns',
  icns(Object.keys(appleTypes).map((type, index) => ({ type, data: apple[index].data }))),
)

mkdirSync('assets/tray', { recursive: true })
for (const state of trayStates) {
  const write = async (name, size, template) =>
    writeFileSync(`assets/tray/${name}`, await png(trayIcon(state, size, template), size))
  await write(`${state}.png`, panel, false)
  await write(`${state}@2x.png`, 2 * panel, false)
  await write(`${state}Template.png`, menuBar, true)
  await write(`${state}Template@2x.png`, 2 * menuBar, true)
  writeFileSync(
    `assets/tray/${state}.ico`,
    ico(await all(windowsTray, (size) => trayIcon(state, size, false))),
  )
}

const at = process.argv.indexOf('--sheet')
if (at > 0) {
  const uri = async (state, size, template) =>
    `data:image/png;base64,${(await png(trayIcon(state, size, template), size)).toString('base64')}`
  const row = async (size, template, zoom) => {
    const cells = []
    for (const state of trayStates)
      cells.push(
        `<img src="${await uri(state, size, template)}" style="width:${size * zoom}px;image-rendering:pixelated;margin:6px 14px">`,
      )
    return cells.join('')
  }
  const rows = [
    await row(16, false, 1),
    await row(22, false, 1),
    await row(16, false, 5),
    await row(22, false, 4),
    await row(44, false, 2),
  ]
  const templates = [await row(16, true, 1), await row(16, true, 5)]
  const strip = (colour, each) =>
    each.map((cells) => `<div style="background:${colour};padding:4px">${cells}</div>`).join('')
  await page.setContent(
    `<style>body{margin:0}</style>${strip('#202124', rows)}${strip('#f2f2f2', [...rows.slice(0, 3), ...templates])}`,
  )
  await page.screenshot({ path: process.argv[at + 1] })
}
await browser.close()
