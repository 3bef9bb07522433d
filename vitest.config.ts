import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Every package, plugin and template with tests is a project, named after its folder. */
const folders = ['packages', 'plugins', 'templates'].flatMap(group =>
  existsSync(join(import.meta.dirname, group))
    ? readdirSync(join(import.meta.dirname, group)).map(name => ({ name, root: `${group}/${name}` }))
    : [],
)

/** Tests of types: they cost a compiler run, and only in a project that has some. */
const typecheck = { enabled: true, include: ['test/**/*.test-d.ts'] }

/** Workspace packages are tested from their sources: the condition resolves `@fairlead/*` to `src/`. */
export default defineConfig({
  resolve: { conditions: ['@fairlead/source'] },
  ssr: { resolve: { conditions: ['@fairlead/source', 'node', 'import', 'default'] } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    silent: 'passed-only',
    projects: [
      ...folders
        .filter(({ root }) => existsSync(join(import.meta.dirname, root, 'test')))
        .map(({ name, root }) => ({ extends: true as const, test: { name, root, include: ['test/**/*.test.ts'], typecheck } })),
      {
        extends: true,
        test: {
          name: 'test',
          root: 'test',
          include: ['**/*.test.ts'],
          exclude: ['packed/**', 'scaffold/**', 'kill/**', 'node_modules/**'],
        },
      },
      // Kills real processes: two trials an operation, or as many as FAIRLEAD_KILL_TRIALS says.
      { extends: true, test: { name: 'kill', root: 'test/kill', include: ['*.test.ts'], hookTimeout: 120_000 } },
      // Installs the packed packages from a registry of its own, so it runs only when named: npm test -- --project packed
      { extends: true, test: { name: 'packed', root: 'test/packed', include: ['*.test.ts'], testTimeout: 300_000, hookTimeout: 600_000 } },
      // Makes new clients from the same registry and installs what they name: npm test -- --project scaffold
      {
        extends: true,
        test: { name: 'scaffold', root: 'test/scaffold', include: ['*.test.ts'], testTimeout: 600_000, hookTimeout: 600_000 },
      },
    ],
  },
})
