import type { Choices } from './choices.ts'

type Names = Pick<Choices, 'name' | 'title'>

const doors = (condition: Readonly<Record<string, string>>, name: string): object => ({
  ...condition,
  types: `./dist/${name}.d.ts`,
  default: `./dist/${name}.js`,
})

const exported = (source: boolean): object => ({
  '.': doors(source ? { '@fairlead/source': './src/index.ts' } : {}, 'index'),
  './manifest': doors(source ? { '@fairlead/source': './src/manifest.ts' } : {}, 'manifest'),
  './fairlead.manifest.json': './dist/fairlead.manifest.json',
  './package.json': './package.json',
})

const head = ({ name, title }: Names): object => ({
  name,
  version: '0.0.0',
  description: `Fairlead client for ${title}.`,
  license: 'Apache-2.0',
})

const json = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`

/** The package.json of a client that is a project of its own. `ranges` has the version range of each package. */
export function projectPackage(names: Names, ranges: Readonly<Record<string, string>>): string {
  const range = (name: string): Readonly<Record<string, string>> => ({ [name]: ranges[name] ?? 'latest' })
  const build = 'tsc -p tsconfig.build.json && node scripts/manifest.ts && node scripts/readme.ts'
  return json({
    ...head(names),
    keywords: ['fairlead', 'fairlead-client'],
    type: 'module',
    sideEffects: false,
    engines: { node: '>=24.15.0' },
    exports: exported(false),
    files: ['dist'],
    // Else npm takes a package with a scope for a private one, and refuses it.
    publishConfig: { access: 'public' },
    scripts: {
      test: 'vitest run',
      typecheck: 'tsc -p .',
      readme: 'node scripts/readme.ts',
      build,
      changeset: 'changeset',
      prepack: build,
    },
    peerDependencies: range('@fairlead/core'),
    devDependencies: {
      ...range('@changesets/cli'),
      ...range('@fairlead/core'),
      ...range('@fairlead/testkit'),
      ...range('@types/node'),
      ...range('fairlead'),
      ...range('fast-check'),
      ...range('typescript'),
      ...range('vite'),
      ...range('vitest'),
    },
  })
}

/** The package.json of a client among the plugins of the workspace. */
export function workspacePackage(names: Names): string {
  return json({
    ...head(names),
    type: 'module',
    engines: { node: '>=24.15.0' },
    exports: exported(true),
    files: ['dist'],
    publishConfig: { access: 'public', exports: exported(false) },
    scripts: { build: 'tsup', readme: 'node --conditions=@fairlead/source scripts/readme.ts', typecheck: 'tsc -p .' },
    peerDependencies: { '@fairlead/core': 'workspace:^' },
    devDependencies: {
      '@fairlead/core': 'workspace:^',
      '@fairlead/testkit': 'workspace:^',
      '@fairlead/tools': 'workspace:^',
      'fast-check': 'catalog:',
      vitest: 'catalog:',
    },
  })
}
