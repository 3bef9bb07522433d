import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { Both } from './both.ts'
import { hideboundMissing, timeout, type HideboundRow } from './hidebound.ts'
import { demonstrationTree, differingTree, mainTree } from './trees.ts'

/* The real Hidebound and ours, each from the same configuration and specifications, on the same tree. Ours converts both. */

const missing = hideboundMissing()
// With its reason, which the run tells at its end.
beforeEach(({ skip }) => skip(missing !== undefined, missing))
const small = join(import.meta.dirname, 'small_frames.py')
const studio = join(import.meta.dirname, '../../packages/assets/test/hidebound/studio.py')
const axes = ['coordinate_x', 'coordinate_y', 'coordinate_z']
const compared = ['project', 'descriptor', 'version', 'frame', 'extension', 'width', 'height', 'channels']

type Verdict = Readonly<Record<string, unknown>>

/** Their row in the terms that both have: whether a file is at fault and not the words, and no names of what is wrong. */
function theirVerdict({ path, specification, file_error, traits, asset_path, asset_type, asset_valid }: HideboundRow): Verdict {
  return {
    path,
    specification,
    fault: file_error !== null,
    asset_path,
    asset_type,
    asset_valid,
    coordinate: traits['coordinate'] ?? null,
    ...Object.fromEntries(compared.map(name => [name, traits[name] ?? null])),
  }
}

function ourVerdict(row: Verdict): Verdict {
  const coordinate = axes.map(axis => row[axis]).filter(value => value !== null)
  return {
    path: row['filepath_relative'],
    specification: row['specification'],
    fault: row['file_error'] !== null,
    asset_path: row['asset_path_relative'],
    asset_type: row['asset_type'],
    asset_valid: row['asset_valid'],
    coordinate: coordinate.length > 0 ? coordinate : null,
    ...Object.fromEntries(compared.map(name => [name, row[name] ?? null])),
  }
}

interface Compared {
  readonly theirs: readonly Verdict[]
  readonly ours: readonly Verdict[]
  /** Files whose verdict differs. */
  readonly differing: readonly string[]
  /** Names of assets that Hidebound gives and ours does not. */
  readonly names: ReadonlyArray<readonly [theirs: unknown, ours: unknown]>
}

function compare(both: Both): Compared {
  const byPath = (a: Verdict, b: Verdict) => (String(a['path']) < String(b['path']) ? -1 : 1)
  const [rows, own] = [both.theirs(), both.rows()]
  const theirs = rows.map(theirVerdict).toSorted(byPath)
  const ours = own.map(ourVerdict).toSorted(byPath)
  expect(ours.map(({ path }) => path)).toEqual(theirs.map(({ path }) => path))
  const differs = (one: Verdict, index: number) => JSON.stringify(one) !== JSON.stringify(ours[index])
  const nameOf = new Map(own.map(row => [row['filepath_relative'], row['asset_name']]))
  const names = rows.flatMap(row =>
    row.asset_name === null || nameOf.get(row.path) === row.asset_name ? [] : [[row.asset_name, nameOf.get(row.path)] as const],
  )
  return { theirs, ours, differing: theirs.filter(differs).map(({ path }) => String(path)), names }
}

/** Which keys of two verdicts on one file differ, with both values. */
function difference({ theirs, ours }: Compared, path: string): Readonly<Record<string, readonly [theirs: unknown, ours: unknown]>> {
  const [their, our] = [theirs, ours].map(verdicts => verdicts.find(verdict => verdict['path'] === path))
  const keys = Object.keys(their ?? {}).filter(key => JSON.stringify(their?.[key]) !== JSON.stringify(our?.[key]))
  return Object.fromEntries(keys.map(key => [key, [their?.[key], our?.[key]]]))
}

describe('Hidebound and ours', { timeout }, () => {
  it('judge the tree of 27 files alike, but for what a name says of its specification', () => {
    using both = new Both(mainTree(), small)
    const compared = compare(both)
    const stray = 'proj001/spec001/pizza/p-proj001_s-spec001_d-pizza_v003/p-proj001_s-spec0001_d-pizza_v003_c0000-0001_f0005.png'
    const volumes = ['001', '002', '003'].map(version => `proj002/vdb001/p-proj002_s-vdb001_d-bagel_v${version}.vdb`)
    expect(compared.differing).toEqual([stray, ...volumes])
    expect(compared.names).toEqual([])
    // "s-spec0001" is a misspelled spec001: theirs says of it no more than that there is no such specification.
    expect(difference(compared, stray)).toMatchObject({
      specification: [null, 'spec001'],
      asset_path: [null, 'proj001/spec001/pizza/p-proj001_s-spec001_d-pizza_v003'],
    })
    // Nobody defined vdb001: theirs has it in the column all the same, ours in the message.
    for (const path of volumes) expect(difference(compared, path)).toEqual({ specification: ['vdb001', null] })
    expect(compared.ours.filter(row => row['asset_valid'] === true)).toHaveLength(14)
  })

  it('judge the tree of 12 files alike', () => {
    using both = new Both(demonstrationTree(), studio)
    const compared = compare(both)
    expect(compared.differing).toEqual([])
    expect(compared.names).toEqual([])
    expect(compared.ours.filter(row => row['asset_valid'] === true)).toHaveLength(9)
  })

  it('differ where theirs is wrong', () => {
    using both = new Both(differingTree(), small)
    const compared = compare(both)
    const taco = (version: string) => `p-proj001_s-spec002_d-taco_${version}`
    const validity = (folder: string) =>
      compared.theirs.flatMap((their, index) =>
        String(their['path']).startsWith(`${folder}/`) ? [[their['asset_valid'], compared.ours[index]?.['asset_valid']]] : [],
      )
    // A file of another asset spoils the asset in whose folder it lies; theirs exports the rest of it.
    expect(validity('foreign')).toEqual([
      [true, false],
      [true, false],
      [false, false],
    ])
    // A blank is no part of a name; theirs skips it.
    expect(validity('blank')).toEqual([
      [true, false],
      [true, false],
    ])
    expect(difference(compared, `blank/${taco('v002')}/${taco('v002')}_f0002 .jpg`)).toMatchObject({
      fault: [false, true],
      frame: [2, null],
    })
    // Digits are 0 to 9; theirs takes those of any script.
    expect(difference(compared, `script/${taco('v003')}/${taco('v003')}_f٠٠٠٢.jpg`)).toMatchObject({
      fault: [false, true],
      frame: [2, null],
    })
    // "cats-spec001" is a descriptor; theirs takes the first "s-" for the specification.
    const trap = 'd-cats-spec001_s-spec002_p-proj001_v001'
    expect(difference(compared, `trap/${trap}/${trap}_f0001.jpg`)).toEqual({ specification: ['spec001', 'spec002'] })
  })

  it('differ on an empty pattern to exclude: theirs leaves out every file', () => {
    using both = new Both(mainTree(), small, { exclude_regex: '' })
    expect(both.theirs()).toEqual([])
    expect(both.rows()).toHaveLength(27)
  })
})
