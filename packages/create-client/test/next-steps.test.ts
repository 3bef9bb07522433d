import { describe, expect, test } from 'vitest'
import { nextSteps } from '../src/next-steps.ts'
import { choicesOf } from './support/project.ts'

const project = { kind: 'project' } as const

describe('what to type now', () => {
  test('enters the folder, installs and tests, with the package manager of the project', () => {
    expect(nextSteps(choicesOf({ directory: '/work/acme' }), project, '/work')).toEqual(['cd acme', 'npm install', 'npm test'])
    expect(nextSteps(choicesOf({ directory: '/work', packageManager: 'pnpm' }), project, '/work')).toEqual(['pnpm install', 'pnpm test'])
  })

  test.each([
    ['my folder', "cd 'my folder'"],
    ["it's", `cd 'it'\\''s'`],
    ['$(id)', "cd '$(id)'"],
    ['-x', 'cd ./-x'],
  ])('is quoted for a shell: %s', (name, line) => {
    expect(nextSteps(choicesOf({ directory: `/work/${name}` }), project, '/work')[0]).toBe(line)
  })

  test('in the workspace brings it into the lock file, and says how the command line finds it', () => {
    const steps = nextSteps(
      choicesOf({ name: '@fairlead/client-acme', directory: '/work/fairlead/plugins/acme' }),
      { kind: 'workspace', root: '/work/fairlead' },
      '/work/fairlead/plugins',
    )
    expect(steps[0]).toBe('cd ..')
    expect(steps[1]).toContain('"@fairlead/client-acme": "workspace:^"')
    // Projects are named after their folders.
    expect(steps).toContain('npm test -- --project acme')
  })
})
