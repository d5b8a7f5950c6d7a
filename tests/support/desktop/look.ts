import { mkdirSync, copyFileSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** Sizes that the page is looked at in: a window beside OBS, a phone. */
export const sizes = { wide: { width: 1280, height: 800 }, phone: { width: 420, height: 800 } } as const

/** Saves `artifacts/NAME.png`; with `UPDATE_SCREENSHOTS=1` also as the README's `assets/screenshots/ASSET.png`. */
export async function picture(page: Page, name: string, asset?: string): Promise<void> {
  const path = `artifacts/${name}.png`
  await page.screenshot({ path, animations: 'disabled' })
  if (asset === undefined || process.env['UPDATE_SCREENSHOTS'] !== '1') return
  mkdirSync('assets/screenshots', { recursive: true })
  copyFileSync(path, `assets/screenshots/${asset}.png`)
}

/** What a screen reader or a weak eye would trip over is a failure, in both themes and both sizes. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize(viewport)
      const { violations } = await new AxeBuilder({ page }).analyze()
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)
      expect.soft(found, `${state}, ${colorScheme}, ${size}`).toEqual([])
    }
  }
  await page.setViewportSize(sizes.wide)
}
