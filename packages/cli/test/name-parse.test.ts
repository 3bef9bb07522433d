import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { built, root } from './support/build.ts'
import { expectSchema, place } from './support/run.ts'

beforeAll(built, 300_000)

interface NameCase {
  readonly fields: readonly string[]
  readonly name: string
  readonly ok?: Readonly<Record<string, unknown>>
  readonly error?: { readonly field: string | null; readonly kind: string }
}

const cases: readonly NameCase[] = ['hidebound-table.json', 'combinations.json'].flatMap(file =>
  JSON.parse(readFileSync(join(root, 'packages/assets/test/cases', file), 'utf8')),
)
const fields = ['--fields', 'project,specification,descriptor,version,extension']

describe('fairlead name parse', () => {
  test('streams every case of the grammar, one object a line', () => {
    using here = place()
    const input = cases.map(({ name, fields: own }) => JSON.stringify({ name, fields: own })).join('\n')
    const { code, out } = here.feed(input, 'name', 'parse', '-')
    expect(code).toBe(0)
    const answers: readonly NameCase[] = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(answers).toHaveLength(cases.length)
    for (const [index, { name, ok, error }] of cases.entries()) {
      const answer = answers[index]
      expect(answer?.name).toBe(name)
      if (ok !== undefined) expect(answer?.ok, name).toEqual(ok)
      if (error !== undefined) expect(answer?.error, name).toMatchObject(error)
    }
  })

  test('gives values and broken rules of a legal name', () => {
    using here = place()
    const { code, out } = here.run('name', 'parse', 'p-cat001_s-spec001_d-final-cat_v000.PNG', ...fields, '--json')
    expect(code).toBe(0)
    const answer = JSON.parse(out)
    expectSchema('name-parse', answer)
    expect(answer.ok).toMatchObject({ project: 'cat001', descriptor: 'final-cat', version: 0, extension: 'PNG' })
    expect(answer.rules).toEqual(['descriptor-start', 'version-above-zero', 'extension-lower-case'])
  })

  test('puts a caret under the exact position and tells the legal name', () => {
    using here = place()
    const { code, out } = here.run('name', 'parse', 'p-cat001_s-spec001_d-Cat_v001.png', ...fields)
    expect(code).toBe(1)
    const [name = '', caret = '', legal] = out.split('\n')
    expect(name.charAt(caret.indexOf('^'))).toBe('C')
    expect(legal).toBe('legal name: p-cat001_s-spec001_d-cat_v001.png')
  })

  test('reads names of standard input with the fields of the command line', () => {
    using here = place()
    const { out } = here.feed('p-cat001_s-spec001_d-a_v001.png\r\nx', 'name', 'parse', '-', ...fields)
    const [first, second] = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(first.ok.project).toBe('cat001')
    expect(second.error).toMatchObject({ field: 'project', kind: 'indicator', position: 0 })
    expectSchema('name-parse', second)
  })

  test('goes on after a line that is no JSON, and ends with 2', () => {
    using here = place()
    const { code, out } = here.feed('{bad\n{"name":"x","fields":["nope"]}\np-cat001\n', 'name', 'parse', '-', '--fields', 'project')
    const lines = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(code).toBe(2)
    expect(lines[0].error.message).toMatch(/^line 1: /)
    expect(lines[1].error.message).toMatch(/^line 2: .*nope/)
    expect(lines[2].ok).toEqual({ project: 'cat001' })
  })

  test('wants the fields', () => {
    using here = place()
    expect(here.run('name', 'parse', 'p-cat001')).toMatchObject({ code: 2, err: expect.stringContaining('--fields') })
  })
})
