import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { parseSpecificationYaml, validateAsset } from '@fairlead/assets'
import { importSpecifications, type ImportedSpecifications } from '@fairlead/assets/hidebound'
import { describe, expect, test } from 'vitest'

const folder = join(import.meta.dirname, 'hidebound')

interface Case {
  readonly specification: string
  readonly directory: string
  readonly files: ReadonlyArray<{ readonly name: string; readonly traits: Readonly<Record<string, number>> }>
  readonly valid: boolean
}

const cases: readonly Case[] = JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8'))

const head = `from pathlib import Path
import os
from schematics.types import IntType, ListType, StringType
from hidebound.core.specification_base import *
import hidebound.core.specification_base as sb
import hidebound.core.validators as vd
import hidebound.core.traits as tr
`

function convert(body: string, header = head): ImportedSpecifications {
  const found = importSpecifications(new TextEncoder().encode(header + body), 'studio.py')
  expect(parseSpecificationYaml(found.yaml, 'studio.yaml').map(({ name }) => name)).toEqual(found.specifications.map(({ name }) => name))
  return found
}

function refusal(bytes: string | Uint8Array): string {
  try {
    importSpecifications(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes, 'studio.py')
  } catch (error) {
    if (FairleadError.is(error, 'input-invalid')) return error.message
    throw error
  }
  return 'no error'
}

describe('a module in the idiom of Hidebound', () => {
  const imported = importSpecifications(readFileSync(join(folder, 'studio.py')), 'studio.py')

  test('is carried over whole', () => {
    expect(imported.notCarried).toEqual([])
    expect(imported.specifications.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'raw001 sequence',
      'raw002 sequence',
      'spec001 sequence',
      'spec002 sequence',
      'vdb001 file',
    ])
  })

  test('converts Raw001 exactly', () => {
    expect(imported.specifications[0]).toEqual({
      name: 'raw001',
      type: 'sequence',
      filenameFields: ['project', 'specification', 'descriptor', 'version', 'frame', 'extension'],
      assetNameFields: ['project', 'specification', 'descriptor', 'version'],
      traits: { width: 'width', height: 'height', channels: 'channels' },
      rules: {
        width: { required: true },
        height: { required: true },
        channels: { required: true, in: [1, 3] },
        extension: { eq: 'jpg' },
      },
    })
  })

  test.each(imported.specifications.map(({ name }) => name))('%s accepts and refuses what Hidebound does', name => {
    const specification = parseSpecificationYaml(imported.yaml, 'studio.yaml').find(one => one.name === name)
    expect(specification).toBeDefined()
    if (specification === undefined) return
    const own = cases.filter(one => one.specification === name)
    expect(own.filter(({ valid }) => valid).length).toBeGreaterThan(20)
    for (const { directory, files, valid } of own) {
      const measured = files.map(file => ({
        path: `projects/${directory}/${file.name}`,
        parsed: specification.filenameGrammar.parse(file.name),
        traits: file.traits,
      }))
      const verdict = validateAsset(specification, measured)
      expect(verdict.valid, `${directory} ${JSON.stringify(files)} ${JSON.stringify(verdict.problems)}`).toBe(valid)
    }
  })
})

describe('names of Python', () => {
  test('are followed through every form of import', () => {
    const header = `import schematics.types as st
from schematics.types import (IntType as Int,  # a number
    ListType)
import hidebound.core.validators
from hidebound.core import traits
from hidebound.core.traits import get_image_width as wide
from hidebound.core.specification_base import FileSpecificationBase as Base
`
    const { specifications, notCarried } = convert(
      `class Abc001(Base):
    w = ListType(Int, required=True, validators=[lambda n: hidebound.core.validators.is_gte(n, -1_0)])
    h = st.ListType(st.IntType())
    file_traits = {'w': wide, "h": traits.get_image_height}
`,
      header,
    )
    expect(notCarried).toEqual([])
    expect(specifications[0]).toMatchObject({
      type: 'file',
      traits: { w: 'width', h: 'height' },
      rules: { w: { required: true, gte: -10 } },
    })
  })

  test('are followed to constants, sums of lists and attributes of other classes', () => {
    const { specifications, notCarried } = convert(`FIELDS = ['project', 'specification'] + ['descriptor', 'version']
is_png = lambda x: vd.is_in(x, KINDS)
KINDS = ('png', 'exr')
class Abc001(SequenceSpecificationBase):
    filename_fields = FIELDS + ['frame', 'extension']
    frame = ListType(IntType())
    extension = ListType(StringType(), required=True, validators=[vd.is_extension, is_png])
class Abc002(Abc001):
    filename_fields = Abc001.filename_fields
SPECIFICATIONS = [Abc002]
`)
    expect(notCarried).toEqual([])
    expect(specifications[0]).toMatchObject({ name: 'abc002', rules: { extension: { in: ['png', 'exr'] } } })
    expect(specifications[0]?.filenameFields.slice(-2)).toEqual(['frame', 'extension'])
  })

  test('that lead in a circle end', () => {
    const { notCarried } = convert('a = b\nb = a\nclass Abc001(sb.FileSpecificationBase):\n    filename_fields = a\n')
    expect(notCarried).toMatchObject([{ line: 11, why: expect.stringContaining('not a literal list') }])
  })
})

describe('where an asset lies', () => {
  const placed = (base: string, body: string) => {
    const { specifications, notCarried } = convert(
      `class Abc001(sb.${base}):\n    def get_asset_path(self, path):\n        '''Says where.'''\n        ${body}\n`,
    )
    return { type: specifications[0]?.type, root: specifications[0]?.root, notCarried: notCarried.length }
  }

  test.each([['return Path(path).parents[0]'], ['return Path(path).parent'], ['return os.path.dirname(path)']])(
    '%s is the directory of a sequence',
    body => {
      expect(placed('SpecificationBase', body)).toEqual({ type: 'sequence', root: undefined, notCarried: 0 })
    },
  )

  test('may be the file', () => {
    expect(placed('SpecificationBase', 'return Path(path)')).toEqual({ type: 'file', root: undefined, notCarried: 0 })
  })

  test('may be a number of folders below the ingress', () => {
    expect(placed('ComplexSpecificationBase', 'return Path(ROOT, *Path(path).relative_to(ROOT).parts[:3])')).toEqual({
      type: 'complex',
      root: { depth: 3 },
      notCarried: 0,
    })
  })

  test('may be further up: then it is the directory with the name of the asset', () => {
    expect(placed('ComplexSpecificationBase', 'return Path(path).parents[1]')).toMatchObject({
      type: 'complex',
      root: { pattern: '^p-[a-z]{3,10}[0-9]{1,4}_s-abc001_d-[a-z0-9][a-z0-9-]*_v[0-9]{3}$' },
      notCarried: 0,
    })
  })

  test('is not carried over from other code, nor where a complex asset does not say it', () => {
    expect(placed('SequenceSpecificationBase', 'return find(path)').notCarried).toBe(1)
    expect(convert('class Abc001(sb.ComplexSpecificationBase):\n    pass\n').notCarried).toMatchObject([
      { line: 8, why: expect.stringContaining('where an asset is') },
    ])
  })
})

describe('what cannot be carried over', () => {
  test('is listed with its place, reason and what to do', () => {
    const { notCarried, specifications } = convert(`from studio import Base
def is_square(x):
    return True
SPECIFICATIONS = []
class Abc001(sb.FileSpecificationBase):
    width = ListType(IntType(), required=True, validators=[is_square, vd.is_directory])
    depth = ListType(IntType(), required=True)
    file_traits = dict(width=tr.get_image_width, depth=lambda path: 3)
    def validate_width(self, data, value, context):
        raise ValueError()
    for x in y: pass
class Def001(Base): pass
SPECIFICATIONS.append(Abc001)
SPECIFICATIONS = [Abc001, Def001, Other]
`)
    expect(notCarried.map(({ line, specification, why }) => `${line} ${specification ?? '-'} ${why}`)).toEqual([
      '13 Abc001 This validator is code of its own.',
      '13 Abc001 is_directory is not a YAML rule for width.',
      '14 Abc001 The trait depth was not carried over, and neither are its rules.',
      "15 Abc001 The trait depth is measured by a function that is not Hidebound's.",
      '16 Abc001 The method validate_width is code.',
      '18 Abc001 This is code in the body of a class.',
      "19 Def001 Def001 derives from none of Hidebound's specification classes.",
      '19 Def001 This base class is not in the file.',
      '20 - This is code at the top of the module.',
      '21 - This class is not in the file.',
    ])
    for (const one of notCarried) expect([one.file, one.what, one.instead].every(text => text !== '')).toBe(true)
    expect(specifications.map(({ name }) => name)).toEqual(['abc001'])
  })

  test('is named in the YAML, where no text of the module can end the comment', () => {
    const { yaml } = convert('class Abc001(sb.FileSpecificationBase):\n    thing = """a\u2028name: evil001"""\n')
    expect(yaml).toContain('# not carried over: studio.py:9:13:')
  })

  test('is what contradicts itself', () => {
    const { notCarried } = convert(
      'class Abc001(sb.FileSpecificationBase):\n    extension = ListType(StringType(), validators=[vd.is_extension, lambda x: vd.is_eq(x, "a"), lambda x: vd.is_eq(x, "b")])\n',
    )
    expect(notCarried).toMatchObject([{ why: expect.stringContaining('contradicts') }])
  })

  test('two limits become the stricter one', () => {
    const { specifications } = convert(
      'class Abc001(sb.FileSpecificationBase):\n    version = ListType(IntType(min_value=3), validators=[vd.is_version, lambda x: vd.is_gte(x, 2), lambda x: vd.is_lt(x, 9)])\n',
    )
    expect(specifications[0]?.rules).toEqual({ version: { gte: 3, lt: 9 } })
  })
})

describe('untrusted input', () => {
  test('is not run', () => {
    const { notCarried } = convert(
      'import os\nos.system("touch /tmp/fairlead-must-not-exist")\nclass Abc001(sb.FileSpecificationBase): pass\n',
    )
    expect(notCarried).toMatchObject([{ line: 9, what: 'os.system("touch /tmp/fairlead-must-not-exist")' }])
  })

  test.each([
    ['a fault of the syntax', 'x = 1\nclass Abc001(:\n', /^studio\.py:2:\d+: This is not readable Python/],
    ['deep nesting', `x = ${'['.repeat(5000)}${']'.repeat(5000)}`, /nested deeper than 100/],
    ['a huge file', 'x = 1\n'.repeat(200_000), /at most 1048576/],
    ['another encoding', '# -*- coding: latin-1 -*-\nx = 1\n', /latin-1; only UTF-8/],
    ['bytes that are no UTF-8', Uint8Array.of(0x78, 0x20, 0xff, 0xfe), /not UTF-8 text/],
    ['zero bytes', 'x = 1\0', /not UTF-8 text/],
  ])('%s is refused', (_, bytes, message) => {
    expect(refusal(bytes)).toMatch(message)
  })
})
