import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { library } from '@fairlead/tools/tsup'

type Plugin = NonNullable<NonNullable<Parameters<typeof library>[0]>['esbuildPlugins']>[number]

const own = /^@fairlead\/(core|assets|client-disk)(\/|$)/

/**
 * A module's `require` that runs at the first use of what it gives. oclif requires everything it may ever need when it is
 * loaded (ejs, semver, minimatch, …), which takes longer than most commands do.
 */
const lazyRequire = `const __lazy = load => { let loaded; const get = () => (loaded ??= load()); return new Proxy(function () {}, { get: (_, key) => get()[key], has: (_, key) => key in get(), apply: (_, self, words) => get().apply(self, words), construct: (_, words) => new (get())(...words) }) };\n`

/** What was bundled is loaded from its sources, without the modules of an index that nothing uses. */
const bundleFromSources: Plugin = {
  name: 'sources without side effects',
  setup(build) {
    build.onResolve({ filter: /^(@fairlead\/|\.\.?\/)/ }, async ({ path, pluginData, ...rest }) => {
      const local = path.startsWith('.') && !rest.importer.includes('node_modules') && rest.kind !== 'entry-point'
      if (pluginData === 'resolved' || (!local && !own.test(path))) return undefined
      return { ...(await build.resolve(path, { ...rest, pluginData: 'resolved' })), sideEffects: false }
    })
  },
}

const lazyOclif: Plugin = {
  name: 'lazy requires in oclif',
  setup(build) {
    build.onLoad({ filter: /@oclif[\\/]core[\\/]lib[\\/].*\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      const lazy = source.replace(
        /^(const|var) (\w+) = ((?:__importDefault|__importStar)?\(?require\("[^"]+"\)\)?|require\('[^']+'\));$/gm,
        '$1 $2 = __lazy(() => $3);',
      )
      return { contents: lazyRequire + lazy, loader: 'js' }
    })
  },
}

/** The licences of what was bundled, which its authors want to go along with it: esbuild names each file above its text. */
function writeLicenses(dist: string): void {
  const chunks = readdirSync(dist).filter(name => name.endsWith('.js'))
  const named = chunks.flatMap(name => [
    ...readFileSync(join(dist, name), 'utf8').matchAll(/^\/\/ (\S*node_modules\/(?:@[^/\s]+\/)?[^/\s]+)\//gm),
  ])
  const folders = new Set(named.map(([, folder = '']) => folder))
  const texts = [...folders].toSorted().map(folder => {
    const path = fileURLToPath(new URL(`${folder}/`, import.meta.url))
    const { name, version, license }: { name: string; version: string; license: string } = JSON.parse(
      readFileSync(join(path, 'package.json'), 'utf8'),
    )
    const file = readdirSync(path).find(entry => /^licen[cs]e/i.test(entry))
    return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(join(path, file), 'utf8').trim()}`
  })
  writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), `${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`)
}

/**
 * The command line starts as fast as bare Node only when what it imports is one bundle: oclif, the prompts, core, assets
 * and the disk client are built in, in chunks that are loaded when they are used. The catalog stays a package of its own,
 * because it starts processes and threads from its own files.
 */
export default library({
  entry: ['src/main.ts', 'src/index.ts', 'src/manifest.ts', 'src/command-classes.ts'],
  dts: { entry: ['src/index.ts'] },
  splitting: true,
  sourcemap: false,
  minifySyntax: true,
  noExternal: [/^@oclif\/core/, /^@inquirer\//, own],
  external: ['@fairlead/catalog', '@napi-rs/keyring', 'sharp', 'typescript', 'ts-node'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; import { dirname as __dirnameOf } from 'node:path'; import { fileURLToPath as __pathOf } from 'node:url'; const require = __createRequire(import.meta.url); const __filename = __pathOf(import.meta.url); const __dirname = __dirnameOf(__filename);",
  },
  esbuildOptions(options) {
    options.conditions = ['@fairlead/source']
  },
  esbuildPlugins: [bundleFromSources, lazyOclif],
  // A process of its own: it runs what was built.
  onSuccess: async () => {
    execFileSync(process.execPath, [fileURLToPath(new URL('dist/manifest.js', import.meta.url))], { stdio: 'inherit' })
    writeLicenses(fileURLToPath(new URL('dist', import.meta.url)))
  },
})
