import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pack } from '@fairlead/tools/packages'
// @boundaries-ignore the client that tests of the command line install as well
import { shelfFiles, writeFiles, type ShelfPackage } from '../../packages/cli/test/support/shelf-package.ts'
import { startLocalRegistry, type LocalRegistry } from './local-registry.ts'
import { unpack } from './tarball.ts'

/** A package by somebody else: nothing in its name says that it is a client. */
const shelf = '@fairlead/bookcase'
const work = mkdtempSync(join(tmpdir(), 'fairlead-plugins-'))
const consumer = join(work, 'consumer')
let registry: LocalRegistry

const fairlead = (...words: readonly string[]): string => registry.run(consumer, 'npx', '--no-install', 'fairlead', ...words)
const json = (...words: readonly string[]): Readonly<Record<string, unknown>> => JSON.parse(fairlead(...words, '--json'))

/** What a command says that fails. */
function failure(...words: readonly string[]): string {
  try {
    fairlead(...words)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  throw new Error(`fairlead ${words.join(' ')} did not fail`)
}

/** Packs a folder as its author would. */
function tarballOf(folder: string): string {
  return join(work, registry.run(folder, 'npm', 'pack', '--silent', '--pack-destination', work).trim())
}

/** Publishes a version of the client. */
function publish(options: ShelfPackage): string {
  const tarball = tarballOf(writeFiles(join(work, `shelf-${options.version ?? ''}`), shelfFiles({ name: shelf, ...options })))
  registry.publish(tarball)
  return tarball
}

beforeAll(async () => {
  mkdirSync(consumer)
  const tarballs = join(work, 'tarballs')
  mkdirSync(tarballs)
  const packed = pack(tarballs)
  if (!packed.ok) throw new Error(packed.output)
  registry = await startLocalRegistry()
  for (const { tarball } of packed.packages) registry.publish(tarball)
  writeFileSync(join(consumer, 'package.json'), '{"private": true}')
  registry.run(consumer, 'npm', 'install', '--ignore-scripts', 'fairlead')
  // Another version of core: the one that the client brings must not have to be that of the command line.
  const core = packed.packages.find(({ name }) => name === '@fairlead/core')
  if (core === undefined) throw new Error('core was not packed')
  const { folder, text } = unpack(core.tarball, join(work, 'core'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...JSON.parse(text), version: '0.1.99' }))
  registry.publish(tarballOf(folder))
})
afterAll(async () => {
  await registry?.[Symbol.asyncDispose]()
  rmSync(work, { recursive: true, force: true })
})

test('the command line alone has the disk client', () => {
  expect(json('plugins', 'list').clients).toMatchObject([{ name: 'disk', origin: 'built-in' }])
})

test('one command installs a client of ours, with its SDK and its core, and its connections can be added', () => {
  expect(json('plugins', 'install', '@fairlead/client-s3').installed).toMatchObject([
    { package: '@fairlead/client-s3', clients: [{ name: 's3', capabilities: expect.arrayContaining(['write', 'resume', 'share']) }] },
  ])
  expect(fairlead('client', 'add', 'films', 's3', '--set', 'bucket=films')).toContain('added films (s3)')
  expect(failure('plugins', 'install', '@fairlead/client-nothing')).toMatch(
    /npm could not install @fairlead\/client-nothing@latest[\s\S]*hint: /,
  )
  fairlead('plugins', 'uninstall', 's3')
})

test('a client of anybody is found by its manifest, brings its own core, and is pushed to and pulled from', () => {
  publish({ version: '1.0.0', core: 'peer', commands: true })
  expect(fairlead('plugins', 'install', shelf)).toContain(`installed ${shelf} 1.0.0: shelf (Shelf)`)
  const [listed] = (json('plugins', 'list').clients as ReadonlyArray<{ readonly name: string; readonly folder: string }>).filter(
    ({ name }) => name === 'shelf',
  )
  const core = join(listed?.folder ?? '', '..', 'core', 'package.json')
  expect(JSON.parse(readFileSync(core, 'utf8'))).toMatchObject({ name: '@fairlead/core', version: '0.1.99' })
  fairlead('client', 'add', 'books', 'shelf', '--set', 'root=books')
  writeFileSync(join(consumer, 'hero.txt'), 'hero')
  fairlead('push', 'hero.txt', 'books://a/hero:v1')
  fairlead('pull', 'books://a/hero:v1', 'back')
  expect(readFileSync(join(consumer, 'back', 'hero.txt'), 'utf8')).toBe('hero')
  expect(failure('cat', 'books:/nothing')).toMatch(/the shelf has no nothing[\s\S]*hint: Look at the shelf\./)
  expect(fairlead('shelf', 'count')).toMatch(/^\d+ on the shelf\n$/)
})

test('update brings it to the newest version, and leaves it in the old one where the newest is broken', () => {
  expect(json('plugins', 'update').plugins).toMatchObject([{ package: shelf, outcome: 'unchanged', from: '1.0.0' }])
  publish({ version: '1.1.0', core: 'peer' })
  expect(fairlead('plugins', 'update', 'shelf')).toContain(`updated ${shelf}: 1.0.0 → 1.1.0`)
  publish({ version: '2.0.0', contract: 2 })
  expect(failure('plugins', 'update')).toMatch(/1\.1\.0 stays: .*built for contract 2/)
  expect(json('plugins', 'list')).toMatchObject({
    clients: expect.arrayContaining([expect.objectContaining({ name: 'shelf', version: '1.1.0' })]),
    problems: [],
  })
})

test('a version can be asked for, and then is what update stays at', () => {
  expect(fairlead('plugins', 'install', `${shelf}@1.0.0`)).toContain('1.0.0')
  expect(json('plugins', 'update').plugins).toMatchObject([{ outcome: 'unchanged', from: '1.0.0', to: '1.0.0' }])
  expect(failure('plugins', 'install', `${shelf}@9`)).toMatch(/9[\s\S]*hint: Check its name and version/)
  expect(fairlead('plugins', 'uninstall', 'shelf')).toContain(`uninstalled ${shelf}`)
  expect(failure('ls', 'books://')).toContain('no client called "shelf" is installed')
})

test('@fairlead/all brings all of them, and takes them away together', () => {
  expect(fairlead('plugins', 'install', '@fairlead/all')).toContain('s3 (')
  const { clients, problems } = json('plugins', 'list') as {
    clients: ReadonlyArray<{ name: string; broughtBy?: string }>
    problems: unknown
  }
  expect(problems).toEqual([])
  expect(clients.filter(({ broughtBy }) => broughtBy === '@fairlead/all').map(({ name }) => name)).toEqual(
    expect.arrayContaining(['azure', 's3', 'swift']),
  )
  expect(failure('plugins', 'uninstall', 's3')).toContain('fairlead plugins uninstall @fairlead/all')
  fairlead('plugins', 'uninstall', '@fairlead/all')
  expect(json('plugins', 'list').clients).toHaveLength(1)
})

test('a client that a package manager installs beside the command line is found too', () => {
  registry.run(consumer, 'npm', 'install', '--ignore-scripts', '--legacy-peer-deps', `${shelf}@1.1.0`)
  expect(json('plugins', 'list').clients).toContainEqual(expect.objectContaining({ name: 'shelf', origin: 'beside', version: '1.1.0' }))
  expect(failure('plugins', 'uninstall', 'shelf')).toContain(`npm uninstall ${shelf}`)
  expect(fairlead('search', 'hero', '--client', 'books')).toContain('books://a/hero:v1')
})
