#!/usr/bin/env node
// npm test: installs what is missing, then lint, types, unit, integration and browser tests. Prints each skipped suite
// with its reason; the last line is `N passed, N failed`. With --require, a suite that would skip is a failure.
import './node-version.mjs'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'

const { electronInWords, ensureElectronForTests } = await import('./electron.mjs')
const { ensureBuild, ensureModules, ensurePackages } = await import('./setup.mjs')

const words = process.argv.slice(2)
const required = words.includes('--require')
const only = words.filter((word) => !word.startsWith('--'))

ensureModules()
const missing = ensurePackages(['ffmpeg', 'nginx', 'obs', 'chromium', 'net', 'desktop'])
if (required && missing.length > 0) {
  console.log(`Needed here and missing: ${missing.join(', ')}`)
  console.log('0 passed, 1 failed')
  process.exit(1)
}
const electron = await ensureElectronForTests()
console.log(
  'reason' in electron
    ? `No Electron, its suites are skipped: ${electron.reason}`
    : electronInWords(electron),
)
ensureBuild()

rmSync('artifacts/results', { recursive: true, force: true })
mkdirSync('artifacts/results', { recursive: true })

const bin = (name) => `node_modules/${name}`
const node = (args, env = {}) =>
  spawnSync(process.execPath, args, { stdio: 'inherit', env: { ...process.env, NO_COLOR: '1', ...env } })
    .status === 0

/** A check without tests of its own counts as one. */
const check =
  (name, ...runs) =>
  () => {
    const passed = runs.every((run) => run())
    return { name, passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: [] }
  }

const vitest = (project) => () => {
  const file = `artifacts/results/${project}.json`
  const done = node([
    bin('vitest/vitest.mjs'),
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ])
  const report = read(file)
  if (report === null) return { name: project, passed: 0, failed: 1, skipped: [] }
  const skipped = report.testResults.flatMap((suite) =>
    suite.assertionResults
      .filter((test) => ['pending', 'skipped', 'disabled', 'todo'].includes(test.status))
      .map((test) => /^.*?\[skipped: .*?\]/.exec(test.fullName)?.[0] ?? test.fullName),
  )
  // A suite that could not be loaded has no tests to count and still fails.
  const broken = report.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
  )
  for (const suite of broken) console.log(`could not run: ${suite.name}: ${suite.message}`)
  const failed = report.numFailedTests + broken.length
  return {
    name: project,
    passed: report.numPassedTests,
    failed: failed === 0 && !done ? 1 : failed,
    skipped: [...new Set(skipped)],
  }
}

const playwright = () => {
  const file = 'artifacts/results/browser.json'
  const done = node([bin('@playwright/test/cli.js'), 'test', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: file,
  })
  const report = read(file)
  if (report === null) return { name: 'browser', passed: 0, failed: 1, skipped: [] }
  const { expected, unexpected, flaky } = report.stats
  const failed = unexpected + flaky
  const skipped = specsOf(report).flatMap((spec) =>
    spec.tests
      .filter((test) => test.status === 'skipped')
      .map((test) => `${spec.title} [skipped: ${test.annotations[0]?.description ?? 'no reason given'}]`),
  )
  return { name: 'browser', passed: expected, failed: failed === 0 && !done ? 1 : failed, skipped }
}

const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)]

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

const suites = {
  lint: check(
    'lint',
    () => node([bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0']),
    () => node([bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']),
  ),
  types: check(
    'types',
    () => node([bin('typescript/bin/tsc'), '-p', 'tsconfig.json', '--noEmit']),
    () => node([bin('typescript/bin/tsc'), '-p', 'tsconfig.pure.json', '--noEmit']),
  ),
  unit: vitest('unit'),
  integration: vitest('integration'),
  browser: playwright,
}

/** No package of the system brings MediaMTX or Electron: their suites alone may skip where everything else is required. */
const maySkip = (title) => /\[skipped: (not on PATH: mediamtx|no Electron binary[^\]]*)\]/.test(title)

const results = []
for (const [name, run] of Object.entries(suites)) {
  if (only.length > 0 && !only.includes(name)) continue
  console.log(`\n== ${name}`)
  results.push(run())
}

console.log('')
for (const result of results) {
  console.log(`${result.name}: ${result.passed} passed, ${result.failed} failed`)
  for (const test of result.skipped) {
    const needed = required && !maySkip(test)
    if (needed) result.failed += 1
    console.log(`  ${needed ? 'failed, for it may not be skipped here' : 'skipped'}: ${test}`)
  }
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0)
const failed = sum('failed')
console.log(`${sum('passed')} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
