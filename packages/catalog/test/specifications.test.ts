import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  bumpSpecification,
  checkSpecificationFiles,
  loadSpecifications,
  nextSpecificationName,
  openProject,
  type Project,
} from '@fairlead/catalog'
import { describe, expect, test } from 'vitest'

/** A folder with these files. */
function place(files: Readonly<Record<string, string>>): {
  readonly folder: string
  readonly project: () => Project
  [Symbol.dispose](): void
} {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-specifications-'))
  for (const [path, text] of Object.entries({ 'fairlead.yaml': 'specification_files: [specs]\n', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return { folder, project: () => openProject(folder, {}), [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

const child = fileURLToPath(new URL('./support/run-specifications.ts', import.meta.url))

/** What a process of its own says of the specifications of a folder. */
function run(what: 'load' | 'check' | 'bump', folder: string, name = ''): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, ['--conditions=@fairlead/source', child, what, folder, name], { encoding: 'utf8' })
  expect(stdout, stderr).not.toBe('')
  return JSON.parse(stdout)
}

const module = `import { defineSpecification, defineTrait } from '@fairlead/assets'
export const traits = { brightness: defineTrait({ type: 'number', description: 'Mean.', measure: () => 0.5 }) }
export const spec: unknown = defineSpecification({ name: 'mod001', type: 'file' })
`

describe('the specifications of a project', () => {
  test('come with their files, sorted by name; YAML may name the traits that modules export', () => {
    using here = place({
      'specs/b.yaml': 'specifications:\n  # first\n  yam002: { type: file, traits: { light: brightness } }\n  abc001: { type: file }\n',
      'specs/a.ts': module,
    })
    const at = (path: string) => join(here.folder, path)
    expect(run('load', here.folder)).toMatchObject([
      { name: 'abc001', source: at('specs/b.yaml'), line: 4 },
      { name: 'mod001', source: at('specs/a.ts'), line: 0 },
      {
        name: 'yam002',
        source: at('specs/b.yaml'),
        line: 3,
        columns: expect.arrayContaining([{ name: 'light', type: 'number', from: 'trait', description: 'Mean.' }]),
      },
    ])
  })

  test('two modules with one trait name, or one of a built-in trait, are refused', () => {
    using twice = place({ 'specs/a.ts': module, 'specs/b.ts': module.replace('mod001', 'mod002') })
    expect(run('load', twice.folder)).toMatchObject({
      error: {
        code: 'config-invalid',
        message: expect.stringMatching(/the trait brightness of .*b\.ts has the same name as one in .*a\.ts/),
      },
    })
    using builtin = place({ 'specs/a.ts': module.replace('brightness', 'width') })
    expect(run('load', builtin.folder)).toMatchObject({
      error: { message: expect.stringContaining('has the same name as one in Fairlead itself') },
    })
  })

  test('two files of the same base name in different folders both count', () => {
    using here = place({
      'fairlead.yaml': 'specification_files: [one/json.ts, two/json.ts]\n',
      'one/json.ts': module,
      'two/json.ts': `import { defineSpecification } from '@fairlead/assets'\nexport const b = defineSpecification({ name: 'mod002', type: 'file' })\n`,
    })
    expect(run('load', here.folder)).toMatchObject([{ name: 'mod001' }, { name: 'mod002' }])
  })
})

describe('a check of files', () => {
  test('tells faults and warnings with their places, modules and YAML together', () => {
    using here = place({
      'specs/a.yaml':
        'specifications:\n  abc001: { type: file, rules: { version: { gt: 5, lt: 3 } } }\n  abc002: { type: folder }\n  mod001: { type: file }\n',
      'specs/b.ts': module,
      'specs/c.ts': `import { defineSpecification } from '@fairlead/assets'\n\nexport const c =\n  defineSpecification({ name: 'mod3', type: 'file' })\n`,
      'specs/d.ts': `export const x = {{\n`,
      'specs/e.ts': `import { defineSpecification } from '@fairlead/assets'\nexport const d = defineSpecification({\n  name: 'mod004',\n  type: 'file',\n  rules: { descriptor: { matches: /x/ } },\n})\n`,
    })
    expect(run('check', here.folder, join(here.folder, 'specs'))).toMatchObject([
      {
        faults: [{ line: 3, column: 19, message: 'The type must be one of file, sequence, complex.' }],
        warnings: [{ line: 2, column: 56, message: expect.stringContaining('No file can meet the rules of version') }],
      },
      { faults: [{ line: 3, column: 58, message: expect.stringMatching(/mod001 is defined in .*a\.yaml too/) }] },
      { faults: [{ line: 4, column: 3, message: expect.stringContaining('name: The name "mod3"') }] },
      { faults: [{ line: 1, message: expect.stringContaining("can't be loaded") }] },
      { faults: [], warnings: [{ line: 3, column: 9, message: expect.stringContaining('mod004: The pattern of descriptor is a RegExp') }] },
    ])
  })

  test('of a path where nothing is says so', async () => {
    await expect(checkSpecificationFiles(['/nowhere.yaml'])).rejects.toThrow('there are no specifications at /nowhere.yaml')
  })
})

describe('a bump', () => {
  test.each<[string, string, string]>([
    [
      'in a mapping, with comments above, inside and after',
      'x: 1 # kept\nspecifications:\n  # the first\n  spec001:   # here\n    type: file # a file\n    rules:\n      version: { gt: 1 }\n\n  # about vdb001\n  vdb001: { type: file }\n',
      'x: 1 # kept\nspecifications:\n  # the first\n  spec001:   # here\n    type: file # a file\n    rules:\n      version: { gt: 1 }\n  # the first\n  spec002:   # here\n    type: file # a file\n    rules:\n      version: { gt: 1 }\n\n  # about vdb001\n  vdb001: { type: file }\n',
    ],
    [
      'at the end without a line break',
      'specifications:\n  spec001:\n    type: file',
      'specifications:\n  spec001:\n    type: file\n  spec002:\n    type: file',
    ],
    [
      'with line breaks of Windows',
      'specifications:\r\n  spec001:\r\n    type: file\r\n  b: 1\r\n'.replace('  b: 1\r\n', ''),
      'specifications:\r\n  spec001:\r\n    type: file\r\n  spec002:\r\n    type: file\r\n',
    ],
    [
      'within braces',
      'specifications: { spec001: { type: file } }\n',
      'specifications: { spec001: { type: file }, spec002: { type: file } }\n',
    ],
    [
      'within braces on lines of their own',
      'specifications: {\n    spec001: { type: file, name: spec001 }\n  }\n',
      'specifications: {\n    spec001: { type: file, name: spec001 },\n    spec002: { type: file, name: spec002 }\n  }\n',
    ],
    [
      'in a list',
      'specifications:\n  - name: "spec001"\n    type: file\n  - { name: vdb001, type: file }\n',
      'specifications:\n  - name: "spec001"\n    type: file\n  - name: "spec002"\n    type: file\n  - { name: vdb001, type: file }\n',
    ],
    [
      'in a list within brackets',
      'specifications: [{ name: spec001, type: file }]\n',
      'specifications: [{ name: spec001, type: file }, { name: spec002, type: file }]\n',
    ],
    [
      'with an anchor and an alias',
      'specifications:\n  vdb001: &base { type: file }\n  spec001: *base\n',
      'specifications:\n  vdb001: &base { type: file }\n  spec001: *base\n  spec002: *base\n',
    ],
  ])('copies the text %s', async (_what, before, after) => {
    using here = place({ 'specs/a.yaml': before })
    const file = join(here.folder, 'specs/a.yaml')
    const dry = await bumpSpecification(here.project(), 'spec001', { dryRun: true })
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect(await bumpSpecification(here.project(), 'spec001')).toEqual(dry)
    expect(readFileSync(file, 'utf8')).toBe(after)
    expect(dry).toMatchObject({ from: 'spec001', to: 'spec002', file, created: false, listed: true, mentions: [] })
    expect((await loadSpecifications(here.project())).map(({ name }) => name)).toContain('spec002')
    expect(readdirSync(join(here.folder, 'specs'))).toEqual(['a.yaml'])
  })

  test('of a file that is one specification makes a file beside it', async () => {
    using here = place({ 'specs/spec001.yaml': '# one\nname: spec001 # it\ntype: complex\nroot: { pattern: _s-spec001_ }\n' })
    expect(await bumpSpecification(here.project(), 'spec001')).toMatchObject({
      file: join(here.folder, 'specs/spec002.yaml'),
      created: true,
      listed: true,
      mentions: [{ line: 4, text: 'root: { pattern: _s-spec001_ }' }],
    })
    expect(readFileSync(join(here.folder, 'specs/spec002.yaml'), 'utf8')).toBe(
      '# one\nname: spec002 # it\ntype: complex\nroot: { pattern: _s-spec001_ }\n',
    )
  })

  test('is refused for a module, for a number that exists, for none and for what is not there', async () => {
    using own = place({ 'specs/a.ts': module })
    expect(run('bump', own.folder, 'mod001')).toMatchObject({
      error: {
        code: 'unsupported',
        hint: 'Copy the definition there by hand, name the copy mod002, export it, then run: fairlead spec check',
      },
    })
    using here = place({ 'specs/b.yaml': 'specifications: { abc001: { type: file }, abc002: { type: file }, abc999: { type: file } }\n' })
    await expect(bumpSpecification(here.project(), 'abc001')).rejects.toMatchObject({ code: 'already-exists' })
    await expect(bumpSpecification(here.project(), 'abc999')).rejects.toThrow('abc999 has the last number')
    await expect(bumpSpecification(here.project(), 'xyz001')).rejects.toMatchObject({ code: 'not-found' })
  })

  test('is refused where the text can not be copied word by word', async () => {
    const text = 'specifications:\n  ? spec001\n  : type: file\n'
    using here = place({ 'specs/a.yaml': text })
    await expect(bumpSpecification(here.project(), 'spec001')).rejects.toMatchObject({ code: 'unsupported' })
    expect(readFileSync(join(here.folder, 'specs/a.yaml'), 'utf8')).toBe(text)
  })

  test('counts by three digits', () => {
    expect(nextSpecificationName('spec009')).toBe('spec010')
    expect(() => nextSpecificationName('Spec9')).toThrow('is not a specification name')
  })
})
