import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { built } from './support/build.ts'
import { place, type Place } from './support/run.ts'

beforeAll(built, 300_000)

const raw001 = `specifications:
  # raw frames
  raw001:
    type: sequence
    filenameFields: [project, specification, descriptor, version, coordinate, frame, extension]
    traits: [width, size, modified]
    rules:
      extension: { in: [jpg, png] }
      width: { required: true, eq: 1024 }
      coordinate: { coordinatesBeginAt: [0, 1] }
      frame: { noMissingValues: true, gte: 5 }
`

function project(specifications = raw001, files: Readonly<Record<string, string>> = {}): Place {
  const here = place()
  here.write('fairlead.yaml', 'ingress_directory: ingress\nspecification_files: [specs]\n')
  here.write('specs/a.yaml', specifications)
  for (const [path, text] of Object.entries(files)) here.write(path, text)
  return here
}

describe('spec list', () => {
  test('shows what there is, and the assets of the catalog once there is one', () => {
    using here = place()
    here.run('init', '.', '--example')
    expect(here.json('spec-list', 'spec', 'list').specifications).toEqual(
      expect.arrayContaining([expect.not.objectContaining({ assets: expect.anything() })]),
    )
    here.run('update')
    const { specifications } = here.json('spec-list', 'spec', 'list')
    expect(specifications).toContainEqual(expect.objectContaining({ name: 'spec001', type: 'sequence', assets: 1, valid: 1 }))
    expect(here.run('spec', 'list').out).toMatch(
      /^NAME +TYPE +ASSETS +SOURCE\nnote001 +file .*\n {4}project specification descriptor version extension\n/,
    )
  })

  test('tells file and line of each', () => {
    using here = project()
    expect(here.run('spec', 'list').out).toContain('specs/a.yaml:3')
  })

  test('of a project without specifications says how to make one', () => {
    using here = place()
    here.write('fairlead.yaml', 'ingress_directory: .\n')
    expect(here.run('spec', 'list')).toMatchObject({ code: 0, out: expect.stringContaining('fairlead spec infer') })
  })
})

describe('spec show', () => {
  test('tells names, traits and rules in words, with an example that keeps the rules', () => {
    using here = project()
    const { code, out } = here.run('spec', 'show', 'raw001')
    expect(code).toBe(0)
    expect(out).toContain('example: p-cat001_s-raw001_d-running-cat_v001_c0000-0001_f0005.jpg\n')
    expect(out).toContain('\n  width     integer, px: ')
    expect(out).toContain('\n  frame must have no gaps from its least to its greatest value (all files of an asset)\n')
    const shown = here.json('spec-show', 'spec', 'show', 'raw001')
    expect(shown).toMatchObject({ filenamePattern: 'p-{project}_s-raw001_d-{descriptor}_v{version}_c{coordinate}_f{frame}.{extension}' })
    expect(shown.rules).toContainEqual({ subject: 'width', rule: 'eq', scope: 'file', words: 'must be 1024' })
  })

  test('as JSON Schema takes a right file and refuses a wrong one', () => {
    using here = project()
    const check = new Ajv2020({ strict: true }).compile(JSON.parse(here.run('spec', 'show', 'raw001', '--format', 'json-schema').out))
    const right = {
      project: 'cat001',
      specification: 'raw001',
      descriptor: 'x',
      version: 1,
      coordinate: [0, 1],
      frame: 5,
      extension: 'png',
      width: 1024,
    }
    expect(check(right), JSON.stringify(check.errors)).toBe(true)
    for (const wrong of [{ width: 4 }, { extension: 'tif' }, { frame: 1 }, { width: undefined }, { other: 1 }])
      expect(check(JSON.parse(JSON.stringify({ ...right, ...wrong }))), JSON.stringify(wrong)).toBe(false)
  })

  test('as SQL has the columns that the view has', () => {
    using here = project(raw001, { 'ingress/x.txt': 'x' })
    here.run('update')
    const sql = here.run('spec', 'show', 'raw001', '--format', 'sql').out
    const named = [...sql.matchAll(/^ {2}(\w+) [A-Z]+,? --/gm)].map(([, name]) => name)
    expect(named).toEqual(expect.arrayContaining(['project', 'coordinate_x', 'coordinate_z', 'width', 'size', 'trait_modified']))
    expect(here.json('query', 'query', `select ${named.join(', ')} from raw001`)).toMatchObject({ count: 0 })
  })

  test('as TypeScript and as a page of documentation come from the same definition', () => {
    using here = project()
    const type = here.run('spec', 'show', 'raw001', '--format', 'typescript').out
    expect(type).toMatch(/^\/\*\* A file of the specification raw001\. \*\/\nexport interface Raw001File \{\n/)
    expect(type).toContain('  readonly coordinate: readonly number[]\n')
    expect(type).toContain('  readonly width: number\n')
    expect(type).toContain('  readonly size?: number\n')
    const page = here.run('spec', 'show', 'raw001', '--format', 'markdown').out
    expect(page).toMatch(/^# raw001\n/)
    expect(page).toContain('| `width` | `eq` | every file | must be 1024 |')
  })

  test('of none proposes the nearest', () => {
    using here = project()
    expect(here.run('spec', 'show', 'raw0001')).toMatchObject({ code: 1, err: expect.stringContaining('Did you mean raw001?') })
  })
})

describe('spec check', () => {
  test('of right files ends with 0', () => {
    using here = project()
    expect(here.run('spec', 'check')).toMatchObject({ code: 0, out: '1 specification in 1 file: 0 errors, 0 warnings\n' })
  })

  test('tells faults and warnings by file, line and column and ends with 2', () => {
    using here = project(raw001.replace('eq: 1024', 'eq: 1024, lt: 3').replace('gte: 5', 'gte: five'), {
      'specs/b.ts':
        "import { defineSpecification } from '@fairlead/assets'\nexport const b = defineSpecification({ name: 'b', type: 'file' })\n",
    })
    const { code, out } = here.run('spec', 'check')
    expect(code).toBe(2)
    expect(out).toContain('specs/a.yaml:11:44: error: The rule gte of frame needs a number.\n')
    expect(out).toMatch(/specs\/b\.ts:2:\d+: error: .*The name "b" must be/)
    expect(here.json('spec-check', 'spec', 'check').files).toHaveLength(2)
  })

  test('of rules that no file can meet warns, and refuses with --strict', () => {
    using here = project(raw001.replace('eq: 1024', 'eq: 1024, lt: 3'))
    expect(here.run('spec', 'check')).toMatchObject({
      code: 0,
      out: expect.stringContaining('specs/a.yaml:9:36: warning: No file can meet the rules of width'),
    })
    expect(here.run('spec', 'check', '--strict').code).toBe(2)
  })

  test('of named files needs no project', () => {
    using here = place()
    here.write('x.yaml', 'name: abc001\ntype: folder\n')
    expect(here.run('spec', 'check', 'x.yaml')).toMatchObject({
      code: 2,
      out: expect.stringContaining('x.yaml:2:7: error: The type must be'),
    })
    expect(here.run('spec', 'check', 'none.yaml')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there are no specifications at'),
    })
  })

  test('runs checks that misbehave to the end of an update, each by its name', () => {
    using here = project('specifications: {}\n', {
      'specs/b.ts': `import { defineSpecification, validate } from '@fairlead/assets'
const never = (value: unknown): boolean => never([value])
const refuses = async (): Promise<never> => { throw new Error('late') }
export const b: unknown = defineSpecification({
  name: 'abc001',
  type: 'file',
  rules: { version: { each: {
    overflows: value => never(value),
    throws: () => { throw undefined },
    promises: (() => refuses()) as never,
    even: validate('{} is odd', value => value % 2 === 0),
  } } },
})
`,
      'ingress/p-cat001_s-abc001_d-x_v001.txt': 'x',
      'ingress/p-cat001_s-abc001_d-y_v001.txt': 'y',
    })
    const { assets, invalid, problems } = here.json('update', 'update')
    expect([assets, invalid]).toEqual([2, 2])
    const told = JSON.stringify(problems)
    expect(told).toContain('The version could not be checked by overflows: it threw RangeError: Maximum call stack size exceeded.')
    expect(told).toContain('The version could not be checked by throws: it threw undefined.')
    expect(told).toContain('The version could not be checked by promises: it returned a promise')
    expect(told).toContain('The version fails the check even: 1 is odd.')
  })
})

describe('spec bump', () => {
  test('copies a specification with its comments, first as a dry run, and says what to do next', () => {
    using here = project()
    const file = join(here.folder, 'specs/a.yaml')
    expect(here.json('spec-bump', 'spec', 'bump', 'raw001', '--dry-run')).toMatchObject({ to: 'raw002', line: 12, dryRun: true })
    expect(readFileSync(file, 'utf8')).toBe(raw001)
    const { code, out } = here.run('spec', 'bump', 'raw001')
    expect(code).toBe(0)
    expect(out).toContain('copied raw001 as raw002: specs/a.yaml:12\n')
    expect(out).toMatch(/Names refer to it as s-raw002; .*\nnext: fairlead spec check\n$/)
    const [, definition = ''] = raw001.split('specifications:\n')
    expect(readFileSync(file, 'utf8')).toBe(raw001 + definition.replace('raw001', 'raw002'))
    expect(here.run('spec', 'bump', 'raw001')).toMatchObject({ code: 1, err: expect.stringContaining('fairlead spec bump raw002') })
  })

  test('tells that a new file is not read yet', () => {
    using here = place()
    here.write('fairlead.yaml', 'specification_files: [one.yaml]\n')
    here.write('one.yaml', 'name: abc001\ntype: complex\nroot: { pattern: _s-abc001_ }\n')
    const { out } = here.run('spec', 'bump', 'abc001')
    expect(out).toContain('copied abc001 as abc002: abc002.yaml:1 (a new file)\n')
    expect(out).toContain('abc002.yaml:3 still says abc001: root: { pattern: _s-abc001_ }\n')
    expect(out).toContain('add it to specification_files in fairlead.yaml')
  })

  test('leaves a module alone and says what to do by hand', () => {
    using here = project('specifications: {}\n', {
      'specs/b.mjs':
        "import { defineSpecification } from '@fairlead/assets'\nexport const b = defineSpecification({ name: 'abc001', type: 'file' })\n",
    })
    expect(here.run('spec', 'bump', 'abc001')).toMatchObject({ code: 2, err: expect.stringContaining('name the copy abc002, export it') })
  })
})
