import { defineConfig, type Options } from 'tsup'

/** The one build preset: ES modules and declarations for Node, source maps, nothing bundled that is a dependency. */
export function library(options: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: ['src/index.ts'],
    format: ['esm'],
    target: 'node24',
    platform: 'node',
    dts: true,
    clean: true,
    sourcemap: true,
    treeshake: true,
    ...options,
  })
}
