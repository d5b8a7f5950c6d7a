import { Ajv } from 'ajv'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { version as engineVersion } from '../../src/engine/paths'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const pkg = z
  .object({
    main: z.string(),
    version: z.string(),
    desktopName: z.string(),
    dependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(read('package.json')))
const raw: unknown = parse(read('electron-builder.yml'))
const icons = z.object({ icon: z.string() })
const builder = z
  .object({
    appId: z.string(),
    directories: z.object({ buildResources: z.string() }),
    files: z.array(z.string()),
    asarUnpack: z.array(z.string()),
    electronFuses: z.record(z.string(), z.boolean()),
    nsis: z.object({ guid: z.uuid() }),
    win: icons,
    mac: icons.extend({ entitlements: z.string(), entitlementsInherit: z.string() }),
    linux: icons.extend({ target: z.array(z.string()) }),
    deb: z.object({ depends: z.array(z.string()) }),
  })
  .parse(raw)

/** Width and height of a PNG, from its first chunk. */
const pngSize = (bytes: Buffer): string => `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`
const bytesOf = (path: string): Buffer => readFileSync(join(root, path))

/** Sizes of a Windows icon file's pictures, after checking that each is the PNG that the table says. */
function icoSizes(path: string): readonly number[] {
  const bytes = bytesOf(path)
  return Array.from({ length: bytes.readUInt16LE(4) }, (_, index) => {
    const at = 6 + 16 * index
    const size = bytes.readUInt8(at) === 0 ? 256 : bytes.readUInt8(at)
    const [length, offset] = [bytes.readUInt32LE(at + 8), bytes.readUInt32LE(at + 12)]
    expect(pngSize(bytes.subarray(offset, offset + length)), path).toBe(`${size}x${size}`)
    return size
  })
}

/** Types and picture sizes of an Apple icon file. */
function icnsEntries(path: string): readonly string[] {
  const bytes = bytesOf(path)
  expect(bytes.toString('latin1', 0, 4)).toBe('icns')
  expect(bytes.readUInt32BE(4)).toBe(bytes.length)
  const found: string[] = []
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at + 4)) {
    found.push(`${bytes.toString('latin1', at, at + 4)} ${pngSize(bytes.subarray(at + 8))}`)
  }
  return found
}

/** Packages that the files of these rooms import at run time. */
function importedBy(...rooms: readonly string[]): ReadonlySet<string> {
  const files = rooms.flatMap((room) =>
    readdirSync(join(root, 'src', room), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => read(join('src', room, file))),
  )
  const specifiers = files.flatMap((text) =>
    [...text.matchAll(/^(?:import|export) (?!type )[^'"]*?from '([^']+)'|import\('([^']+)'\)/gm)].map(
      (found) => found[1] ?? found[2] ?? '',
    ),
  )
  const packages = specifiers
    .filter((each) => !/^[./]|^node:|^electron$/.test(each))
    .map((each) =>
      each
        .split('/')
        .slice(0, each.startsWith('@') ? 2 : 1)
        .join('/'),
    )
  return new Set(packages)
}

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
    const plain = builder.files.filter((each) => !each.startsWith('!'))
    for (const each of [...plain, ...builder.asarUnpack]) {
      const path = each.replace(/\/?\*.*$/, '')
      // What is built is there after a build; its configs are what makes it.
      if (!/^(out|node_modules)(\/|$)/.test(path)) expect(existsSync(join(root, path)), each).toBe(true)
    }
    for (const icon of [builder.win.icon, builder.mac.icon, builder.linux.icon]) {
      expect(existsSync(join(root, builder.directories.buildResources, icon)), icon).toBe(true)
    }
    for (const path of [builder.mac.entitlements, builder.mac.entitlementsInherit]) {
      expect(read(path), path).toContain('com.apple.security.cs.allow-jit')
    }
  })

  it('ships what package.json names as main, made by the build of the shell', () => {
    expect(pkg.main).toBe('out/main/index.cjs')
    expect(builder.files).toContain('out/**')
    expect(read('electron.vite.config.ts')).toContain("outDir: 'out/main'")
    expect(existsSync(join(root, 'src/main/index.ts'))).toBe(true)
  })

  it('unpacks what a plain Node runs: every program of the Node build, its chunks and its packages', () => {
    const entries = [...read('vite.node.config.ts').matchAll(/^ {2}(\w+): 'src\/.*\.ts',$/gm)].map(
      (found) => found[1],
    )
    expect(entries).toContain('engine')
    const wanted = [...entries, 'chunks', 'renderer'].map((name) => `out/${name}/**`)
    expect(builder.asarUnpack).toEqual(expect.arrayContaining([...wanted, 'node_modules/**']))
    // The shell itself stays in the archive, or nothing would look after its integrity.
    expect(builder.asarUnpack.filter((each) => /out\/(main|preload|\*)/.test(each))).toEqual([])
  })

  it('leaves runAsNode on, for engine and carrier run on that binary, and shuts what would let others in', () => {
    expect(builder.electronFuses).toMatchObject({
      runAsNode: true,
      onlyLoadAppFromAsar: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
    })
  })

  it('carries one name and one version', () => {
    expect(pkg.desktopName).toBe(`${builder.appId}.desktop`)
    expect(read('src/main/index.ts')).toContain(`setAppUserModelId('${builder.appId}')`)
    expect(engineVersion).toBe(pkg.version)
    const lock = JSON.parse(read('package-lock.json')) as { version: string }
    expect(lock.version).toBe(pkg.version)
  })

  it('has as dependencies what the shipped programs import, and nothing else', () => {
    const imported = importedBy('core', 'shared', 'media', 'engine', 'carrier', 'rehearsal', 'main')
    expect([...imported].sort()).toEqual(Object.keys(pkg.dependencies).sort())
  })

  it('asks on Linux for what the engine and the window cannot do without', () => {
    expect(builder.linux.target).toEqual(['AppImage', 'deb'])
    expect(builder.deb.depends).toEqual(
      expect.arrayContaining(['ffmpeg', 'libnotify4', 'libnss3', 'libsecret-1-0']),
    )
  })
})

describe('icons', () => {
  it('has the app in every size that Windows, macOS and Linux show', () => {
    expect(pngSize(bytesOf('assets/icons/icon.png'))).toBe('1024x1024')
    expect(icoSizes('assets/icons/icon.ico')).toEqual([16, 24, 32, 48, 64, 128, 256])
    expect(icnsEntries('assets/icons/icon.icns')).toEqual([
      ...['ic11 32x32', 'ic12 64x64', 'ic07 128x128', 'ic08 256x256', 'ic09 512x512', 'ic10 1024x1024'],
    ])
  })

  it('has each state of the tray for each system, no two alike', () => {
    const states = ['backup', 'hold', 'no-engine', 'obs', 'offline', 'switching', 'trouble']
    const suffixes = { '.png': 22, '@2x.png': 44, 'Template.png': 16, 'Template@2x.png': 32 }
    const expected = states.flatMap((state) => ['.ico', ...Object.keys(suffixes)].map((end) => state + end))
    expect(readdirSync(join(root, 'assets/tray')).sort()).toEqual(expected.sort())
    for (const state of states) {
      for (const [suffix, size] of Object.entries(suffixes)) {
        expect(pngSize(bytesOf(`assets/tray/${state}${suffix}`)), state).toBe(`${size}x${size}`)
      }
      expect(icoSizes(`assets/tray/${state}.ico`)).toEqual([16, 20, 24, 32, 40, 48])
    }
    // Without colour, by shape alone.
    const shapes = states.map((state) => bytesOf(`assets/tray/${state}Template.png`).toString('base64'))
    expect(new Set(shapes).size).toBe(states.length)
  })
})
