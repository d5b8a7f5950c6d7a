import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const check = './node-version.mjs'

/** Every script that npm runs by Node itself, and the one that people run by hand. */
const npm = Object.values((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts)
const byNpm = [...new Set(npm.flatMap((line) => /\bscripts\/\w+\.mjs/.exec(line)?.[0] ?? []))]
const entries = [...byNpm, 'scripts/electron.mjs']

/** What is linked before anything runs, in the order in which it runs. */
function staticImports(path: string): readonly string[] {
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest)
  return source.statements
    .filter(ts.isImportDeclaration)
    .map(({ moduleSpecifier }) => (moduleSpecifier as ts.StringLiteral).text)
}

/**
 * Has a script run as an older Node would: another version, and no directory in `import.meta`, which came with 20.11.
 * The hooks that change this run in this Node.
 */
function runAs(version: string, script: string): { readonly status: number | null; readonly said: string } {
  const hooks = `
    export async function load(url, context, next) {
      const loaded = await next(url, context)
      if (!url.includes('/scripts/')) return loaded
      return { ...loaded, source: String(loaded.source).replace(/import\\.meta\\.(dirname|filename)/g, 'undefined') }
    }`
  const module = (text: string): string => `data:text/javascript,${encodeURIComponent(text)}`
  const set = `
    import { register } from 'node:module'
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })
    register(${JSON.stringify(module(hooks))})`
  const done = spawnSync(process.execPath, ['--import', module(set), join(root, script), '--help'], {
    encoding: 'utf8',
    timeout: 30_000,
  })
  return { status: done.status, said: done.stdout + done.stderr }
}

describe('a Node that is too old', () => {
  it('meets every script of npm', () => {
    expect(byNpm).toEqual(expect.arrayContaining(['scripts/start.mjs', 'scripts/test.mjs']))
    expect(byNpm.length).toBeGreaterThan(4)
  })

  it.each(['14.21.3', '16.20.2', '18.20.8', '20.18.3'])(
    '%s is told so by npm start, in one line',
    (version) => {
      expect(runAs(version, 'scripts/start.mjs')).toEqual({
        status: 1,
        said: `Understudy needs Node 20.19 or newer; this is ${version}. Install one from nodejs.org.\n`,
      })
    },
  )

  it.each(entries)('is told so by %s', (script) => {
    expect(runAs('18.20.8', script)).toEqual({
      status: 1,
      said: 'Understudy needs Node 20.19 or newer; this is 18.20.8. Install one from nodejs.org.\n',
    })
  })

  it.each(['20.19.0', '22.0.0', '100.0.0'])('is not what %s is', (version) => {
    expect(runAs(version, 'scripts/node-version.mjs')).toEqual({ status: 0, said: '' })
  })

  it.each(entries)('can read all that %s loads before the check', (script) => {
    const [first, ...others] = staticImports(script)
    expect(first).toBe(check)
    // Whatever else is linked first must be there in any Node: built in, or a file that asks first by itself.
    const own = others.filter((name) => !name.startsWith('node:'))
    expect(own).toEqual(script === 'scripts/electron.mjs' ? ['./electron-stand-in.mjs'] : [])
    // Syntax that came after Node 14.8: such a file would end in an error of syntax before any check.
    expect(read(script)).not.toMatch(/\?\?=|\|\|=|&&=|\bstatic \{|\) with \{|' with \{/)
  })

  it('is measured by a script that needs nothing', () => {
    expect(staticImports('scripts/node-version.mjs')).toEqual([])
    expect(read('scripts/node-version.mjs').replace(/^\/\/.*$/gm, '')).not.toMatch(/import|\?\?|\?\.|await/)
  })

  it('is the same one that package.json names', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } }
    expect(engines.node).toBe('>=20.19')
  })
})
