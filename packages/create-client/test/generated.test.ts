import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeProject, type Project, type Results } from './support/project.ts'

/** The groups of the suite in which authentication shows. */
const byLogin = ['--testNamePattern', 'credentials|README|(manifest|options|read|token|secrets) ']

const failed = (results: Results): readonly string[] =>
  [...results].filter(([, { status }]) => status === 'failed').map(([name, { failures }]) => `${name}: ${failures.join(' ')}`)
const passed = (results: Results): number => [...results.values()].filter(({ status }) => status === 'passed').length

/** Replaces a text in a file of the project, which must be there. */
function edit(project: Project, file: string, from: string, to: string): void {
  const path = join(project.folder, file)
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(from)
  writeFileSync(
    path,
    text.replace(from, () => to),
  )
}

// Each compiles a project and runs its tests, in processes of their own.
describe('a generated project', { timeout: 300_000 }, () => {
  // The template itself has the key.
  test.each(['none', 'basic', 'oauth2'] as const)('is green with %s to authenticate', async auth => {
    using project = await makeProject({ auth })
    expect(await project.typecheck()).toBe('')
    const results = await project.test(...byLogin)
    expect(failed(results)).toEqual([])
    expect(passed(results)).toBeGreaterThan(25)
    // Only who has tokens has some that end.
    const refreshed = [...results].filter(([name, { status }]) => name.includes(' token ') && status === 'passed')
    expect(refreshed.length > 0).toBe(auth === 'oauth2')
  })

  test('without any operation is green, says what is next, and which group of the suite comes with it', async () => {
    using project = await makeProject({ capabilities: [] })
    expect(await project.typecheck()).toBe('')
    const before = await project.test()
    expect(failed(before)).toEqual([])
    expect(
      [...before].filter(([name]) => name.includes('as far as')).map(([name, { status }]) => `${name.split(' ').at(-1)} ${status}`),
    ).toEqual([
      'authenticate passed',
      'push skipped',
      'search skipped',
      'pull skipped',
      'share skipped',
      'remove skipped',
      'export skipped',
    ])
  })

  test('whose next operation is declared and not written is red there, and nowhere else', async () => {
    using project = await makeProject({ capabilities: ['list'] })
    edit(
      project,
      'src/manifest.ts',
      'share: false',
      "share: { targets: ['object'], kinds: ['public-link'], methods: ['GET'], password: false, list: false, revoke: false }",
    )
    const results = await project.test('--testNamePattern', '(manifest|options|list|share|secrets) |as far as')
    const red = [...results].filter(([, { status }]) => status === 'failed')
    expect(red.length).toBeGreaterThan(3)
    for (const [name, { failures }] of red) {
      expect(name).toMatch(/ share |as far as share$|defines each operation exactly/)
      expect(failures.join()).toContain('doShare is declared in the manifest and not written yet: write it in src/connection.ts')
    }
    expect(passed(results)).toBeGreaterThan(10)
  })

  test('whose first operation is declared and not written is as far as it was, and red where the client is opened whole', async () => {
    using project = await makeProject({ capabilities: [] })
    edit(
      project,
      'src/manifest.ts',
      'write: false',
      'write: { unknownSize: false, empty: true, conditions: [], modified: false, metadata: false, resumable: false }',
    )
    const results = await project.test()
    const red = [...results].filter(([, { status }]) => status === 'failed').map(([name]) => name)
    expect(red.filter(name => !/ (write|abort|retry) |as far as push$|defines each operation exactly|credentials/.test(name))).toEqual([])
    expect(red.some(name => name.endsWith('as far as push'))).toBe(true)
    expect([...results].find(([name]) => name.endsWith('as far as authenticate'))?.[1].status).toBe('passed')
  })
})
