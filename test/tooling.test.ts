import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-tooling-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function node(script: string, ...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(root, script), ...args], { cwd: folder, encoding: 'utf8' })
}

describe('the count of a CI step', () => {
  const tests = {
    numPassedTests: 5,
    numFailedTests: 0,
    numPendingTests: 1,
    numTodoTests: 0,
    testResults: [{ status: 'passed', assertionResults: [] }],
  }
  const failedTest = { status: 'failed', assertionResults: [{ status: 'failed' }] }
  const unloaded = { status: 'failed', assertionResults: [] }

  test.each([
    ['tests that passed', 'tests', tests, 0, '5 0 1'],
    ['tests of which one failed', 'tests', { ...tests, numFailedTests: 1, testResults: [failedTest] }, 1, '5 1 1'],
    ['a test file that could not be loaded', 'tests', { ...tests, testResults: [unloaded] }, 1, '5 1 1'],
    ['tests that all passed in a run that ended badly', 'tests', tests, 1, '5 1 1'],
    ['a run without a test', 'tests', { ...tests, numPassedTests: 0 }, 0, '0 1 1'],
    ['checks that passed', 'check', { passed: 9, failed: 0 }, 0, '9 0 0'],
    ['checks of which two failed', 'check', { passed: 7, failed: 2 }, 1, '7 2 0'],
  ])('of %s', (_what, kind, report, exitCode, counts) => {
    writeFileSync(join(folder, 'report.json'), JSON.stringify(report))
    expect(node('.ci/count.mjs', kind, 'report.json', String(exitCode)).stdout.trim()).toBe(counts)
  })

  test('of a step that wrote no report is one failure', () => {
    expect(node('.ci/count.mjs', 'tests', 'none.json', '0').stdout.trim()).toBe('0 1 0')
  })
})

describe('the manifest that a build emits', () => {
  const emit = (text: string): ReturnType<typeof node> => {
    mkdirSync(join(folder, 'dist'))
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
    writeFileSync(join(folder, 'dist/manifest.js'), text)
    return node('tools/emit-manifest.mjs')
  }

  test('is the manifest of the built module as JSON', () => {
    expect(emit("export const manifest = { name: 'box', options: { root: { required: true } } }").status).toBe(0)
    const emitted: unknown = JSON.parse(readFileSync(join(folder, 'dist/fairlead.manifest.json'), 'utf8'))
    expect(emitted).toEqual({ name: 'box', options: { root: { required: true } } })
  })

  test.each([
    ['a function', '{ check: () => true }'],
    ['an endless number', '{ maxBytes: Infinity }'],
    ['a date', '{ since: new Date(0) }'],
    ['an undefined value', '{ docs: undefined }'],
  ])('is refused when it holds %s', (_what, text) => {
    const done = emit(`export const manifest = ${text}`)
    expect(done.stderr).toContain('not pure data')
    expect(done.status).not.toBe(0)
    expect(existsSync(join(folder, 'dist/fairlead.manifest.json'))).toBe(false)
  })

  test('is refused when the module exports none', () => {
    expect(emit('export {}').stderr).toContain('exports no `manifest`')
  })
})

test('a task that does not exist is named, with exit code 2', () => {
  const done = node('tools/bootstrap.mjs', 'no-such-task')
  expect(done.status).toBe(2)
  expect(done.stderr).toContain('no task "no-such-task"')
})

// What lies in `templates/*/project` belongs to the generated project, whose packages come built from a registry.
test.each(globSync('**/tsconfig.json', { cwd: root, exclude: ['**/node_modules', '**/dist', '.tools', 'templates/*/project'] }))(
  '%s takes the packages of the workspace from their sources, so types are checked in a clone that was never built',
  path => {
    const { config } = ts.readConfigFile(join(root, path), file => readFileSync(file, 'utf8'))
    const { options, errors } = ts.parseJsonConfigFileContent(config, ts.sys, join(root, path, '..'))
    expect(errors).toEqual([])
    expect(options.customConditions).toContain('@fairlead/source')
  },
)
