import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { commands } from '../src/commands.ts'
import { built } from './support/build.ts'
import { bin, expectSchema, place } from './support/run.ts'

beforeAll(built, 300_000)

describe('a wrong use ends with 2 and says what to do', () => {
  const wrong: ReadonlyArray<readonly [words: readonly string[], says: string]> = [
    [['pusj', 'x'], 'Did you mean `fairlead push`?'],
    [['client', 'ad'], 'Did you mean `fairlead client add`?'],
    [['nmae', 'parse'], 'Did you mean `fairlead name parse`?'],
    [['push', 'x', '--froce'], 'Did you mean --force?'],
    [['push'], 'PATH is missing'],
    [['push', 'a', 'b/c', 'd'], 'Unexpected argument'],
    [['pull', 'no-reference'], 'not a reference'],
    [['search', 'nokey:x'], 'Keys are'],
    [['cat', ':/x', '--range', 'x'], 'not a byte range'],
    [['cat', ':/x', '--version', ''], '--version is empty'],
    [['copy', 'x', ':/x', '--filter-from', '/dev/zero'], 'too many for patterns'],
    [['cat', 'cat001/hero:v1', '--version', 'x'], 'works only on objects'],
    [['ls', 'cat001/', '--versions'], 'works only on objects'],
    [['ls', 'archive:'], 'archive://'],
    [['share', 'a/b', '--expires', 'soon'], 'not a duration'],
    [['push', 'x', 'a/b', '--label', 'x'], 'KEY=VALUE'],
    [['completion', 'tcsh'], 'bash, zsh, fish, powershell'],
    [['query', '--group-by', 'shot'], 'file, asset'],
    [['--nonsense'], 'There is no flag'],
    [['remove', ':/', '--yes'], 'everything'],
    [['push', 'x', '--quiet', '--verbose'], 'verbose'],
  ]

  test.each(wrong.map(([words, says]) => [words.join(' '), words, says] as const))('fairlead %s', (_title, words, says) => {
    using here = place()
    const { code, out, err } = here.run(...words)
    expect(err).toContain(says)
    expect(code).toBe(2)
    expect(out).toBe('')
  })

  test('with --json it is an object on standard output', () => {
    using here = place()
    for (const words of [['pull', 'nothing'], ['push', '--froce'], ['nonsense']]) {
      const { code, out, err } = here.run(...words, '--json')
      expect(code).toBe(2)
      expect(err).toBe('')
      expectSchema('error', JSON.parse(out))
    }
  })
})

describe('fairlead alone', () => {
  test('says what it is, the state of the folder, and three commands', () => {
    using here = place()
    const { code, out } = here.run()
    expect(code).toBe(0)
    expect(out).toContain('This folder is not a project')
    expect(here.json('home').next).toHaveLength(3)
    here.run('init', '.', '--example', '--faulty')
    expect(here.run().out).toContain('not scanned yet')
    here.run('update')
    expect(here.run().out).toContain('The last update found 3 invalid assets or files')
  })

  test('tells its version', () => {
    using here = place()
    expect(here.run('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^fairlead \d+\.\d+\.\d+ /) })
  })
})

describe('help', () => {
  test('lists every command and topic once, in groups', () => {
    using here = place()
    const { out } = here.run('--help')
    const listed = [...out.matchAll(/^  ([a-z]+) {2,}\S/gm)].map(([, word = '']) => word)
    const hidden = ['home', 'complete']
    const words = new Set(Object.keys(commands).map(id => id.replace(/:.*/, '')))
    expect(listed.toSorted()).toEqual([...words].filter(word => !hidden.includes(word)).toSorted())
  })

  test('is there for everything, a topic, and a command', () => {
    using here = place()
    expect(here.run('--help').out).toContain('push')
    expect(here.run('client').out).toContain('client add')
    expect(here.run('help', 'push').out).toContain('--label')
    const { code, out } = here.run('local', 'push', '--help')
    expect(code).toBe(0)
    expect(out).toContain('REFERENCE')
  })

  test.each([
    ['help', 'nosuch'],
    ['help', 'spec', 'nosuch'],
    ['spec', 'nosuch', '--help'],
    ['help', 'constructor'],
    ['nosuch', '--help'],
  ])('says that there is none on %s %s', (...words) => {
    using here = place()
    const { code, err } = here.run(...words)
    expect(err).toMatch(/^error: There is no command "[a-z ]+"\.\nhint: .*\n$/)
    expect(code).toBe(2)
  })

  test('is named by what is wrong with a flag, in one line', () => {
    using here = place()
    expect(here.run('query', '--limit', 'many').err).toMatch(/^error: Parsing --limit Expected an integer but received: many\.\nhint: /)
    expect(here.run('update', '--settle', '1').err).toMatch(
      /^error: All of the following must be provided when using --settle: --watch\.\n/,
    )
  })

  test('comes without loading a command, a client or the catalog', () => {
    const listing = `data:text/javascript,${encodeURIComponent("import { registerHooks } from 'node:module'; registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context) } })")}`
    for (const words of [['reference', 'parse', 'a/b'], ['--version'], ['--help'], ['push', '--help']]) {
      const { status, stderr } = spawnSync(process.execPath, ['--import', listing, bin, ...words], { encoding: 'utf8' })
      expect(status).toBe(0)
      const loaded = stderr.split('\n').filter(url => url.startsWith('file:'))
      expect(loaded.length).toBeGreaterThan(1)
      expect(loaded.filter(url => !url.includes('/packages/cli/'))).toEqual([])
      if (!words.includes('--help')) expect(stderr.match(/node:(sqlite|http|worker_threads)\n/)).toBeNull()
      const commands = loaded.filter(url => /\/(push|pull|search|update|client-add|name-parse)-/.test(url))
      expect(commands).toEqual([])
    }
  })
})

describe('a question', () => {
  const script = spawnSync('script', ['--version']).status === 0
  const ask = (here: ReturnType<typeof place>, answer: string) =>
    spawnSync('script', ['-qec', `'${process.execPath}' '${bin}' remove c/n`, '/dev/null'], {
      cwd: here.folder,
      env: here.env,
      input: `${answer}\n`,
      encoding: 'utf8',
    })

  test.runIf(script)('is answered by y and yes, and by nothing else', () => {
    using here = place()
    here.write('a.txt', 'x')
    for (const [answer, gone] of [
      ['no', false],
      ['yeah', false],
      ['', false],
      ['yes', true],
      ['Y', true],
    ] as const) {
      here.run('push', 'a.txt', 'c/n')
      const { stdout } = ask(here, answer)
      expect(stdout).toContain('Remove local://c/n:latest? [y/N]')
      expect(here.run('inspect', 'c/n').code, answer).toBe(gone ? 1 : 0)
    }
  })
})

test.runIf(process.platform === 'linux')('an output that can not be written is told in words, with exit code 1', () => {
  using here = place()
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = spawnSync(process.execPath, [bin, 'paths'], {
    env: here.env,
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  })
  closeSync(full)
  expect(status).toBe(1)
  expect(stderr).toMatch(/^error: The output can't be written: ENOSPC[^\n]*\nhint: [^\n]*\n$/)
})
