import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

interface Text {
  /** From the repository's top, with forward slashes. */
  readonly path: string
  readonly text: string
}

function textsUnder(folder: string, pattern: RegExp): Text[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => ({
      path: relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'),
      text: readFileSync(join(entry.parentPath, entry.name), 'utf8'),
    }))
}

/** Sections by file of facts: `obs` -> `4`, `4.2`. */
type Sections = ReadonlyMap<string, ReadonlySet<string>>

const heading = /^#{2,3} (\d+(?:\.\d+)*)\.? /gm
const numbersOf = (text: string): string[] => [...text.matchAll(heading)].map(([, number = '']) => number)

interface Citation {
  readonly path: string
  /** As written, from the file's name on. */
  readonly words: string
  /** With `docs/facts/` before the name, as code has to write it. */
  readonly whole: boolean
  readonly file: string
  /** Empty: it names a file and no section. */
  readonly sections: readonly string[]
}

/** `docs/facts/obs.md 4.2`, also `4.2 and 11.8` and `1, 2 and 3`, also over the end of a comment's line. */
function citationsIn({ path, text }: Text, files: readonly string[]): Citation[] {
  const flat = text.replace(/\s*\n\s*(?:\*|\/\/|#)?\s*/g, ' ')
  const number = String.raw`\d+(?:\.\d+)*(?![\w%]|\.\d)`
  const pattern = new RegExp(
    String.raw`(docs/facts/)?\b(${files.join('|')})\.md\b(?:\]\([^)]*\))?((?: (?:and )?${number},?)*)`,
    'g',
  )
  return [...flat.matchAll(pattern)].map(([words, prefix, file = '', tail = '']) => ({
    path,
    words: words.trim(),
    whole: prefix !== undefined,
    file,
    sections: tail.match(/\d+(?:\.\d+)*/g) ?? [],
  }))
}

/** What is wrong with each citation that leads nowhere. In code every one names its file whole, and a section. */
function faults(citations: readonly Citation[], sections: Sections, inCode: boolean): string[] {
  return citations.flatMap(({ path, words, whole, file, sections: cited }) => {
    const fault = (why: string): string => `${path}: "${words}" ${why}`
    const missing = cited.filter((number) => sections.get(file)?.has(number) !== true)
    return [
      ...missing.map((number) => fault(`names section ${number}, which is not there`)),
      ...(inCode && !whole ? [fault(`has to be written docs/facts/${file}.md`)] : []),
      ...(inCode && cited.length === 0 ? [fault('names no section')] : []),
    ]
  })
}

const facts = textsUnder('docs/facts', /\.md$/)
const nameOf = ({ path }: Text): string => path.replace(/^.*\/|\.md$/g, '')
const sections: Sections = new Map(facts.map((file) => [nameOf(file), new Set(numbersOf(file.text))]))
const names = [...sections.keys()]

const code = ['src', 'tests', 'bench', 'fuzz', 'soak', 'scripts']
  .flatMap((folder) => textsUnder(folder, /\.(ts|tsx|mts|cts|mjs)$/))
  // Its own wrong citations are made up.
  .filter(({ path }) => path !== 'tests/architecture/facts.test.ts')
const pages = [
  ...textsUnder('docs', /\.md$/),
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'].map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  })),
]

describe('citations of facts', () => {
  const inCode = code.flatMap((text) => citationsIn(text, names))

  it('are found', () => {
    expect(inCode.length).toBeGreaterThanOrEqual(20)
    expect(sections.get('obs')).toContain('4.2')
  })

  it('lead to a section, from code', () => {
    expect(faults(inCode, sections, true)).toEqual([])
    // The file that was meant before there was one.
    expect(
      code.filter(({ text }) => /pull-ingest\.md|CONTRIBUTING(?:\.md)?[, (]+"?Facts/.test(text)),
    ).toEqual([])
  })

  it('lead to a section, from page to page', () => {
    expect(
      faults(
        pages.flatMap((page) => citationsIn(page, names)),
        sections,
        false,
      ),
    ).toEqual([])
  })
})

describe('the check of citations', () => {
  const known: Sections = new Map([
    ['obs', new Set(['4', '4.2', '11.1'])],
    ['pull-ingests', new Set(['1'])],
  ])
  const check = (text: string): readonly string[] =>
    faults(citationsIn({ path: 'made-up.ts', text }, ['obs', 'pull-ingests']), known, true)

  it.each([
    '// OBS crashes (docs/facts/obs.md 4.2).',
    '/** docs/facts/obs.md 4.2 and 11.1: 5 s. See docs/facts/pull-ingests.md 1, which says more. */',
    '/** By docs/facts/obs.md 4, 4.2 and 11.1, and held against it. */',
    '/**\n * Long words (docs/facts/obs.md\n * 4.2).\n */',
    '// docs/facts/obs.md 4: 30 s. Our jobs.md and obs.mdx are none.',
  ])('takes %j', (text) => {
    expect(check(text)).toEqual([])
  })

  it.each([
    ['// (docs/facts/obs.md 4.3)', 'names section 4.3, which is not there'],
    ['// (docs/facts/obs.md 4.2 and 12)', 'names section 12, which is not there'],
    ['// (docs/facts/obs.md 4, 11.2 and 4.2)', 'names section 11.2, which is not there'],
    ['// (docs/facts/obs.md\n// 4.21)', 'names section 4.21, which is not there'],
    ['// (docs/facts/pull-ingests.md 4.2)', 'names section 4.2, which is not there'],
    ['// (obs.md 4.2)', 'has to be written docs/facts/obs.md'],
    ['// as docs/facts/obs.md says', 'names no section'],
  ])('refuses %j', (text, why) => {
    expect(check(text)).toEqual([expect.stringContaining(why)])
  })

  it("reads a page's links", () => {
    const page = (text: string): readonly string[] =>
      faults(citationsIn({ path: 'made-up.md', text }, ['obs', 'pull-ingests']), known, false)
    expect(page('As OBS does ([obs.md](facts/obs.md) 4.2), and [obs.md](obs.md) as a whole.')).toEqual([])
    expect(page('As OBS does ([obs.md](facts/obs.md)\n4.9).')).toEqual([expect.stringContaining('4.9')])
  })
})

describe('the facts', () => {
  it('have every number once, in order, and a source in every chapter', () => {
    for (const file of facts) {
      const numbers = numbersOf(file.text)
      expect(new Set(numbers).size, file.path).toBe(numbers.length)
      const inOrder = [...numbers].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      expect(numbers, file.path).toEqual(inOrder)
      for (const chapter of file.text.split(/^## /m).slice(1)) {
        expect(chapter, `${file.path}: ${chapter.split('\n')[0] ?? ''}`).toMatch(/^Sources: /m)
      }
    }
  })

  it('name only files that are there', () => {
    const gone = pages
      .filter(({ path }) => path.startsWith('docs/'))
      .flatMap(({ path, text }) => {
        const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, to = '']) =>
          join(path, '..', to),
        )
        const named = [...text.matchAll(/`((?:src|tests|scripts|docs)\/[\w./-]+)`/g)].map(([, to = '']) => to)
        return [...links, ...named]
          .filter((to) => !existsSync(join(root, to)))
          .map((to) => `${path} -> ${to}`)
      })
    expect(gone).toEqual([])
  })
})
