import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
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
    silent: true,
    sourcemap: true,
    treeshake: true,
    // Some modules, node:sqlite among them, exist only under their full name.
    removeNodeProtocol: false,
    ...options,
  })
}

/**
 * The preset of a client plugin: its two doors, and its manifest as `dist/fairlead.manifest.json`, so that help, forms
 * and docs know the plugin without running its code.
 */
export function plugin(options: Options = {}): ReturnType<typeof defineConfig> {
  return library({
    entry: ['src/index.ts', 'src/manifest.ts'],
    // A process of its own: the build must see the built module as an application would, through the package's exports.
    onSuccess: async () => {
      execFileSync(process.execPath, [fileURLToPath(new URL('emit-manifest.mjs', import.meta.url))], { stdio: 'inherit' })
    },
    ...options,
  })
}
