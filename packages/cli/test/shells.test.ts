import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { built } from './support/build.ts'
import { bin, place } from './support/run.ts'

beforeAll(built, 300_000)

const has = (shell: string): boolean => spawnSync(shell, ['--version']).error === undefined

describe('completion', () => {
  test('for bash parses, and completes commands, flags, values and connections', () => {
    using here = place()
    here.run('client', 'add', 'archive', 'disk', '--set', 'root=x')
    const script = here.write('completion.bash', here.run('completion', 'bash').out)
    expect(spawnSync('bash', ['-n', script]).status).toBe(0)
    const complete = (...words: string[]): readonly string[] => {
      const typed = words.map(word => `'${word}'`).join(' ')
      const text = `fairlead() { '${process.execPath}' '${bin}' "$@"; }; source '${script}'; COMP_WORDS=(${typed}); COMP_CWORD=${words.length - 1}; _fairlead; printf '%s\\n' "\${COMPREPLY[@]}"`
      return spawnSync('bash', ['-c', text], { encoding: 'utf8', env: here.env, cwd: here.folder }).stdout.trim().split('\n')
    }
    expect(complete('fairlead', 'pu')).toEqual(['pull', 'push'])
    expect(complete('fairlead', 'client', 'c')).toEqual(['check', 'clean'])
    expect(complete('fairlead', 'push', '--la')).toEqual(['--label'])
    expect(complete('fairlead', 'share', '--kind', 's')).toEqual(['signed-url'])
    expect(complete('fairlead', 'search', '--client', '')).toEqual(expect.arrayContaining(['archive', 'disk', 'local']))
    expect(complete('fairlead', 'client', 'use', 'arch')).toEqual(['archive'])
  })

  for (const shell of ['zsh', 'fish']) {
    test.runIf(has(shell))(`for ${shell} parses`, () => {
      using here = place()
      expect(spawnSync(shell, ['-n', here.write('completion', here.run('completion', shell).out)]).status).toBe(0)
    })
  }

  test.runIf(has('fish'))('for fish completes commands, flags and connections', () => {
    using here = place()
    const script = here.write('completion.fish', here.run('completion', 'fish').out)
    const complete = (line: string): readonly string[] => {
      const text = `function fairlead; '${process.execPath}' '${bin}' $argv; end; source '${script}'; complete -C '${line}'`
      const { stdout, stderr } = spawnSync('fish', ['-c', text], { encoding: 'utf8', env: here.env, cwd: here.folder })
      expect(stderr).toBe('')
      return stdout.split('\n').flatMap(row => row.split('\t')[0] || [])
    }
    expect(complete('fairlead pu')).toEqual(['pull', 'push'])
    expect(complete('fairlead push --la')).toEqual(['--label'])
    expect(complete('fairlead client use l')).toEqual(['local'])
    expect(complete('fairlead search --client dis')).toEqual(['disk'])
  })

  test('for PowerShell registers a completer', () => {
    using here = place()
    expect(here.run('completion', 'powershell').out).toContain('Register-ArgumentCompleter -Native -CommandName fairlead')
  })
})

describe('fairlead shell', () => {
  test('-e prints what the code gives, awaited', () => {
    using here = place()
    here.write('a.txt', 'x')
    here.run('push', 'a.txt', 'c/n')
    expect(here.run('shell', '-e', '1 + 1').out).toBe('2\n')
    expect(here.run('shell', '-e', 'const [first] = await search("n"); first.name').out).toBe('n\n')
    expect(here.run('shell', '-e', '(await connection("local")).manifest.name').out).toBe('disk\n')
  })

  test('-e ends with 2 for what is no code, and 1 for what is thrown', () => {
    using here = place()
    expect(here.run('shell', '-e', 'foo(').code).toBe(2)
    expect(here.run('shell', '-e', 'throw new Error("mine")')).toMatchObject({ code: 1, err: expect.stringContaining('mine') })
    expect(here.run('shell', '-e', 'await inspect("x/y")')).toMatchObject({ code: 1, err: expect.stringContaining('fairlead search') })
  })

  test('reads lines from standard input', () => {
    using here = place()
    expect(here.feed('const a = 20\na + 22\n', 'shell').out).toContain('42')
  })

  test.runIf(spawnSync('script', ['--version']).status === 0)('keeps its history for its owner alone', () => {
    using here = place()
    spawnSync('script', ['-qec', `'${process.execPath}' '${bin}' shell`, '/dev/null'], {
      cwd: here.folder,
      env: { ...here.env, TERM: 'xterm' },
      input: '1+1\n.exit\n',
      encoding: 'utf8',
    })
    expect(statSync(join(here.folder, '.home/state/shell-history')).mode & 0o777).toBe(0o600)
  })
})
