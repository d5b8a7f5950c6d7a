import { Ajv } from 'ajv'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const pkg = z
  .object({ main: z.string(), version: z.string(), dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')))
const raw: unknown = parse(read('electron-builder.yml'))
const builder = z
  .object({
    directories: z.object({ buildResources: z.string() }),
    files: z.array(z.string()),
    electronFuses: z.record(z.string(), z.boolean()),
  })
  .parse(raw)

describe('packaging', () => {
  it('is what electron-builder takes', () => {
    const schema = JSON.parse(read('node_modules/app-builder-lib/scheme.json')) as object
    // The schema carries words of its own (typeof, markdownDescription), which strict mode would refuse.
    const ajv = new Ajv({ strict: false, allErrors: true })
    const validate = ajv.compile(schema)
    validate(raw)
    expect(validate.errors ?? []).toEqual([])
    expect(validate({ ...(raw as object), notAKey: 1 })).toBe(false)
  })

  it('names only what is in the tree', () => {
    expect(existsSync(join(root, builder.directories.buildResources, 'icon.png'))).toBe(true)
    const plain = builder.files.filter((each) => !each.startsWith('!'))
    for (const each of plain) {
      const path = each.replace(/\/?\*.*$/, '')
      // What is built is there after a build; its configs are what makes it.
      if (path !== 'out') expect(existsSync(join(root, path)), each).toBe(true)
    }
  })

  it('ships what package.json names as main, made by the build of the shell', () => {
    expect(pkg.main).toBe('out/main/index.cjs')
    expect(builder.files).toContain('out/**')
    expect(read('electron.vite.config.ts')).toContain("outDir: 'out/main'")
    expect(existsSync(join(root, 'src/main/index.ts'))).toBe(true)
  })

  it('leaves runAsNode on, for engine and carrier run on that binary', () => {
    expect(builder.electronFuses).toMatchObject({ runAsNode: true, onlyLoadAppFromAsar: true })
  })
})
