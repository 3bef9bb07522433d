import {
  baseRules,
  assignFiles,
  inferSpecifications,
  listingsOf,
  parseSpecificationYaml,
  validateAsset,
  type FieldName,
  type Inference,
} from '@fairlead/assets'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

function infer(paths: readonly string[], options = {}): Inference {
  return inferSpecifications(listingsOf(paths), options)
}

/** How many files follow the proposed YAML, as validation itself says: it must be what is claimed. */
function followingOf(yaml: string, paths: readonly string[]): number {
  const { assets } = assignFiles(parseSpecificationYaml(yaml, 'proposal.yaml'), paths)
  let following = 0
  for (const { specification, path, files } of assets) {
    const measured = files.map(file => ({ ...file, traits: {} }))
    const wrong = new Set(validateAsset(specification, measured, { path }).problems.map(problem => problem.path))
    for (const file of files) if (!wrong.has(file.path)) following++
  }
  return following
}

const range = (first: number, last: number): readonly number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index)
const padded = (value: number, digits = 4): string => String(value).padStart(digits, '0')

const pizza = 'proj001/spec001/pizza/p-proj001_s-spec001_d-pizza'
const taco = 'proj001/spec002/taco/p-proj001_s-spec002_d-taco'
const mainTree = [
  ...range(1, 3).map(frame => `${pizza}_v001/p-proj001_s-spec001_d-pizza_v001_c0000-0001_f${padded(frame)}.png`),
  ...range(0, 1).flatMap(y =>
    range(1, 4).map(frame => `${pizza}_v002/p-proj001_s-spec001_d-pizza_v002_c0000-${padded(y)}_f${padded(frame)}.png`),
  ),
  `${pizza}_v003/p-proj001_s-spec001_d-kiwi_v003_c0000-0001_f0001.png`,
  `${pizza}_v003/p-proj001_s-spec001_d-pizza_v003_c0000-0001_f0002.png`,
  `${pizza}_v003/p-proj001_s-spec001_d-PIZZA_v003_c0000-0001_f0003.png`,
  `${pizza}_v003/p-proj001_s-spec001_d-pizza_v003_c0000-0001_f0004.png`,
  `${pizza}_v003/p-proj001_s-spec0001_d-pizza_v003_c0000-0001_f0005.png`,
  `${pizza}_v003/misc.txt`,
  ...range(0, 2).map(frame => `${taco}_v001/p-proj001_s-spec002_d-taco_v001_f${padded(frame)}.jpg`),
  `${taco}_v002/p-proj001_s-spec002_d-taco_v001_f0000.jpg`,
  `${taco}_v002/p-proj001_s-spec002_d-taco_v002_f0001.jpg`,
  `${taco}_v002/p-proj001_s-spec002_d-taco_v002`,
  `${taco}_v002/p-proj001_s-spec002_d-taco_v02_f0003.jpg`,
  ...range(1, 3).map(version => `proj002/vdb001/p-proj002_s-vdb001_d-bagel_v${padded(version, 3)}.vdb`),
]

const demoTree = [
  ...range(1, 3).map(frame => {
    const directory = 'p-cat001/spec001/p-cat001_s-spec001_d-running-cat_v001'
    return `${directory}/p-cat001_s-spec001_d-${frame === 2 ? 'Running-Cat' : 'running-cat'}_v001_c0000-0005_f${padded(frame)}.png`
  }),
  ...[
    ['tabby-playing', 1],
    ['tabby-playing', 2],
    ['calico-jumping', 1],
  ].flatMap(([descriptor, version]) => {
    const asset = `p-cat001_s-spec002_d-${descriptor}_v${padded(Number(version), 3)}`
    return range(1, 3).map(frame => `p-cat001/s-spec002/d-${descriptor}/${asset}/${asset}_f${padded(frame)}.jpg`)
  }),
]

describe('the tree of 27 files', () => {
  const found = infer(mainTree)

  test('gives one specification for each token, with its own fields and type', () => {
    expect(
      found.specifications.map(({ specification: { name, type, filenameFields } }) => `${name} ${type} ${filenameFields.join(' ')}`),
    ).toEqual([
      'spec001 sequence project specification descriptor version coordinate frame extension',
      'spec002 sequence project specification descriptor version frame extension',
      'vdb001 file project specification descriptor version extension',
    ])
    expect(found.specifications.map(({ specification }) => specification.rules['extension'])).toEqual([
      { eq: 'png' },
      { eq: 'jpg' },
      { eq: 'vdb' },
    ])
  })

  test('has exactly the seven outliers, each with its reason', () => {
    expect(Object.fromEntries(found.outliers.map(({ path, reason }) => [path.slice(path.lastIndexOf('/') + 1), reason]))).toEqual({
      'p-proj001_s-spec001_d-kiwi_v003_c0000-0001_f0001.png': 'other-asset',
      'p-proj001_s-spec001_d-PIZZA_v003_c0000-0001_f0003.png': 'capitals',
      'p-proj001_s-spec0001_d-pizza_v003_c0000-0001_f0005.png': expect.any(String),
      'misc.txt': 'no-specification',
      'p-proj001_s-spec002_d-taco_v001_f0000.jpg': 'other-asset',
      'p-proj001_s-spec002_d-taco_v002': 'missing-field',
      'p-proj001_s-spec002_d-taco_v02_f0003.jpg': 'padding',
    })
    expect(found).toMatchObject({ files: 27, following: 20, outlierCount: 7 })
  })

  test('states that frames have no gaps, and covers what validation covers', () => {
    expect(found.specifications[0]?.specification.rules['frame']).toEqual({ noMissingValues: true })
    expect(followingOf(found.yaml, mainTree)).toBe(20)
  })
})

test('the tree of 12 files has one outlier, whose legal name is told', () => {
  const found = infer(demoTree)
  expect(found).toMatchObject({ files: 12, following: 11, outlierCount: 1 })
  expect(found.outliers[0]).toMatchObject({ reason: 'capitals', legalName: 'p-cat001_s-spec001_d-running-cat_v001_c0000-0005_f0002.png' })
  expect(followingOf(found.yaml, demoTree)).toBe(11)
})

const orders: ReadonlyArray<readonly FieldName[]> = [
  ['project', 'specification', 'descriptor', 'version', 'coordinate', 'frame', 'extension'],
  ['project', 'specification', 'descriptor', 'version', 'frame', 'extension'],
  ['specification', 'project', 'version', 'descriptor', 'frame', 'extension'],
  ['descriptor', 'version', 'specification', 'project', 'frame', 'coordinate', 'extension'],
]

/** A small generator of random numbers, so that a seed gives the same tree everywhere. */
function randomOf(seed: number): (below: number) => number {
  let state = (seed * 2654435761 + 1) >>> 0
  return below => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0
    return Math.floor((((state ^ (state >>> 13)) >>> 0) / 2 ** 32) * below)
  }
}

const swapped = (name: string): string => {
  const [first = '', second = '', ...rest] = name.split('_')
  return [second, first, ...rest].join('_')
}

/** Every way in which a name may be wrong. */
const faults: Readonly<Record<string, (name: string) => string>> = {
  indicator: name => name.replace(/(^|_)d-/, '$1k-'),
  padding: name => name.replace(/_f0(\d{3})/, '_f$1'),
  surplus: name => name.replace(/_f(\d{4})/, '_f0$1'),
  capitals: name => name.replace(/d-([a-z])/, (_, letter: string) => `d-${letter.toUpperCase()}`),
  missing: name => name.replace(/(^|_)v\d{3}_/, '$1'),
  extra: name => name.replace(/\.([a-z]+)$/, '_d-extra.$1'),
  swapped,
  separator: name => name.replace('_', '-'),
  extension: name => name.replace(/\.[a-z]+$/, '.tmp'),
  upper: name => name.replace(/\.[a-z]+$/, text => text.toUpperCase()),
  junk: () => 'notes about this.txt',
}

function seededTree(
  order: readonly FieldName[],
  seed: number,
  size: number,
): { readonly paths: readonly string[]; readonly wrong: readonly string[] } {
  const random = randomOf(seed)
  const wrong: string[] = []
  const paths: string[] = []
  const stem = order.filter(field => ['project', 'specification', 'descriptor', 'version'].includes(field))
  for (let asset = 0; paths.length < size; asset++) {
    const tokens: Partial<Record<FieldName, string>> = {
      project: `p-cat${padded(asset % 7, 3)}`,
      specification: 's-spec001',
      descriptor: `d-${['cat', 'tabby-cat', 'dog2'][random(3)]}-${asset}`,
      version: `v${padded(1 + random(20), 3)}`,
    }
    const directory = `shots/${stem.map(field => tokens[field]).join('_')}`
    for (let frame = 1; frame <= 20 && paths.length < size; frame++) {
      tokens.frame = `f${padded(frame)}`
      tokens.coordinate = `c${padded(asset % 5)}-0001`
      let name = `${order.flatMap(field => (field === 'extension' ? [] : [tokens[field]])).join('_')}.png`
      const isWrong = random(100) < 3
      if (isWrong) {
        const kinds = Object.values(faults)
        name = kinds[random(kinds.length)]?.(name) ?? name
      }
      const path = `${directory}/${name}`
      if (paths.includes(path)) continue
      paths.push(path)
      if (isWrong) wrong.push(path)
    }
  }
  return { paths, wrong }
}

describe('a tree of 5,000 names of which 3 % are wrong', () => {
  test.each(orders.map(order => [order.join(' '), order] as const))('gives its order and exactly its outliers: %s', (_, order) => {
    for (const seed of [1, 2, 3]) {
      const { paths, wrong } = seededTree(order, seed, 5000)
      const found = infer(paths)
      expect(found.specifications.map(({ specification }) => specification.filenameFields)).toEqual([order])
      expect(found.outliers.map(({ path }) => path).sort()).toEqual([...wrong].sort())
      expect(found.following).toBe(paths.length - wrong.length)
      expect(followingOf(found.yaml, paths)).toBe(found.following)
    }
  })

  test('holds for any seed, in a smaller tree', () => {
    fc.assert(
      fc.property(fc.constantFrom(...orders), fc.integer({ min: 0, max: 1_000_000 }), (order, seed) => {
        const { paths, wrong } = seededTree(order, seed, 400)
        const found = infer(paths)
        expect(found.specifications[0]?.specification.filenameFields).toEqual(order)
        expect(found.outliers.map(({ path }) => path).sort()).toEqual([...wrong].sort())
      }),
      { numRuns: 40 },
    )
  })
})

test('a suggested name is legal and breaks no rule of every specification', () => {
  const { paths } = seededTree(orders[0] ?? [], 9, 2000)
  const found = infer(paths)
  const [specification] = parseSpecificationYaml(found.yaml, 'proposal.yaml')
  const names = found.outliers.flatMap(({ legalName }) => legalName ?? [])
  expect(names.length).toBeGreaterThan(5)
  for (const name of names) {
    const parsed = specification?.filenameGrammar.parse(name)
    expect(parsed?.ok === true && baseRules(parsed.values).length === 0, name).toBe(true)
  }
})

test('hidden files and what systems leave behind are told apart', () => {
  const found = infer([...demoTree, 'p-cat001/.DS_Store', 'p-cat001/Thumbs.db', 'p-cat001/._x.png'])
  expect(found.junk).toEqual(['p-cat001/.DS_Store', 'p-cat001/Thumbs.db', 'p-cat001/._x.png'])
  expect(found.outlierCount).toBe(1)
})

test('a complex asset is told by its folders', () => {
  const asset = (name: string) => `scenes/p-cat001_s-scn001_d-${name}_v001`
  const paths = ['attic', 'cellar'].flatMap(name => [
    `${asset(name)}/p-cat001_s-scn001_d-${name}_v001.blend`,
    `${asset(name)}/tex/p-cat001_s-scn001_d-${name}_v001.png`,
    `${asset(name)}/geo/p-cat001_s-scn001_d-${name}_v001.abc`,
  ])
  const found = infer(paths)
  expect(found.specifications[0]?.specification.type).toBe('complex')
  expect(found.following).toBe(6)
  expect(followingOf(found.yaml, paths)).toBe(6)
})

test('names of another convention are described, and mapped where there is one way to', () => {
  const names = range(1001, 1010).map(frame => `shots/shot010_comp_v003.${frame}.exr`)
  const [convention] = infer(names, { name: 'plt001' }).foreign
  expect(convention?.pattern).toBe('{1}_{2}_{3}.{4}.{5}')
  expect(convention?.tokens.map(({ looksLike }) => looksLike)).toEqual([undefined, undefined, 'version', 'frame', 'extension'])
  expect(convention?.rename).toMatchObject({
    template: 's-plt001_d-{1}-{2}_v{3}_f{4}.{5}',
    example: 's-plt001_d-shot010-comp_v003_f1001.exr',
  })
})

test('names of another convention that can be read in several ways are not mapped', () => {
  const names = range(1, 9).map(number => `shot_010_v00${number}_v002.exr`)
  const [convention] = infer(names).foreign
  expect(convention?.rename).toBeUndefined()
  expect(convention?.note).toMatch(/several tokens look like a version/)
})

test('traits that are the same everywhere become rules', () => {
  const measure = (path: string) => ({ width: 1024, height: path.includes('f0001') ? 5 : 6 })
  const found = inferSpecifications(listingsOf(demoTree), { measure })
  expect(found.specifications[1]?.specification.rules).toMatchObject({ width: { required: true, eq: 1024 }, height: { required: true } })
})

test('hostile names are told, and the proposal parses', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string()).filter(name => name !== '' && !name.includes('/')),
        { maxLength: 30 },
      ),
      names => {
        const found = infer([...names.map(name => `x/${name}`), ...demoTree])
        expect(found.outlierCount + found.junkCount + found.following).toBeGreaterThanOrEqual(found.files)
        expect(() => parseSpecificationYaml(found.yaml, 'proposal.yaml')).not.toThrow()
      },
    ),
    { numRuns: 50 },
  )
})
