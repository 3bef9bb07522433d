import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { baseRules, compileNameGrammar, type FieldName, type NameErrorKind, type NameValues } from '@fairlead/assets'
import { describe, expect, test } from 'vitest'

interface NameCase {
  readonly row?: number
  readonly fields: readonly FieldName[]
  readonly name: string
  readonly ok?: NameValues
  readonly rules?: readonly string[]
  readonly error?: { readonly field: FieldName | null; readonly kind: NameErrorKind; readonly position?: number }
}

const shared = fileURLToPath(new URL('../../../../shared/cases/naming.json', import.meta.url))

function load(path: string): readonly NameCase[] {
  const cases: readonly NameCase[] = JSON.parse(readFileSync(path, 'utf8'))
  return cases
}

function own(file: string): readonly NameCase[] {
  return load(fileURLToPath(new URL(`cases/${file}`, import.meta.url)))
}

function check({ fields, name, ok, error, rules }: NameCase): void {
  const grammar = compileNameGrammar(fields)
  const result = grammar.parse(name)
  if (!result.ok) {
    expect(result.error).toMatchObject(error ?? { unexpected: name })
    return
  }
  expect(result.values).toEqual(ok)
  expect(Object.keys(result.values)).toEqual(fields)
  expect(baseRules(result.values).map(({ rule }) => rule)).toEqual(rules ?? expect.anything())
  if (fields.join() !== 'extension') expect(grammar.format(result.values)).toBe(name)
}

const title = ({ row, fields, name }: NameCase) =>
  `${row === undefined ? '' : `row ${row}: `}${JSON.stringify(name)} as ${fields.join(', ')}`

describe('every row of the case table parses or fails where it should', () => {
  const table = own('hidebound-table.json')
  test.each(table.map(one => [title(one), one] as const))('%s', (_title, one) => check(one))

  test('the table has rows 1 to 72', () => {
    expect([...new Set(table.map(({ row }) => row))]).toEqual(Array.from({ length: 72 }, (_, index) => index + 1))
  })

  test('row 73: values with a key that is no field are written without it', () => {
    const values = {
      project: 'proj002',
      specification: 'spec062',
      descriptor: 'desc',
      version: 99,
      coordinate: [1, 2, 3],
      frame: 78,
      extension: 'jpeg',
      foo: 1,
    }
    const grammar = compileNameGrammar(['project', 'specification', 'descriptor', 'version', 'coordinate', 'frame', 'extension'])
    expect(grammar.format(values)).toBe('p-proj002_s-spec062_d-desc_v099_c0001-0002-0003_f0078.jpeg')
  })
})

describe('names of many field combinations', () => {
  test.each(own('combinations.json').map(one => [title(one), one] as const))('%s', (_title, one) => check(one))
})

describe('shared cases', () => {
  test('every shared case parses or fails as it says', ({ skip }) => {
    if (!existsSync(shared)) skip('the folder with the shared cases is not beside this repository')
    for (const one of load(shared)) check(one)
  })
})
