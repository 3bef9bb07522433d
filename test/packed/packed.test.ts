import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pack, type Packed } from '@fairlead/tools/packages'
import { startLocalRegistry, type LocalRegistry } from './local-registry.ts'
import { moduleNames, targets, unpack } from './tarball.ts'

const catalog = readFileSync(join(import.meta.dirname, '..', '..', 'pnpm-workspace.yaml'), 'utf8')
const versionOf = (name: string): string => new RegExp(`^ +["']?${name}["']?: (\\S+)$`, 'm').exec(catalog)?.[1] ?? 'latest'

const work = mkdtempSync(join(tmpdir(), 'fairlead-consumer-'))
const tarballs = join(work, 'tarballs')
mkdirSync(tarballs)
const packed: Packed = pack(tarballs)
const packages = packed.packages.map(one => ({ ...one, ...unpack(one.tarball, join(work, 'unpacked', one.folder)) }))
afterAll(() => rmSync(work, { recursive: true, force: true }))

test('every published package could be packed', () => {
  expect(packed.ok, packed.output).toBe(true)
  expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(['fairlead', '@fairlead/core', '@fairlead/client-disk']))
})

describe.each(packages.map(one => [one.name, one] as const))('the tarball of %s', (_name, one) => {
  test('holds its build, its README and its licence', () => {
    expect(one.files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']))
  })

  test('holds no sources, tests or settings of the workspace', () => {
    // What new clients are made of is no part of a package itself.
    const own = one.files.filter(file => !file.startsWith('dist/template/'))
    expect(own.filter(file => /^(src|test)\/|tsconfig|tsup\.config|turbo\.json|\.env|\.npmrc/.test(file))).toEqual([])
  })

  test('names no version and no file that exists only in the workspace', () => {
    expect(one.text).not.toMatch(/workspace:|catalog:|@fairlead\/source|\.\/src\//)
  })

  test('every export and every command leads to a file it holds', () => {
    const named = [...targets(one.manifest.exports), ...Object.values(one.manifest.bin ?? {})]
    expect(named.filter(file => !one.files.includes(file.replace('./', '')))).toEqual([])
  })
})

test.each(packages.filter(({ plugin }) => plugin).map(one => [one.name, one] as const))(
  '%s carries its manifest as data',
  (name, { folder }) => {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'dist/fairlead.manifest.json'), 'utf8'))
    expect(manifest).toMatchObject({ contract: 1, package: name, options: expect.any(Object), capabilities: expect.any(Object) })
  },
)

describe('an empty folder that installs them from a registry', () => {
  const consumer = join(work, 'consumer')
  const modules = packages.flatMap(({ manifest }) => moduleNames(manifest))
  let registry: LocalRegistry

  beforeAll(async () => {
    registry = await startLocalRegistry()
    for (const { tarball } of packages) registry.publish(tarball)
    mkdirSync(consumer)
    writeFileSync(join(consumer, 'package.json'), '{"private": true, "type": "module"}')
    const tools = ['typescript', '@types/node', 'vitest'].map(name => `${name}@${versionOf(name)}`)
    registry.run(consumer, 'npm', 'install', '--engine-strict', '--ignore-scripts', ...packages.map(({ name }) => name), ...tools)
  })
  afterAll(async () => registry?.[Symbol.asyncDispose]())

  test('has each of them once, in the version that was packed', () => {
    const lock = JSON.parse(readFileSync(join(consumer, 'package-lock.json'), 'utf8')) as { packages: Record<string, { version?: string }> }
    const ours = Object.entries(lock.packages).filter(([path]) => /node_modules\/(fairlead|@fairlead\/[^/]+)$/.test(path))
    const wanted = packages.map(({ name, manifest }) => `node_modules/${name} ${manifest.version}`)
    expect(ours.map(([path, { version }]) => `${path} ${version}`).toSorted()).toEqual(wanted.toSorted())
  })

  test.each(modules)('imports %s', name => {
    expect(registry.run(consumer, 'node', '--input-type=module', '--eval', `await import('${name}'); console.log('loaded')`)).toBe(
      'loaded\n',
    )
  })

  test.each(['nodenext', 'bundler'])('type-checks a program that uses all of them, resolved as %s', resolution => {
    const lines = modules.map((name, index) => `import * as module${index} from '${name}'`)
    const program = [
      ...lines,
      "import { FairleadError, type ErrorCode } from '@fairlead/core'",
      `export const all: readonly object[] = [${modules.map((_, index) => `module${index}`).join(', ')}]`,
      "export const code: ErrorCode = new FairleadError('not-found', 'nothing is there').code",
      '// @ts-expect-error: the codes are a closed set, so their types must have arrived.',
      "export const wrong: ErrorCode = 'no such code'",
    ]
    writeFileSync(join(consumer, 'program.ts'), program.join('\n'))
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext'
    const language = { target: 'es2024', lib: ['es2024', 'esnext.disposable'], module, moduleResolution: resolution }
    const compilerOptions = { ...language, strict: true, noEmit: true, types: ['node'], skipLibCheck: false }
    writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
    expect(registry.run(consumer, 'npx', 'tsc', '-p', '.')).toBe('')
  })

  test('runs `npx fairlead --version`', () => {
    const version = packages.find(({ name }) => name === 'fairlead')?.manifest.version
    expect(registry.run(consumer, 'npx', 'fairlead', '--version')).toContain(version)
  })
})
