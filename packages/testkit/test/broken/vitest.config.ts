import { defineConfig } from 'vitest/config'

/** Its own run: most of these tests must fail. */
export default defineConfig({
  resolve: { conditions: ['@fairlead/source'] },
  ssr: { resolve: { conditions: ['@fairlead/source', 'node', 'import', 'module', 'default'] } },
  test: { root: import.meta.dirname, include: ['{broken,rules}-fixture.ts'], testTimeout: 8000, hookTimeout: 8000, watch: false },
})
