import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createFolders, openFacts, stampOf } from '@fairlead/core/host'
import { describe, expect, it } from 'vitest'
import { create, openProject, query, readProblems, update, type Project } from '../src/index.ts'
import { jpeg, png, rowsOf, settle, testSpecifications, vdbSpecification, Workspace } from './support/helpers.ts'

/** Whole numbers below a bound, the same for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    return ((state ^ (state >>> 13)) >>> 0) % below
  }
}

const contents = [png(), png(9, 9), jpeg(), 'no image', '']
const folders = [
  'p-cat001_s-spec001_d-a_v001',
  'p-cat001_s-spec001_d-b_v001',
  'sub/p-cat001_s-spec001_d-a_v001',
  'sub/p-cat001_s-spec002_d-c_v001',
  'sub/deeper/plain',
  'p-cat001_s-spec001_d-a_v001/inner/p-cat001_s-spec002_d-n_v001',
  'p-cat001_s-spec002_d-x_v001/lost',
  'flat',
]
const names = [
  'p-cat001_s-spec001_d-a_v001_c0000-0001_f0001.png',
  'p-cat001_s-spec001_d-a_v001_c0000-0001_f0002.png',
  'p-cat001_s-spec001_d-b_v001_c0000-0001_f0001.png',
  'p-cat001_s-spec002_d-c_v001_f0001.jpg',
  'p-cat001_s-spec002_d-n_v001_f0001.jpg',
  'p-cat001_s_spec002_d-x_v001_f1.jpg',
  'p-cat001_s-vdb001_d-v_v001.vdb',
  'notes.txt',
]

const specifications = [
  `${testSpecifications}${vdbSpecification}`,
  `${testSpecifications.replace('height: { eq: 5, required: true }', 'height: { eq: 9 }')}${vdbSpecification}`,
  testSpecifications,
  `${testSpecifications}exclude: ['**/plain', 'flat/*.txt']\n`,
  `${testSpecifications}  cmp001: { type: complex, root: { depth: 1 }, filenameFields: [project, specification, descriptor, version, extension] }\n`,
]

/** What updates are restricted to before the update of all. */
const globs = ['sub', '/^sub$/', '*d-a*', '**/*d-n*', 'p-cat001_s-spec001_d-a_v001/inner/**', '**/*.vdb', 'flat']

/** What users see of a catalog, in an order of its own. */
function seen(project: Project, snapshot: string): unknown {
  const database = new DatabaseSync(snapshot, { readOnly: true })
  try {
    return {
      files: database.prepare('select * from data order by filepath_relative').all(),
      assets: database.prepare('select * from asset_data order by asset_path').all(),
      problems: [...readProblems(project)],
      consistent: database.prepare('pragma integrity_check').all(),
    }
  } finally {
    database.close()
  }
}

function filesBelow(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => statSync(join(folder, path)).isFile())
    : []
}

/** Changes something in the ingress, or the specifications. */
function edit(space: Workspace, below: (bound: number) => number): void {
  const ingress = space.path('project/ingress')
  const pick = <T>(items: readonly T[], otherwise: T): T => items[below(Math.max(1, items.length))] ?? otherwise
  const anyFile = () => pick(filesBelow(ingress), 'none')
  const place = () => join(ingress, pick(folders, 'flat'), pick(names, 'x'))
  const write = (file: string, content: string | Uint8Array) => {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  const kind = below(12)
  const file = join(ingress, anyFile())
  if (kind < 5) return write(place(), pick(contents, ''))
  if (kind === 5) return rmSync(file, { force: true })
  if (kind === 6 && existsSync(file)) {
    const to = place()
    mkdirSync(dirname(to), { recursive: true })
    return renameSync(file, to)
  }
  if (kind === 7 && existsSync(file)) return utimesSync(file, 1000 + below(1000), 1000 + below(1000))
  if (kind === 8 && existsSync(file)) {
    const { size, atime, mtime } = statSync(file)
    writeFileSync(file, 'x'.repeat(size))
    return utimesSync(file, atime, mtime)
  }
  if (kind === 9) {
    const from = join(ingress, pick(folders, 'flat'))
    const to = join(ingress, pick(folders, 'flat'))
    if (existsSync(from) && !existsSync(to) && !to.startsWith(`${from}/`)) {
      mkdirSync(dirname(to), { recursive: true })
      renameSync(from, to)
    }
    return
  }
  if (kind === 10) return rmSync(join(ingress, pick(folders, 'flat')), { recursive: true, force: true })
  space.write('project/fairlead.yaml', pick(specifications, testSpecifications))
}

describe('updates of any sequence of edits', () => {
  for (let seed = 1; seed <= 6; seed++) {
    it(`end in the same catalog as one from scratch (seed ${seed})`, async () => {
      using space = new Workspace()
      const below = numbers(seed * 7919)
      space.project(specifications[0] ?? '')
      for (let step = 0; step < 10; step++) {
        for (let edits = below(5); edits >= 0; edits--) edit(space, below)
        if (below(2) === 0) await settle()
        const project = openProject(space.path('project'))
        if (below(2) === 0) {
          await update(project, { assets: [globs[below(globs.length)] ?? '**'] })
          expect(await rowsOf(query(project, 'select filepath from data group by filepath having count(*) > 1'))).toEqual([])
        }
        const found = await update(project)
        const incremental = seen(project, found.snapshot)
        const home = process.env['FAIRLEAD_HOME']
        process.env['FAIRLEAD_HOME'] = space.path(`home-${step}`)
        const kept = space.path('project/.fairlead')
        renameSync(kept, space.path('kept'))
        const scratch = await update(project)
        expect(incremental).toEqual(seen(project, scratch.snapshot))
        expect({ ...found, opened: 0, checked: 0, changed: true, snapshot: '' }).toEqual({
          ...scratch,
          opened: 0,
          checked: 0,
          snapshot: '',
        })
        rmSync(kept, { recursive: true })
        renameSync(space.path('kept'), kept)
        process.env['FAIRLEAD_HOME'] = home
      }
    })
  }
})

describe('an update', () => {
  const asset = (name: string) => `p-cat001_s-spec001_d-${name}_v001`
  const frame = (name: string, number: number) => `${asset(name)}/${asset(name)}_c0000-0001_f000${number}.png`

  it('of an unchanged ingress keeps the snapshot', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress({ [frame('a', 1)]: png() })
    await settle()
    const first = await update(project)
    expect(await update(project)).toEqual({ ...first, opened: 0, checked: 0, changed: false })
  })

  it('looks anew only at the folder in which something changed', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress({ [frame('a', 1)]: png(), [frame('a', 2)]: png(), [frame('b', 1)]: png() })
    await settle()
    await update(project)
    space.ingress({ [frame('b', 2)]: png() })
    await settle()
    expect(await update(project)).toMatchObject({ files: 4, checked: 2, opened: 1, changed: true })
  })

  it('opens nothing again after content was linked into staging', async () => {
    using space = new Workspace()
    const project = space.project(`${testSpecifications}write_mode: link\n`)
    space.ingress({ [frame('a', 1)]: png(), [frame('a', 2)]: png() })
    await settle()
    expect((await update(project)).opened).toBe(2)
    expect((await create(project)).assets).toBe(1)
    await settle()
    expect(await update(project)).toMatchObject({ opened: 0, valid: 1 })
  })

  it('lets the hash it measured count when content is staged', async () => {
    using space = new Workspace()
    const project = space.project('ingress_directory: ingress\nspecifications:\n  vdb001: { type: file, traits: [sha256] }\n')
    const file = 'p-cat001_s-vdb001_d-a_v001.vdb'
    space.ingress({ [file]: 'content' })
    await settle()
    await update(project)
    using facts = openFacts(createFolders().state)
    const path = space.path('project/ingress', file)
    const [row] = await rowsOf(query(project, 'select sha256 from data'))
    expect(facts.file(stampOf(path, lstatSync(path, { bigint: true })))?.sha256).toBe(row?.['sha256'])
  })

  it('that is full checks everything and opens nothing that is known', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress({ [frame('a', 1)]: png() })
    await settle()
    await update(project)
    expect(await update(project, { full: true })).toMatchObject({ checked: 1, opened: 0, changed: true })
  })

  it('with globs leaves all other assets as they were', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress({ [frame('a', 1)]: png(), [frame('b', 1)]: png() })
    await settle()
    await update(project)
    space.ingress({ [frame('a', 1)]: 'no image', [frame('b', 1)]: 'no image' })
    await settle()
    expect(await update(project, { assets: ['*d-b*'] })).toMatchObject({ valid: 1, invalid: 1, checked: 1 })
    expect([...readProblems(project)].map(({ asset: path }) => path)).toEqual([asset('b')])
    expect(await update(project)).toMatchObject({ valid: 0, invalid: 2 })
  })

  it('with globs forgets assets that are gone, of those that are named', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress({ [frame('a', 1)]: png(), [frame('b', 1)]: png() })
    await settle()
    await update(project)
    rmSync(space.path('project/ingress', asset('a')), { recursive: true })
    rmSync(space.path('project/ingress', asset('b')), { recursive: true })
    expect(await update(project, { assets: [asset('a')] })).toMatchObject({ assets: 1, files: 1 })
    expect(await update(project)).toMatchObject({ assets: 0, files: 0 })
  })

  it('with globs takes only those assets into a first catalog', async () => {
    using space = new Workspace()
    const project = space.project(`${testSpecifications}${vdbSpecification}`)
    space.ingress({ [frame('a', 1)]: png(), 'p-cat001_s-vdb001_d-v_v001.vdb': '', 'p-cat001_s-vdb001_d-w_v001.vdb': '' })
    await settle()
    expect(await update(project, { assets: ['*d-w*'] })).toMatchObject({ assets: 1, files: 1, valid: 1 })
    expect(await update(project)).toMatchObject({ assets: 3, files: 3 })
  })

  it('with globs checks all assets where the rules changed, so that none is lost', async () => {
    using space = new Workspace()
    const files = { [frame('a', 1)]: png(), [frame('b', 1)]: png() }
    const project = space.project(testSpecifications)
    space.ingress(files)
    await settle()
    await update(project)
    const changed = space.project(`${testSpecifications}${vdbSpecification}`)
    expect(await update(changed, { assets: [asset('a')] })).toMatchObject({ assets: 2, files: 2 })
    expect(await update(changed, { assets: [asset('a')], full: true })).toMatchObject({ assets: 2, files: 2 })
  })

  it('of changed paths looks at nothing else', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress({ [frame('a', 1)]: png(), [frame('b', 1)]: png() })
    await settle()
    await update(project)
    space.ingress({ [frame('a', 1)]: 'no image', [frame('b', 1)]: 'no image' })
    expect(await update(project, { changed: new Set([frame('b', 1)]) })).toMatchObject({ valid: 1, invalid: 1, checked: 1 })
    expect(await update(project)).toMatchObject({ valid: 0, invalid: 2 })
  })

  it('measures anew when a module that a specification imports changed', async () => {
    using space = new Workspace()
    const module = `import { defineSpecification, defineTrait } from '@fairlead/assets'
import { answer } from './answer.ts'
export default defineSpecification({ name: 'own001', type: 'file',
  traits: { answer: defineTrait({ type: 'integer', description: 'x', measure: () => answer }) } })`
    space.write('project/spec.ts', module)
    space.write('project/answer.ts', 'export const answer = 41')
    const project = space.project('ingress_directory: ingress\nspecification_files: [spec.ts]\n')
    space.ingress({ 'p-cat001_s-own001_d-a_v001.txt': 'x' })
    await settle()
    // In a process of its own: the test runner loads modules in its own way.
    const program = `
      import { writeFileSync } from 'node:fs'
      import { openProject, update } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
      const first = await update(openProject(process.argv[1]))
      const again = await update(openProject(process.argv[1]))
      writeFileSync(process.argv[1] + '/answer.ts', 'export const answer = 42')
      const edited = await update(openProject(process.argv[1]))
      console.log(JSON.stringify([first, again, edited].map(({ opened, changed }) => [opened, changed])))`
    const flags = ['--conditions=@fairlead/source', '--no-warnings', '--input-type=module', '-e', program]
    const output = execFileSync(process.execPath, [...flags, project.folder], { encoding: 'utf8' })
    expect(JSON.parse(output)).toEqual([
      [1, true],
      [0, false],
      [1, true],
    ])
  })
})
