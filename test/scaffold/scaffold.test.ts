import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startAuthor, startFakeOf, type Author } from './author.ts'

// One exact command: that of the README.
const command = 'npm create @fairlead/client'

let author: Author
beforeAll(async () => {
  author = await startAuthor()
})
afterAll(async () => {
  await author?.[Symbol.asyncDispose]()
})

describe('a new client, made with npm', () => {
  let folder: string
  let project: string
  let made: string
  const run = (line: string, env: Readonly<Record<string, string>> = {}): string => author.run(project, line, env)
  beforeAll(() => {
    folder = author.folder()
    made = author.run(folder, `${command} --yes -- --scheme acme-store --example --yes`)
    project = join(folder, 'fairlead-client-acme-store')
    run('npm install')
  })

  test('is told how to go on', () => {
    expect(made).toContain('made fairlead-client-acme-store')
    expect(made).toContain('  cd fairlead-client-acme-store\n  npm install\n  npm test\n')
  })

  test('is green, with the types right', () => {
    run('npm run typecheck')
    expect(run('npm test')).toMatch(/Tests .*\d{3} passed/)
  })

  test('has a README with the tables of its manifest', () => {
    const before = readFileSync(join(project, 'README.md'), 'utf8')
    run('npm run readme')
    expect(readFileSync(join(project, 'README.md'), 'utf8')).toBe(before)
  })

  test('is never written over', () => {
    expect(() => author.run(folder, `${command} --yes -- --scheme acme-store --yes`)).toThrow('is not empty')
  })

  test('is built, packed and installed into the command line, which pushes and pulls through it', async () => {
    run('npm run build')
    run('npm pack')
    const tarball = readdirSync(project).find(name => name.endsWith('.tgz')) ?? ''
    const home = join(folder, 'home')
    const work = join(folder, 'work')
    mkdirSync(work)
    await using fake = await startFakeOf(project)
    const env = {
      FAIRLEAD_HOME: home,
      FAIRLEAD_SECRETS: 'file',
      ACME_STORE_URL: fake.url,
      ACME_STORE_API_KEY: fake.settings['api-key'] ?? '',
      FAIRLEAD_MY_FILES_API_KEY: fake.settings['api-key'] ?? '',
    }
    const fairlead = (line: string): string => run(`npx fairlead ${line}`, env)
    fairlead(`plugins install ${join(project, tarball)}`)
    expect(fairlead('client list')).toContain('acme-store')
    expect(JSON.parse(fairlead('client check acme-store --json'))).toMatchObject({ ok: true })
    writeFileSync(join(work, 'hero.txt'), 'the hero')
    fairlead(`push ${join(work, 'hero.txt')} acme-store://films/hero:v001`)
    expect(fairlead('search hero --client acme-store')).toContain('films/hero')
    fairlead(`pull acme-store://films/hero:v001 ${join(work, 'out')}`)
    // The column of the guide that says what to try after each step.
    writeFileSync(join(project, 'notes.txt'), 'the notes')
    fairlead(`client add my-files acme-store --set url=${fake.url}`)
    const tried = commandsToTry()
    expect(tried.length).toBeGreaterThan(8)
    for (const line of tried) fairlead(line.replace(/^fairlead /, ''))
    expect(readFileSync(join(project, 'out', 'notes.txt'), 'utf8')).toBe('the notes')
    const [name = ''] = readdirSync(join(work, 'out'), { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('hero.txt'))
    expect(readFileSync(join(work, 'out', name), 'utf8')).toBe('the hero')
  })
})

test('a new client without any operation, made with pnpm, is green and says what is next', () => {
  const folder = author.folder()
  // Younger than a day is no fault of a package that was published a moment ago.
  const env = { pnpm_config_minimum_release_age: '0', npm_config_minimum_release_age: '0' }
  const pnpm = (at: string, line: string): string => author.run(at, `npx --yes pnpm@${pnpmVersion()} ${line}`, env)
  pnpm(folder, 'create @fairlead/client --scheme acme --auth oauth2 --capabilities none --package-manager pnpm --yes')
  const project = join(folder, 'fairlead-client-acme')
  pnpm(project, 'install')
  pnpm(project, 'run typecheck')
  const output = pnpm(project, 'test')
  expect(output).toContain('next: push. Declare `write` in src/manifest.ts')
  expect(output).toContain('later: pull. Declare `read`')
  pnpm(project, 'run build')
  expect(existsSync(join(project, 'dist/fairlead.manifest.json'))).toBe(true)
})

test('a new client that reads only, made with yarn, is green', () => {
  const folder = author.folder()
  // Below another project, which it is no part of.
  writeFileSync(join(folder, 'package.json'), '{"private": true}')
  const env = {
    YARN_NPM_REGISTRY_SERVER: author.registry.url,
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    YARN_ENABLE_TELEMETRY: '0',
    YARN_NPM_MINIMAL_AGE_GATE: '0',
  }
  author.run(folder, `${command} --yes -- --scheme acme --auth none --capabilities list,read --package-manager yarn --yes`)
  const project = join(folder, 'fairlead-client-acme')
  const yarn = (line: string): string => author.run(project, `npx --yes --package @yarnpkg/cli-dist@4 yarn ${line}`, env)
  yarn('install')
  yarn('typecheck')
  expect(yarn('test')).toContain('next: push. Declare `write` in src/manifest.ts')
  yarn('build')
  expect(existsSync(join(project, 'dist/index.js'))).toBe(true)
})

/** The commands in the last column of the guide's table of steps. */
function commandsToTry(): readonly string[] {
  const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'writing-a-client.md'), 'utf8')
  const cells = [...guide.matchAll(/^\|(?:[^|]*\|){3}([^|]*)\|$/gm)].map(([, cell = '']) => cell)
  return cells.flatMap(cell => [...cell.matchAll(/`(fairlead [^`]+)`/g)].map(([, line = '']) => line))
}

/** The pnpm of the workspace. */
function pnpmVersion(): string {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')
  return /"packageManager": "pnpm@([^"]+)"/.exec(text)?.[1] ?? 'latest'
}
