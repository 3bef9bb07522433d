import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { rules } from './structure/rules.ts'
import { importsOf, readTree, type Tree } from './structure/tree.ts'

const root = join(import.meta.dirname, '..')
const workspace = readTree(
  root,
  ['packages', 'plugins', 'templates', 'test', 'bench'].filter(folder => existsSync(join(root, folder))),
)

/** A small workspace that keeps every rule, with some of its files replaced, added or, with `undefined`, removed. */
function tree(changes: Readonly<Record<string, string | undefined>> = {}): Tree {
  const files: Record<string, string | undefined> = {
    'packages/core/src/index.ts': "export { a } from './contract/a.ts'\n",
    'packages/core/src/contract/a.ts': 'export const a = 1\n',
    'packages/core/src/host/run.ts': "import { a } from '../contract/a.ts'\nimport { readFileSync } from 'node:fs'\n",
    'packages/catalog/src/query/process.ts': 'process.exit()\n',
    'packages/catalog/src/read.ts': "import { a } from '@fairlead/core/host'\nimport { b } from '@fairlead/assets'\n",
    'packages/cli/src/main.ts': "import disk from '@fairlead/client-box'\nconsole.log(process.exit)\n",
    'plugins/box/package.json': '{"dependencies": {"box-sdk": "1"}, "devDependencies": {"vitest": "1"}}',
    'plugins/box/src/index.ts': "import { connect } from './connection.ts'\nexport const box = definePlugin({ connect })\n",
    'plugins/box/src/manifest.ts': '',
    'plugins/box/src/connection.ts': "import { ApiConnection } from '@fairlead/core'\nimport { join } from 'node:path'\n",
    'plugins/box/src/service.ts': "import { Box } from 'box-sdk/client'\n",
    'plugins/box/src/mapping.ts': '',
    'plugins/box/src/errors.ts': '',
    'plugins/box/test/conformance.test.ts': "import { conformance } from '@fairlead/testkit'\nimport { test } from 'vitest'\n",
    'plugins/box/test/setups.ts': '',
    ...changes,
  }
  return new Map(Object.entries(files).flatMap(([path, text]) => (text === undefined ? [] : [[path, text]])))
}

describe('the workspace', () => {
  test('was found', () => {
    expect([...workspace.keys()]).toContain('packages/core/src/index.ts')
    expect(workspace.size).toBeGreaterThan(20)
  })

  test.each(Object.entries(rules))('keeps the rule %s', (_name, rule) => {
    expect(rule(workspace)).toEqual([])
  })
})

describe('a small workspace', () => {
  test.each(Object.entries(rules))('keeps the rule %s', (_name, rule) => {
    expect(rule(tree())).toEqual([])
  })
})

type Breach = readonly [rule: keyof typeof rules, what: string, changes: Readonly<Record<string, string | undefined>>, problem: string]

const breaches: readonly Breach[] = [
  ['pluginFiles', 'a plugin without a mapping', { 'plugins/box/src/mapping.ts': undefined }, 'plugins/box has no src/mapping.ts'],
  ['pluginFiles', 'a plugin without setups', { 'plugins/box/test/setups.ts': undefined }, 'plugins/box has no test/setups.ts'],
  [
    'pluginFiles',
    'a plugin without a service',
    { 'plugins/box/src/service.ts': undefined },
    'plugins/box has no src/service.ts or src/service/',
  ],
  [
    'pluginFiles',
    'a long index',
    { 'plugins/box/src/index.ts': '\n'.repeat(30) + 'export {}' },
    'plugins/box/src/index.ts has 31 lines, more than 25',
  ],
  ['pluginFiles', 'an incomplete template', { 'templates/client/package.json': '{}' }, 'templates/client has no src/index.ts'],
  [
    'pluginImports',
    "a plugin at core's second door",
    { 'plugins/box/src/mapping.ts': "import { x } from '@fairlead/core/host'" },
    'plugins/box/src/mapping.ts imports @fairlead/core/host',
  ],
  [
    'pluginImports',
    'the test kit in the sources of a plugin',
    { 'plugins/box/src/errors.ts': "import { x } from '@fairlead/testkit'" },
    'plugins/box/src/errors.ts imports @fairlead/testkit',
  ],
  [
    'pluginImports',
    'an undeclared package',
    { 'plugins/box/src/service.ts': "import x from 'other'" },
    'plugins/box/src/service.ts imports other',
  ],
  [
    'pluginImports',
    'the SDK outside the service',
    { 'plugins/box/src/mapping.ts': "import type { Item } from 'box-sdk'" },
    'plugins/box/src/mapping.ts imports the SDK box-sdk',
  ],
  [
    'contractWithoutHost',
    'a contract that leans on the host',
    { 'packages/core/src/contract/a.ts': "export { x } from '../host/run.ts'" },
    'packages/core/src/contract/a.ts imports ../host/run.ts',
  ],
  [
    'firstDoorIsPure',
    'a file system behind the first door',
    { 'packages/core/src/contract/a.ts': "import { readFileSync } from 'node:fs'" },
    'packages/core/src/contract/a.ts imports node:fs',
  ],
  [
    'directionOfImports',
    'a core that knows the catalog',
    { 'packages/core/src/contract/a.ts': "const x = await import('@fairlead/catalog')" },
    'core may not import catalog',
  ],
  [
    'directionOfImports',
    'assets with a database',
    { 'packages/assets/src/a.ts': "import 'node:sqlite'" },
    'packages/assets/src/a.ts imports node:sqlite',
  ],
  [
    'directionOfImports',
    'a library that imports the application',
    { 'packages/catalog/src/a.ts': "import 'fairlead'" },
    'catalog may not import cli',
  ],
  [
    'pluginsAreRegistered',
    'a library that imports a plugin',
    { 'packages/catalog/src/read.ts': "import { box } from '@fairlead/client-box/manifest'" },
    'packages/catalog/src/read.ts imports the plugin @fairlead/client-box/manifest',
  ],
  [
    'indexesOnlyExport',
    'logic in an index',
    { 'packages/core/src/index.ts': 'export const a = 1' },
    'packages/core/src/index.ts holds more than exports',
  ],
  [
    'indexesOnlyExport',
    'logic in the index of a plugin',
    { 'plugins/box/src/index.ts': 'function f() {}' },
    'plugins/box/src/index.ts holds more than exports',
  ],
  [
    'librariesAreQuiet',
    'a library that prints',
    { 'plugins/box/src/errors.ts': "console.warn('x')" },
    'plugins/box/src/errors.ts uses console.warn',
  ],
  [
    'librariesAreQuiet',
    'a library that exits',
    { 'packages/core/src/host/run.ts': 'process.exit(1)' },
    'packages/core/src/host/run.ts uses process.exit',
  ],
  [
    'filesAreSmall',
    'a name in camel case',
    { 'packages/core/src/fooBar.ts': '' },
    'packages/core/src/fooBar.ts is not named in kebab-case',
  ],
  [
    'filesAreSmall',
    'a very long file',
    { 'packages/core/src/long.ts': 'a\n'.repeat(401) },
    'packages/core/src/long.ts has 401 lines, more than 400',
  ],
  [
    'keptOpen',
    'a promise that is returned out of what is closed meanwhile',
    {
      'packages/cli/src/list.ts':
        'class List {\n  async run() {\n    await using client = open()\n    return this.all ? this.list(client) : []\n  }\n  async list() {}\n}\n',
    },
    'packages/cli/src/list.ts:4 needs "return await"',
  ],
]

test.each(breaches)('%s finds %s', (rule, _what, changes, problem) => {
  expect(rules[rule](tree(changes)).join('\n')).toContain(problem)
})

test('every rule has an example that breaks it', () => {
  expect(new Set(breaches.map(([rule]) => rule))).toEqual(new Set(Object.keys(rules)))
})

test('imports in comments and strings are none, types are told apart', () => {
  const text = `// import 'a'\nconst s = "import 'b'"\nimport type { C } from 'c'\nexport * from 'd'\nlet e: import('e').E\nimport 'f'\n`
  expect(importsOf('x.ts', text)).toEqual([
    { specifier: 'c', typeOnly: true },
    { specifier: 'd', typeOnly: false },
    { specifier: 'e', typeOnly: true },
    { specifier: 'f', typeOnly: false },
  ])
})
