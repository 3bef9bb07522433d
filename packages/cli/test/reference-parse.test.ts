import { beforeAll, describe, expect, test } from 'vitest'
import { built } from './support/build.ts'
import { expectSchema, place } from './support/run.ts'

beforeAll(built, 300_000)

describe('fairlead reference parse', () => {
  test('takes a reference apart and leaves absent parts out', () => {
    using here = place()
    const { code, out } = here.run('reference', 'parse', 'archive://cat001/spec001/hero:v001', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      connection: 'archive',
      collection: 'cat001/spec001',
      name: 'hero',
      tag: 'v001',
      uri: 'archive://cat001/spec001/hero:v001',
    })
    expectSchema('reference-parse', JSON.parse(out))
  })

  test('reads a registry host only where it is asked to', () => {
    using here = place()
    const text = 'localhost:5000/foo/bar'
    expect(JSON.parse(here.run('reference', 'parse', text, '--addressing', 'registry', '--json').out)).toEqual({
      registry: 'localhost:5000',
      collection: 'foo',
      name: 'bar',
      uri: text,
    })
    expect(here.run('reference', 'parse', text).code).toBe(2)
  })

  test('prints a line for each of several and ends with 2 when one is no reference', () => {
    using here = place()
    const { code, out } = here.run('reference', 'parse', 'a/b', 'nothing', 'c/d:e', '--json')
    expect(code).toBe(2)
    const lines = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines.map(({ uri }) => uri)).toEqual(['a/b', undefined, 'c/d:e'])
    expectSchema('error', lines[1])
  })

  test('shows control characters of a hostile text as escapes', () => {
    using here = place()
    const { err, code } = here.run('reference', 'parse', 'a/\u001b[31mb\u0007')
    expect(code).toBe(2)
    expect(err).toContain('\\u001b[31mb\\u0007')
    expect(err).not.toContain('\u001b')
  })
})
