import {
  bytesReader,
  compileNameGrammar,
  defineSpecification,
  measureTraits,
  traitFile,
  validateAsset,
  type MeasuredFile,
  type NameValues,
  type Specification,
  type TraitValue,
} from '@fairlead/assets'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const fields = ['project', 'specification', 'descriptor', 'version', 'coordinate', 'frame', 'extension'] as const
const grammar = compileNameGrammar(fields)
const directory = 'p-cat001_s-spec001_d-cat_v001'

function file(values: NameValues, traits: Record<string, TraitValue> = {}): MeasuredFile {
  const all = {
    project: 'cat001',
    specification: 'spec001',
    descriptor: 'cat',
    version: 1,
    coordinate: [0],
    frame: 1,
    extension: 'png',
    ...values,
  }
  const name = grammar.format(all)
  return { path: `${directory}/${name}`, parsed: grammar.parse(name), traits }
}

/** Rule and message of every problem. */
function told(specification: Specification, files: readonly MeasuredFile[]): string[] {
  return validateAsset(specification, files).problems.map(({ rule, message }) => `${rule}: ${message}`)
}

const base = { name: 'spec001', type: 'sequence', filenameFields: fields } as const

describe('rules over one value', () => {
  const traits = { width: () => 0, codec: () => '' }
  test.each([
    [{ width: { eq: 1024 } }, { width: 4 }, 'eq: The width is 4; it must be 1024.'],
    [{ width: { in: [1, 3] } }, { width: 4 }, 'in: The width is 4; it must be one of 1, 3.'],
    [{ width: { lt: 4 } }, { width: 4 }, 'lt: The width is 4; it must be less than 4.'],
    [{ width: { lte: 3 } }, { width: 4 }, 'lte: The width is 4; it must be at most 3.'],
    [{ width: { gt: 4 } }, { width: 4 }, 'gt: The width is 4; it must be greater than 4.'],
    [{ width: { gte: 5 } }, { width: 4 }, 'gte: The width is 4; it must be at least 5.'],
    [{ codec: { matches: '^h26' } }, { codec: 'vp9' }, 'matches: The codec is "vp9"; it must match ^h26.'],
    [{ width: { required: true } }, {}, 'required: The width is required, but the file has none.'],
  ])('%j refuses %j', (rules, values, message) => {
    const specification = defineSpecification({ ...base, traits, rules })
    expect(told(specification, [file({}, values)])).toEqual([message])
  })

  test.each([
    [{ width: { eq: 4, in: [3, 4], lt: 5, lte: 4, gt: 3, gte: 4, required: true } }],
    [{ codec: { matches: /^H/i, eq: 'h264' } }],
    [{ frame: { gte: 1 }, coordinate: { eq: [0] }, extension: { in: ['png', 'jpg'] } }],
  ])('%j is met', rules => {
    expect(told(defineSpecification({ ...base, traits, rules }), [file({}, { width: 4, codec: 'h264' })])).toEqual([])
  })

  test('a pattern with the flag g gives the same answer for every file', () => {
    const specification = defineSpecification({ ...base, rules: { descriptor: { matches: /cat/g } } })
    expect(told(specification, [file({ frame: 1 }), file({ frame: 2 }), file({ frame: 3 })])).toEqual([])
  })
})

describe('rules over all files', () => {
  test('homogeneous tells the values and how many files have each', () => {
    const specification = defineSpecification({ ...base, traits: ['width'], rules: { width: { homogeneous: true } } })
    const files = [4, 4, 5].map((width, frame) => file({ frame }, { width }))
    expect(told(specification, files)).toEqual(['homogeneous: The width differs between the files: 4 in 2, 5 in 1.'])
  })

  const frames = defineSpecification({ ...base, rules: { frame: { noMissingValues: true } } })

  test.each([
    [[1, 2, 3], []],
    [[3, 1, 2], []],
    [[1, 1, 2, 2], []],
    [[5], []],
    [[1, 3], ['noMissingValues: The frame lacks the value 2.']],
    [[1, 4, 9, 11], ['noMissingValues: The frame lacks 7 values: 2-3, 5-8, 10.']],
    [[0, 9999], ['noMissingValues: The frame lacks 9998 values: 1-9998.']],
  ])('noMissingValues of the frames %j', (list, messages) => {
    expect(
      told(
        frames,
        list.map((frame, index) => file({ frame, coordinate: [index] })),
      ),
    ).toEqual(messages)
  })

  test('a misnamed frame whose name can be told is no missing frame', () => {
    const name = `${directory}_c0000_f2.png`
    const wrong = { path: `${directory}/${name}`, parsed: grammar.parse(name), traits: {} }
    expect(told(frames, [file({ frame: 1 }), wrong, file({ frame: 3 })])).toEqual([
      expect.stringMatching(/^token: The frame must be exactly 4 digits/),
    ])
  })

  const at = (...coordinates: number[][]) => coordinates.map((coordinate, frame) => file({ coordinate, frame }))

  test.each([
    [
      [
        [0, 0],
        [0, 1],
      ],
      [],
    ],
    [
      [
        [0, 0],
        [0, 1],
        [0, 0],
      ],
      ['uniformCoordinateCount: The coordinate occurs less often than the others (2 times) at [0, 1]: 1.'],
    ],
    [[[0], [0, 1]], ['uniformCoordinateCount: The coordinate has 1 axes in one file and 2 in another.']],
  ])('uniformCoordinateCount of %j', (coordinates, messages) => {
    expect(told(defineSpecification({ ...base, rules: { coordinate: { uniformCoordinateCount: true } } }), at(...coordinates))).toEqual(
      messages,
    )
  })

  test.each([
    [
      [
        [0, 8],
        [0, 9],
        [1, 8],
        [1, 9],
      ],
      [],
    ],
    [
      [
        [0, 0],
        [1, 1],
      ],
      ['denseCoordinates: The coordinate leaves 2 gaps at [0, 1], [1, 0].'],
    ],
    [
      [
        [0, 0, 0],
        [1, 1, 1],
      ].concat([
        [0, 0, 1],
        [0, 1, 0],
        [0, 1, 1],
        [1, 0, 0],
        [1, 1, 0],
      ]),
      ['denseCoordinates: The coordinate leaves a gap at [1, 0, 1].'],
    ],
    [[[7]], []],
  ])('denseCoordinates of %j', (coordinates, messages) => {
    expect(told(defineSpecification({ ...base, rules: { coordinate: { denseCoordinates: true } } }), at(...coordinates))).toEqual(messages)
  })

  test('denseCoordinates of a far outlier walks only as far as it shows', () => {
    const specification = defineSpecification({ ...base, rules: { coordinate: { denseCoordinates: true } } })
    const [message = ''] = told(specification, at([0, 0, 0], [9999, 9999, 9999]))
    expect(message).toMatch(/^denseCoordinates: The coordinate leaves 999999999998 gaps at \[0, 0, 1\], .* and 999999999988 more\.$/)
  })

  test('denseCoordinates agrees with a plain walk through the box', () => {
    const specification = defineSpecification({ ...base, rules: { coordinate: { denseCoordinates: true } } })
    const point = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 3, max: 5 }))
    fc.assert(
      fc.property(fc.uniqueArray(point, { minLength: 1, maxLength: 9, selector: String }), points => {
        const xs = points.map(([x]) => x)
        const ys = points.map(([, y]) => y)
        const cells = (Math.max(...xs) - Math.min(...xs) + 1) * (Math.max(...ys) - Math.min(...ys) + 1)
        expect(told(specification, at(...points)).length === 0).toBe(cells === points.length)
      }),
    )
  })

  test.each([
    [
      [
        [0, 5],
        [3, 0],
      ],
      [0, 0],
      ['coordinatesBeginAt: The coordinate starts at [0, 5]; it must start at [0, 0].'],
    ],
    [
      [
        [1, 0],
        [0, 0],
      ],
      [0, 0],
      [],
    ],
    [[[1]], [1], []],
  ])('coordinatesBeginAt of %j from %j', (coordinates, origin, messages) => {
    expect(told(defineSpecification({ ...base, rules: { coordinate: { coordinatesBeginAt: origin } } }), at(...coordinates))).toEqual(
      messages,
    )
  })
})

describe('functions of ones own', () => {
  test('a rule that throws is a failed rule with its name', () => {
    const boom = (): boolean => {
      throw new TypeError('boom')
    }
    const specification = defineSpecification({ ...base, rules: { frame: { each: { odd: boom }, all: { few: boom } } } })
    expect(told(specification, [file({})])).toEqual([
      'odd: The frame could not be checked by odd: it threw TypeError: boom.',
      'few: The frame could not be checked by few: it threw TypeError: boom.',
    ])
  })

  test('a rule may say what it refuses', () => {
    const specification = defineSpecification({
      ...base,
      rules: {
        frame: { each: { odd: frame => frame % 2 === 1 || 'even frames are for tests' }, all: { few: frames => frames.length < 1 } },
      },
    })
    expect(told(specification, [file({ frame: 2 })])).toEqual([
      'odd: The frame fails the check odd: even frames are for tests.',
      'few: The frame fails the check few.',
    ])
  })

  test('a trait function that throws is a named error on its file and not also a missing trait', async () => {
    const specification = defineSpecification({ ...base, traits: ['width'], rules: { width: { required: true, eq: 4 } } })
    const { path, parsed } = file({})
    const { traits, errors } = await measureTraits(specification.traits, traitFile(path, {}, bytesReader(new Uint8Array(0))))
    const { problems } = validateAsset(specification, [{ path, parsed, traits, traitErrors: errors }])
    expect(problems).toEqual([{ path, trait: 'width', rule: 'measure', message: 'The width cannot be measured: The file is empty.' }])
  })
})
