import { assignFiles, defineSpecification, referenceText, validateAsset, type Assignment, type Problem } from '@fairlead/assets'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const frames = ['project', 'specification', 'descriptor', 'version', 'coordinate', 'frame', 'extension'] as const
const size = { width: { eq: 4, required: true }, height: { eq: 5, required: true } } as const
const spec001 = defineSpecification({
  name: 'spec001',
  type: 'sequence',
  filenameFields: frames,
  traits: ['width', 'height'],
  rules: { ...size, extension: { eq: 'png' } },
})
const spec002 = defineSpecification({
  name: 'spec002',
  type: 'sequence',
  filenameFields: ['project', 'specification', 'descriptor', 'version', 'frame', 'extension'],
  traits: ['width', 'height'],
  rules: { ...size, extension: { eq: 'jpg' } },
})
const vdb001 = defineSpecification({ name: 'vdb001', type: 'file', rules: { extension: { eq: 'vdb' } } })
const scn001 = defineSpecification({ name: 'scn001', type: 'complex', root: { depth: 2 } })
const all = [spec001, spec002, vdb001, scn001]

const measured = { traits: { width: 4, height: 5 } }

function verdicts({ assets }: Assignment) {
  return assets.map(asset => ({
    path: asset.path,
    ...validateAsset(
      asset.specification,
      asset.files.map(file => ({ ...file, ...measured })),
      asset,
    ),
  }))
}

/** What is wrong, as "last segment: rule". */
function told(problems: readonly Problem[]): string[] {
  return problems.map(({ path, rule }) => `${path.slice(path.lastIndexOf('/') + 1)}: ${rule}`)
}

function directory(folder: string, names: readonly string[]): string[] {
  return names.map(name => `${folder}/${name}`)
}

const pizza = (version: number) => `p-proj001_s-spec001_d-pizza_v00${version}`
const taco = (version: number) => `p-proj001_s-spec002_d-taco_v00${version}`

/** The tree of 27 files that the naming scheme is customarily tried on. */
const tree = [
  ...directory(
    `proj001/spec001/pizza/${pizza(1)}`,
    [1, 2, 3].map(frame => `${pizza(1)}_c0000-0001_f000${frame}.png`),
  ),
  ...directory(
    `proj001/spec001/pizza/${pizza(2)}`,
    [0, 1].flatMap(y => [1, 2, 3, 4].map(frame => `${pizza(2)}_c0000-000${y}_f000${frame}.png`)),
  ),
  ...directory(`proj001/spec001/pizza/${pizza(3)}`, [
    'p-proj001_s-spec001_d-kiwi_v003_c0000-0001_f0001.png',
    'p-proj001_s-spec001_d-pizza_v003_c0000-0001_f0002.png',
    'p-proj001_s-spec001_d-PIZZA_v003_c0000-0001_f0003.png',
    'p-proj001_s-spec001_d-pizza_v003_c0000-0001_f0004.png',
    'p-proj001_s-spec0001_d-pizza_v003_c0000-0001_f0005.png',
    'misc.txt',
  ]),
  ...directory(
    `proj001/spec002/taco/${taco(1)}`,
    [0, 1, 2].map(frame => `${taco(1)}_f000${frame}.jpg`),
  ),
  ...directory(`proj001/spec002/taco/${taco(2)}`, [
    'p-proj001_s-spec002_d-taco_v001_f0000.jpg',
    'p-proj001_s-spec002_d-taco_v002_f0001.jpg',
    'p-proj001_s-spec002_d-taco_v002',
    'p-proj001_s-spec002_d-taco_v02_f0003.jpg',
  ]),
  ...directory(
    'proj002/vdb001',
    [1, 2, 3].map(version => `p-proj002_s-vdb001_d-bagel_v00${version}.vdb`),
  ),
]

describe('the customary tree of 27 files', () => {
  const assignment = assignFiles([spec001, spec002, vdb001], tree)
  const found = verdicts(assignment)

  test('has eight assets, of which the two with bad files are invalid as a whole', () => {
    expect(found.map(({ valid }) => valid)).toEqual([true, true, false, true, false, true, true, true])
  })

  test('names every bad file of an asset, where it is wrong and what it should be', () => {
    expect(found[2]?.problems.map(({ path, ...problem }) => ({ file: path.split('/').at(-1), ...problem }))).toEqual([
      {
        file: 'p-proj001_s-spec001_d-kiwi_v003_c0000-0001_f0001.png',
        rule: 'other-asset',
        message: `The file belongs to the asset p-proj001_s-spec001_d-kiwi_v003, but is in the directory of ${pizza(3)}.`,
      },
      {
        file: 'p-proj001_s-spec0001_d-pizza_v003_c0000-0001_f0005.png',
        rule: 'separator-or-end',
        position: 19,
        message: 'Expected "_" and the descriptor after the specification, found "1".',
        legalName: 'p-proj001_s-spec001_d-pizza_v003_c0000-0001_f0005.png',
      },
      {
        file: 'p-proj001_s-spec001_d-PIZZA_v003_c0000-0001_f0003.png',
        field: 'descriptor',
        rule: 'token',
        position: 22,
        message: 'The descriptor must be lower-case letters, digits and hyphens, with no hyphen first (d-running-cat): found "P".',
        legalName: 'p-proj001_s-spec001_d-pizza_v003_c0000-0001_f0003.png',
      },
    ])
    expect(told(found[4]?.problems ?? [])).toEqual([
      'p-proj001_s-spec002_d-taco_v001_f0000.jpg: other-asset',
      'p-proj001_s-spec002_d-taco_v002: separator-or-end',
      'p-proj001_s-spec002_d-taco_v02_f0003.jpg: token',
    ])
  })

  test('leaves a file without a specification out', () => {
    expect(assignment.unassigned.map(({ path, problem }) => [path.split('/').at(-1), problem.rule])).toEqual([
      ['misc.txt', 'no-specification'],
    ])
  })

  test('gives every asset its reference', () => {
    expect(assignment.assets.map(({ reference }) => (reference === undefined ? '' : referenceText(reference)))).toEqual([
      'proj001/spec001/pizza:v001',
      'proj001/spec001/pizza:v002',
      'proj001/spec001/pizza:v003',
      'proj001/spec002/taco:v001',
      'proj001/spec002/taco:v002',
      'proj002/vdb001/bagel:v001',
      'proj002/vdb001/bagel:v002',
      'proj002/vdb001/bagel:v003',
    ])
  })
})

test('of the demonstration tree only the asset with a wrong capital is invalid', () => {
  const cat = 'p-cat001_s-spec001_d-running-cat_v001'
  const frames002 = (name: string) => [1, 2, 3].map(frame => `${name}_f000${frame}.jpg`)
  const paths = [
    ...directory(`p-cat001/spec001/${cat}`, [
      `${cat}_c0000-0005_f0001.png`,
      'p-cat001_s-spec001_d-Running-Cat_v001_c0000-0005_f0002.png',
      `${cat}_c0000-0005_f0003.png`,
    ]),
    ...['d-tabby-playing_v001', 'd-tabby-playing_v002', 'd-calico-jumping_v001'].flatMap(rest =>
      directory(`p-cat001/s-spec002/${rest.slice(0, -5)}/p-cat001_s-spec002_${rest}`, frames002(`p-cat001_s-spec002_${rest}`)),
    ),
  ]
  const found = verdicts(assignFiles([spec001, spec002], paths))
  expect(found.map(({ valid }) => valid)).toEqual([true, true, true, false])
  expect(found[3]?.problems.map(({ position, legalName }) => [position, legalName])).toEqual([[21, `${cat}_c0000-0005_f0002.png`]])
})

describe('assignFiles', () => {
  const cat = 'p-cat001_s-spec002_d-cat_v001'
  const frame = (number: number, name = cat) => `${name}_f000${number}.jpg`

  test('a directory that disagrees with all of its files is what is wrong', () => {
    const [asset] = verdicts(assignFiles(all, directory('in/p-cat001_s-spec002_d-Cat_v001', [frame(1), frame(2)])))
    expect(asset?.problems).toEqual([
      {
        path: 'in/p-cat001_s-spec002_d-Cat_v001',
        rule: 'directory-name',
        field: 'descriptor',
        position: 21,
        legalName: cat,
        message: `The directory is named after its files: expected ${cat}, found p-cat001_s-spec002_d-Cat_v001.`,
      },
    ])
  })

  test('a directory of misnamed files only is an asset by its own name', () => {
    const [asset] = verdicts(assignFiles(all, directory(cat, ['P-CAT001_S-SPEC002_D-CAT_V001_F0001.JPG'])))
    expect(asset).toMatchObject({ name: cat, valid: false, problems: [{ rule: 'indicator', position: 0, legalName: frame(1) }] })
  })

  test('a misnamed file outside of any asset is told its legal name', () => {
    const { assets, unassigned } = assignFiles(all, ['loose/p-cat001_s-VDB001_d-cat_v001.vdb'])
    expect([assets, unassigned[0]?.problem]).toMatchObject([
      [],
      { rule: 'no-specification', legalName: 'p-cat001_s-vdb001_d-cat_v001.vdb' },
    ])
  })

  test('a claim where there are no specifications is told so', () => {
    const { unassigned } = assignFiles([], ['p-cat001_s-abc001_d-cat_v001.vdb'])
    expect(unassigned[0]?.problem.message).toBe('There is no specification abc001; the project has none.')
  })

  test('a claim of a specification that does not exist is told which there are', () => {
    const { unassigned } = assignFiles([vdb001], ['p-cat001_s-abc001_d-cat_v001.vdb'])
    expect(unassigned[0]?.problem).toMatchObject({
      rule: 'unknown-specification',
      message: 'There is no specification abc001; there are: vdb001.',
    })
  })

  test('a file of a sequence at the top of the ingress lies in no asset', () => {
    expect(assignFiles(all, [frame(1)]).unassigned[0]?.problem.rule).toBe('no-asset-directory')
  })

  test('a file of another sequence makes the asset in whose directory it lies invalid', () => {
    const paths = directory(cat, [frame(1), frame(2), 'p-cat001_s-spec001_d-cat_v001_c0000_f0001.png'])
    const [asset, ...others] = verdicts(assignFiles(all, paths))
    expect(others).toEqual([])
    expect(told(asset?.problems ?? [])).toEqual(['p-cat001_s-spec001_d-cat_v001_c0000_f0001.png: other-specification'])
  })

  test('assets inside of each other are both wrong', () => {
    const inner = `${cat}/sub/p-cat001_s-spec002_d-dog_v001`
    const found = verdicts(
      assignFiles(all, [
        `${cat}/${frame(1)}`,
        `${inner}/${frame(1, 'p-cat001_s-spec002_d-dog_v001')}`,
        `${cat}/p-cat001_s-vdb001_d-a_v001.vdb`,
      ]),
    )
    expect(found.map(({ path, problems }) => [path, problems.map(({ message }) => message)])).toEqual([
      [cat, [`The asset contains the asset ${inner} and 1 more.`]],
      [`${cat}/p-cat001_s-vdb001_d-a_v001.vdb`, [`The asset is inside the asset ${cat}.`]],
      [inner, [`The asset is inside the asset ${cat}.`]],
    ])
  })

  test('two paths with one reference are both wrong', () => {
    const found = verdicts(assignFiles(all, [`a/${cat}/${frame(1)}`, `b/${cat}/${frame(1)}`, `c/${cat}/${frame(1)}`]))
    expect(found.map(({ problems }) => problems.map(({ rule, message }) => `${rule}: ${message}`))).toEqual([
      [`same-reference: The reference cat001/spec002/cat:v001 is also that of b/${cat} and 1 more.`],
      [`same-reference: The reference cat001/spec002/cat:v001 is also that of a/${cat} and 1 more.`],
      [`same-reference: The reference cat001/spec002/cat:v001 is also that of a/${cat} and 1 more.`],
    ])
  })

  test('files of a complex asset are gathered under its root', () => {
    const scene = 'p-cat001_s-scn001_d-room_v001'
    const paths = [`shots/${scene}/a/${scene}.usd`, `shots/${scene}/${scene}.txt`, `shots/${scene}.txt`]
    const { assets, unassigned } = assignFiles(all, paths)
    expect(assets.map(({ path, files }) => [path, files.length])).toEqual([[`shots/${scene}`, 2]])
    expect(unassigned.map(({ problem }) => problem.rule)).toEqual(['no-asset-directory'])
  })

  test('a root function that throws is an error on its file', () => {
    const broken = defineSpecification({
      name: 'scn001',
      type: 'complex',
      root: path => {
        if (path.startsWith('bad/')) throw new RangeError('no root')
        return 'good'
      },
    })
    const { assets, unassigned } = assignFiles(
      [broken],
      ['bad/p-cat001_s-scn001_d-a_v001.usd', 'good/p-cat001_s-scn001_d-a_v001.usd', 'else/p-cat001_s-scn001_d-a_v001.usd'],
    )
    expect(assets.map(({ path }) => path)).toEqual(['good'])
    expect(unassigned.map(({ problem }) => problem.message)).toEqual([
      'The root function of scn001 failed: it threw RangeError: no root.',
      'A file of the complex scn001 must be in the directory of its asset.',
    ])
  })

  test('base rules are inherited by every specification', () => {
    const found = verdicts(assignFiles(all, ['p-cat001_s-vdb001_d-final_v000.vdb', 'p-cat001_s-vdb001_d-cat_v001.VDB']))
    expect(found.map(({ problems }) => problems.map(({ rule, position, legalName }) => [rule, position, legalName]))).toEqual([
      [
        ['extension-lower-case', 29, 'p-cat001_s-vdb001_d-cat_v001.vdb'],
        ['eq', 29, undefined],
      ],
      [
        ['descriptor-start', 20, undefined],
        ['version-above-zero', 27, undefined],
      ],
    ])
  })

  test('every file is in exactly one asset or in none, whatever the paths', () => {
    const segment = fc.constantFrom(
      'a',
      'misc.txt',
      cat,
      frame(1),
      frame(2),
      'p-cat001_s-spec0001_x',
      'S-SPEC001',
      'p-cat001_s-vdb001_d-a_v001.vdb',
      'p-cat001_s-scn001_d-a_v001.txt',
    )
    const paths = fc.uniqueArray(
      fc.array(segment, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/')),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(paths, list => {
        const { assets, unassigned } = assignFiles(all, list)
        const placed = [...assets.flatMap(({ files }) => files.map(({ path }) => path)), ...unassigned.map(({ path }) => path)]
        expect(placed.sort()).toEqual([...list].sort())
      }),
    )
  })
})
