import js from '@eslint/js'
import tseslint from 'typescript-eslint'
import prettier from 'eslint-config-prettier'
import reactHooks from 'eslint-plugin-react-hooks'

/** Modules a pure room must not see: anything with a clock, a socket or a file behind it. */
const impure = [
  'node:*',
  'electron',
  'ws',
  'hono',
  'hono/*',
  '@hono/*',
  'obs-websocket-js',
  'obs-websocket-js/*',
]

/** One import rule: files under `files` may not import what `groups` names. The table below is the house. */
const wall = (files, groups, message) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group: groups, message }] }] },
})

/** What the carrier says and is told is no part of it. */
const carrierMessages = ['!**/shared/carrier/**']

const noClock = [
  { name: 'Date', message: 'Time arrives in events.' },
  { name: 'performance', message: 'Time arrives in events.' },
  { name: 'setTimeout', message: 'Deadlines live in the state.' },
  { name: 'setInterval', message: 'Deadlines live in the state.' },
  { name: 'setImmediate', message: 'Pure rooms do not schedule.' },
  { name: 'fetch', message: 'Pure rooms do no I/O.' },
  { name: 'process', message: 'Pure rooms do not know their process.' },
]

export default tseslint.config(
  { ignores: ['node_modules', 'out', 'release', 'artifacts', 'coverage', 'assets'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/prefer-nullish-coalescing': 'error',
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      eqeqeq: ['error', 'always'],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      parserOptions: { projectService: false },
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
  {
    files: ['src/renderer/**'],
    plugins: { 'react-hooks': reactHooks },
    rules: reactHooks.configs.recommended.rules,
  },
  { files: ['tests/**', 'bench/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  { files: ['src/core/**', 'src/media/**'], rules: { 'no-restricted-globals': ['error', ...noClock] } },
  wall(
    ['src/core/**'],
    [
      ...impure,
      'zod',
      '**/shared/**',
      '**/media/**',
      '**/engine/**',
      '**/carrier/**',
      '**/main/**',
      '**/renderer/**',
      '**/rehearsal/**',
      '**/host/**',
    ],
    'core imports nothing',
  ),
  wall(
    ['src/media/**'],
    [
      ...impure,
      'zod',
      '**/shared/**',
      '**/core/**',
      '**/engine/**',
      '**/carrier/**',
      '**/main/**',
      '**/renderer/**',
      '**/rehearsal/**',
      '**/host/**',
    ],
    'media imports nothing',
  ),
  wall(
    ['src/shared/**'],
    [
      ...impure,
      '**/media/**',
      '**/engine/**',
      '**/carrier/**',
      '**/main/**',
      '**/renderer/**',
      '**/rehearsal/**',
      '**/host/**',
    ],
    'shared imports core and zod',
  ),
  wall(
    ['src/host/**'],
    [
      'electron',
      'zod',
      '**/core/**',
      '**/shared/**',
      '**/media/**',
      '**/engine/**',
      '**/carrier/**',
      '**/main/**',
      '**/renderer/**',
      '**/rehearsal/**',
    ],
    'host imports Node and nothing of ours',
  ),
  wall(
    ['src/engine/**'],
    ['electron', '**/carrier/**', ...carrierMessages, '**/main/**', '**/renderer/**', '**/media/**'],
    'the engine imports core, shared and host; processes never import each other',
  ),
  wall(
    ['src/carrier/**'],
    ['electron', '**/engine/**', '**/main/**', '**/renderer/**', '**/rehearsal/**'],
    'the carrier imports core, shared, media and host',
  ),
  wall(
    // It has a folder `engine` of its own: that it does not reach into src/engine is kept by tests/architecture.
    ['src/main/**'],
    ['**/carrier/**', ...carrierMessages, '**/renderer/**', '**/media/**', '**/rehearsal/**'],
    'the shell imports core, shared and host',
  ),
  wall(
    // The same.
    ['src/renderer/**'],
    [
      'node:*',
      'electron',
      '**/carrier/**',
      '**/main/**',
      '**/media/**',
      '**/host/**',
      '**/rehearsal/**',
      // The screen of that name.
      '!**/features/rehearsal/**',
    ],
    'the page imports core and shared',
  ),
  wall(
    ['src/rehearsal/**'],
    ['electron', '**/engine/**', '**/carrier/**', '**/main/**', '**/renderer/**'],
    'the rehearsal imports core, shared, media and host',
  ),
  prettier,
)
