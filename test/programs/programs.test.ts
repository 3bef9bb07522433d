import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { environmentName } from '@fairlead/core/host'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { services } from './services.ts'

const root = join(import.meta.dirname, '..', '..')
const page = readFileSync(join(root, 'docs', 'programs.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'fairlead-programs-'))

/** The program below each heading of the page. */
const programs = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map(section => [section.split('\n')[0] ?? '', /```ts\n([\s\S]*?)```/.exec(section)?.[1] ?? ''] as const),
)

/** What each program prints. */
const printed: Readonly<Record<string, string>> = {
  disk: 'hero v001\n',
  s3: '200\n',
  azure: 'created hero v001\n',
  swift: 'true\n',
  drive: 'hero v001\n',
  dropbox: 'hero v001\n',
  girder: 'hero v001\n',
  'Several clients': '1\n',
}
const clients = readdirSync(join(root, 'plugins'))

const fileOf = (heading: string): string => `${heading.replaceAll(/\W+/g, '-').toLowerCase()}.ts`

beforeAll(() => {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@fairlead'), { recursive: true })
  mkdirSync(join(modules, '@types'))
  for (const name of ['core', 'all']) symlinkSync(join(root, 'packages', name), join(modules, '@fairlead', name))
  for (const name of clients) symlinkSync(join(root, 'plugins', name), join(modules, '@fairlead', `client-${name}`))
  symlinkSync(dirname(createRequire(join(root, 'package.json')).resolve('@types/node/package.json')), join(modules, '@types', 'node'))
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
  for (const [heading, program] of programs) writeFileSync(join(folder, fileOf(heading)), program)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the page has a program for every client', () => {
  expect([...programs.keys()]).toEqual(expect.arrayContaining(clients))
  expect([...programs.keys()].toSorted()).toEqual(Object.keys(printed).toSorted())
})

test('the page on installing names every client with its package', () => {
  const installing = readFileSync(join(root, 'docs', 'installing-clients.md'), 'utf8')
  for (const name of clients.filter(one => one !== 'disk')) expect(installing).toContain(`| \`${name}\` | \`@fairlead/client-${name}\` |`)
})

test('every program is right by its types', () => {
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'esnext'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    customConditions: ['@fairlead/source'],
    allowImportingTsExtensions: true,
    strict: true,
    // The sources of the packages are held to it, whatever a program that installs them is.
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [...programs.keys()].map(fileOf) }))
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' })
  expect(stdout).toBe('')
  expect(status).toBe(0)
}, 240_000)

test.each(Object.entries(printed))('the program "%s" runs as it stands', async (heading, expected) => {
  const place = mkdtempSync(join(folder, 'run-'))
  mkdirSync(join(place, 'hero'))
  writeFileSync(join(place, 'hero', 'hero.txt'), 'hero')
  // All together use the disk and S3.
  const name = heading === 'Several clients' ? 's3' : heading
  await using service = await services[name]?.()
  const settings = { ...service?.settings, ...(heading !== name && { bucket: 'copies' }) }
  const variables = Object.entries(settings).map(([setting, value]) => [environmentName(name, setting), String(value)] as const)
  const child = spawn(process.execPath, ['--conditions=@fairlead/source', join(folder, fileOf(heading))], {
    cwd: place,
    env: {
      PATH: process.env.PATH,
      HOME: place,
      FAIRLEAD_HOME: join(place, '.home'),
      FAIRLEAD_SECRETS: 'file',
      ...Object.fromEntries(variables),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, complaints] = await Promise.all([text(child.stdout), text(child.stderr)])
  expect(out, complaints).toBe(expected)
  expect(complaints).not.toMatch(/Warning|Error/)
})
