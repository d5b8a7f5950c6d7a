import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import ts from 'typescript'

import { causeCodes } from '../../src/core/health'
import { problemCodes } from '../../src/core/problem'
import { causePhrase, causeSentence, problemNext, problemText } from '../../src/shared/messages'

const root = resolve(import.meta.dirname, '../..')

interface Source {
  /** From the repository's top, with forward slashes. */
  readonly path: string
  readonly text: string
  /** What it imports: a path like `path` for files of the house, else the module's name. */
  readonly imports: readonly string[]
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts|cts)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
}

/** Imports, re-exports, dynamic imports and import types alike. */
function importsOf(path: string, text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) =>
    fileName.startsWith('.')
      ? relative(root, resolve(root, dirname(path), fileName))
          .split(sep)
          .join('/')
      : fileName,
  )
}

const sources: readonly Source[] = filesUnder('src').map((path) => {
  const text = readFileSync(join(root, path), 'utf8')
  return { path, text, imports: importsOf(path, text) }
})

const room = (path: string): string => path.split('/')[1] ?? ''

/** What each room may import of the others; itself goes without saying. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  media: [],
  shared: ['core'],
  host: [],
  engine: ['core', 'shared', 'host'],
  carrier: ['core', 'shared', 'media', 'host'],
  main: ['core', 'shared', 'host'],
  preload: ['core', 'shared'],
  renderer: ['core', 'shared'],
  rehearsal: ['core', 'shared', 'media', 'host'],
}

/** The engine's root puts the rehearsal's stand-ins behind its ports; nobody else may. */
const compositionRoots = ['src/engine/index.ts', 'src/engine/runtime/rehearse.ts', 'src/engine/compose.ts']

/** They open peers of their own, apart from the stream's: an OBS login, a MediaMTX API, a short-lived carrier. */
const withOwnPeers = ['src/engine/inspection/tester.ts', 'src/engine/inspection/scratch-carrier.ts']

const adapters = ['obs', 'ingest', 'watch', 'store', 'server']

const ofHouse = (source: Source): readonly string[] =>
  source.imports.filter((name) => name.startsWith('src/'))
const fromOutside = (source: Source): readonly string[] =>
  source.imports.filter((name) => !name.startsWith('src/'))

const wrong = (what: (source: Source) => readonly string[]): readonly string[] =>
  sources.flatMap((source) => what(source).map((name) => `${source.path} -> ${name}`))

describe('the house', () => {
  it('reads something', () => {
    expect(sources.length).toBeGreaterThan(50)
    expect(sources.flatMap(ofHouse).length).toBeGreaterThan(100)
  })

  it('has no room that the plan does not know', () => {
    expect(
      [...new Set(sources.map(({ path }) => room(path)))].filter((name) => !(name in mayImport)),
    ).toEqual([])
  })

  it('has arrows that point inward, and processes that never import each other', () => {
    expect(
      wrong((source) =>
        ofHouse(source).filter((name) => {
          const to = room(name)
          if (to === room(source.path)) return false
          if (to === 'rehearsal' && compositionRoots.includes(source.path)) return false
          return !(mayImport[room(source.path)] ?? []).includes(to)
        }),
      ),
    ).toEqual([])
  })

  it('has pure rooms: core and media import nothing from outside, shared only zod, host only Node', () => {
    expect(
      wrong((source) => {
        const outside = fromOutside(source)
        if (room(source.path) === 'shared') return outside.filter((name) => name !== 'zod')
        if (room(source.path) === 'host') return outside.filter((name) => !name.startsWith('node:'))
        return room(source.path) === 'core' || room(source.path) === 'media' ? outside : []
      }),
    ).toEqual([])
  })

  it('keeps the adapters of the engine apart', () => {
    const adapterOf = (path: string): string | null => {
      const [top, process, folder, ...rest] = path.split('/')
      return top === 'src' &&
        process === 'engine' &&
        folder !== undefined &&
        adapters.includes(folder) &&
        rest.length > 0
        ? folder
        : null
    }
    expect(
      wrong((source) => {
        const own = adapterOf(source.path)
        if (own === null) return []
        return ofHouse(source).filter((name) => {
          if (room(name) !== 'engine') return false
          return name !== 'src/engine/ports' && adapterOf(`${name}/`) !== own
        })
      }),
    ).toEqual([])
  })

  it('names concrete adapters in composition roots alone, and where peers of its own are opened', () => {
    expect(
      wrong((source) => {
        const adapter = adapters.includes(source.path.split('/')[2] ?? '')
        const named = compositionRoots.includes(source.path) || withOwnPeers.includes(source.path)
        if (room(source.path) !== 'engine' || adapter || named) return []
        // A type says what is needed, not who gives it.
        const code = ts.transpileModule(source.text, {
          compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext },
        }).outputText
        return importsOf(source.path, code).filter((name) => /^src\/engine\/(obs|ingest|watch)\//.test(name))
      }),
    ).toEqual([])
  })

  it('lets only the shell import electron', () => {
    expect(
      wrong((source) =>
        room(source.path) === 'main' || room(source.path) === 'preload'
          ? []
          : source.imports.filter((name) => name === 'electron' || name.startsWith('electron/')),
      ),
    ).toEqual([])
  })

  it('has no clock, timer, process or network in the pure rooms', () => {
    const impure = new Set([
      'Date',
      'performance',
      'setTimeout',
      'setInterval',
      'setImmediate',
      'queueMicrotask',
      'fetch',
      'process',
      'Buffer',
    ])
    const used = sources
      .filter(({ path }) => room(path) === 'core' || room(path) === 'media')
      .flatMap(({ path, text }) => {
        const found: string[] = []
        const visit = (node: ts.Node): void => {
          // A property of that name is somebody's own.
          const own = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node
          const named = ts.isPropertyAssignment(node.parent) || ts.isPropertySignature(node.parent)
          if (
            ts.isIdentifier(node) &&
            impure.has(node.text) &&
            !own &&
            !(named && node.parent.name === node)
          ) {
            found.push(`${path}: ${node.text}`)
          }
          ts.forEachChild(node, visit)
        }
        const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true)
        ts.forEachChild(file, visit)
        return found
      })
    // `process` is also the name of a value of OBS's health: declared locally, so an honest name.
    expect(used.filter((entry) => !/health\/obs.*: process$/.test(entry))).toEqual([])
  })

  it('starts programs in one way, which throws at nobody', () => {
    const direct = sources.filter(({ path, text }) => {
      if (path.startsWith('src/host/') || !/from 'node:child_process'/.test(text)) return false
      const others =
        /\b(?:execFile|exec|fork|spawnSync|execFileSync|execSync)\b[^'\n]*from 'node:child_process'/
      const spawns = text.match(/(?<!\w)spawn\(/g)?.length ?? 0
      const guarded = text.match(/startChild(?:<\w+>)?\(/g)?.length ?? 0
      return others.test(text) || spawns > guarded
    })
    expect(direct.map(({ path }) => path)).toEqual([])
  })

  it('writes files whole in one way, which a power cut does not tear', () => {
    const own = sources.filter(
      ({ path, text }) =>
        path !== 'src/host/atomic-file.ts' &&
        // A log that is put aside is renamed too, but appended to.
        /\brename(?:Sync)?\(/.test(text) &&
        /\b(?:writeFile|writeFileSync|writeSync|openSync|open)\(/.test(text),
    )
    expect(own.map(({ path }) => path)).toEqual([])
  })

  it('compares secrets in one way', () => {
    const own = sources.filter(
      ({ path, text }) => path !== 'src/host/same-secret.ts' && /timingSafeEqual/.test(text),
    )
    expect(own.map(({ path }) => path)).toEqual([])
  })

  it('has no import circles', () => {
    const known = new Set(sources.map(({ path }) => path))
    const fileOf = (name: string): string | undefined =>
      [`${name}.ts`, `${name}.tsx`, `${name}/index.ts`, `${name}/index.tsx`, name].find((path) =>
        known.has(path),
      )
    const arrows = new Map(
      sources.map((source) => [source.path, ofHouse(source).flatMap((name) => fileOf(name) ?? [])]),
    )
    const circles: string[] = []
    const done = new Set<string>()
    const visit = (path: string, way: readonly string[]): void => {
      const at = way.indexOf(path)
      if (at >= 0) circles.push([...way.slice(at), path].join(' -> '))
      if (at >= 0 || done.has(path)) return
      for (const next of arrows.get(path) ?? []) visit(next, [...way, path])
      done.add(path)
    }
    for (const path of arrows.keys()) visit(path, [])
    expect(circles).toEqual([])
  })

  it('has folders that can be looked over: at most a dozen loose files', () => {
    const folders = new Map<string, number>()
    for (const { path } of sources) folders.set(dirname(path), (folders.get(dirname(path)) ?? 0) + 1)
    expect([...folders].filter(([, files]) => files > 12)).toEqual([])
  })

  it('has small files', () => {
    const lines = (text: string): number => text.trimEnd().split('\n').length
    const long = sources.filter(({ text }) => lines(text) > 320).map(({ path }) => path)
    // To be split; nothing may join them.
    const known = ['src/engine/ingest/mediamtx/port.ts', 'src/media/rtmp/server-session.ts']
    expect(long.filter((path) => !known.includes(path))).toEqual([])
  })

  it('names no place on the machine it was written on', () => {
    const written = /['"`(\s](\/work\/|\/tmp\/wt|\/root\/)[\w.-]/
    const anybody = /['"`(\s](\/home\/\w|[A-Z]:\\+Users)/
    const tests = filesUnder('tests').map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    const named = [...sources, ...tests].filter(
      // Tests may make up a home; the program has none.
      ({ path, text }) => written.test(text) || (path.startsWith('src/') && anybody.test(text)),
    )
    expect(named.map(({ path }) => path)).toEqual([])
  })

  it('has a sentence for every code', () => {
    const sentence = /^(?:[\p{Lu}\d“"']|ffmpeg).*[.!?]$/su
    for (const code of problemCodes) {
      expect(problemText({ code }), code).toMatch(sentence)
      expect(problemNext({ code }), code).not.toBe('')
    }
    for (const code of causeCodes) {
      expect(causeSentence({ code }), code).toMatch(/^[\p{Lu}\d]/u)
      expect(causePhrase(code, 'obs'), code).not.toMatch(/undefined|\{/)
    }
  })
})
