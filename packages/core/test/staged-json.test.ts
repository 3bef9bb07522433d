import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readJson } from '../src/host/export/staged-json.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-staged-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('tells a document that was taken away from one that is no JSON', () => {
  const file = join(folder, 'one.json')
  expect(() => readJson(file)).toThrow(/one\.json" was removed from staging in the meantime\.$/)
  writeFileSync(file, '{')
  expect(() => readJson(file)).toThrow(/one\.json" is not a JSON file\.$/)
  writeFileSync(file, '{"a": 1}')
  expect(readJson(file)).toEqual({ a: 1 })
})
