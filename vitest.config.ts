import { defineConfig } from 'vitest/config'

const workspace = (folder: string) => ({
  extends: true as const,
  test: { name: folder.split('/').at(-1) ?? folder, root: folder, include: ['test/**/*.test.ts'], typecheck: { enabled: false } },
})

/** Workspace packages are tested from their sources: the condition resolves `@fairlead/*` to `src/`. */
export default defineConfig({
  resolve: { conditions: ['@fairlead/source'] },
  ssr: { resolve: { conditions: ['@fairlead/source', 'node', 'import', 'module', 'default'] } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      workspace('packages/core'),
      workspace('packages/assets'),
      workspace('packages/engine'),
      workspace('packages/catalog'),
      workspace('packages/testkit'),
      workspace('packages/cli'),
      workspace('plugins/disk'),
      { extends: true, test: { name: 'test', root: 'test', include: ['**/*.test.ts'] } },
    ],
  },
})
