import {
  existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync, utimesSync, writeFileSync,
} from 'node:fs' // prettier-ignore
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { applyFix, listFixes, previewFix, undoFix, update, type Project } from '../src/index.ts'
import { allProblems, failureOf, Workspace } from './support/helpers.ts'

const specifications = `
ingress_directory: ingress
specifications:
  spec001:
    type: sequence
    filenameFields: [project, specification, descriptor, version, frame, extension]
    assetNameFields: [project, specification, descriptor, version]
  note001: { type: file }
`
const asset = (descriptor: string, version = 1) => `p-cat001_s-spec001_d-${descriptor}_v00${version}`
const frame = (descriptor: string, number: number, version = 1) => `${asset(descriptor, version)}_f000${number}.png`

/** Everything below the ingress: names, kinds, inodes, contents, modification times. */
function listing({ config }: Project): Readonly<Record<string, string>> {
  const folder = config.ingressDirectory
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .toSorted()
      .map(path => {
        const stat = statSync(join(folder, path), { bigint: true })
        return [path, stat.isDirectory() ? `folder ${stat.ino}` : `${stat.ino} ${stat.mtimeNs} ${readFileSync(join(folder, path), 'hex')}`]
      }),
  )
}

async function found(space: Workspace, files: Readonly<Record<string, string>>): Promise<Project> {
  const project = space.project(specifications)
  space.ingress(files)
  await update(project)
  return project
}

const pairs = async (project: Project) => (await previewFix(project)).plan.renames.map(({ from, to }) => [from, to])
const cat = asset('running-cat')

describe('a fix', () => {
  it('plans the legal name of each file and does nothing', async () => {
    using space = new Workspace()
    const project = await found(space, {
      [`${cat}/${frame('running-cat', 1)}`]: 'one',
      [`${cat}/${cat.replace('running', 'Running')}_f2.PNG`]: 'two',
      [`${cat}/p-cat001_s-spec001_d-running-cat_1_0003 (1).png`.replace('_1_', '_001_')]: 'three',
    })
    const before = listing(project)
    expect(await pairs(project)).toEqual([
      [`${cat}/${cat.replace('running', 'Running')}_f2.PNG`, `${cat}/${frame('running-cat', 2)}`],
      [`${cat}/p-cat001_s-spec001_d-running-cat_001_0003 (1).png`, `${cat}/${frame('running-cat', 3)}`],
    ])
    expect(listing(project)).toEqual(before)
    expect(listFixes(project)).toEqual([])
  })

  it('renames files, then their folder, and what was wrong is right after an update', async () => {
    using space = new Workspace()
    const project = await found(space, {
      [`Cats/P-cat001_S-spec001_D-Running Cat_V1/${cat}_f1.png`]: 'one',
      [`Cats/P-cat001_S-spec001_D-Running Cat_V1/${frame('running-cat', 2)}`]: 'two',
    })
    const { fix } = await applyFix(project)
    expect(fix).toMatchObject({ state: 'applied', renames: 2 })
    expect(Object.keys(listing(project))).toEqual([
      'Cats',
      `Cats/${cat}`,
      `Cats/${cat}/${frame('running-cat', 1)}`,
      `Cats/${cat}/${frame('running-cat', 2)}`,
    ])
    expect(await update(project)).toMatchObject({ valid: 1, invalid: 0, unassigned: 0 })
  })

  it('is undone exactly', async () => {
    using space = new Workspace()
    const project = await found(space, {
      [`a/P-cat001_S-spec001_D-Running Cat_V1/${cat}_f1.png`]: 'one',
      [`a/P-cat001_S-spec001_D-Running Cat_V1/${cat}_f2.png`]: 'two',
      'b/p-cat001_s-note001_d-Some Note_v1.TXT': 'note',
    })
    const before = listing(project)
    const { fix } = await applyFix(project)
    expect(listing(project)).not.toEqual(before)
    expect(await undoFix(project)).toMatchObject({ id: fix?.id, state: 'undone', renames: 4 })
    expect(listing(project)).toEqual(before)
    expect((await failureOf(undoFix(project))).code).toBe('not-found')
    expect((await failureOf(undoFix(project, fix?.id))).code).toBe('input-invalid')
  })

  it('of some assets leaves the others alone', async () => {
    using space = new Workspace()
    const project = await found(space, {
      [`${cat}/${cat}_f1.png`]: 'one',
      [`${asset('other')}/${asset('other')}_f1.png`]: 'one',
    })
    const { plan } = await applyFix(project, { only: [asset('other')] })
    expect(plan?.renames).toHaveLength(1)
    expect(existsSync(join(project.config.ingressDirectory, cat, `${cat}_f1.png`))).toBe(true)
  })

  it('refuses two files that mean one name, and does the rest', async () => {
    using space = new Workspace()
    const project = await found(space, {
      [`${cat}/${cat}_f1.png`]: 'one',
      [`${cat}/${cat}_f01.png`]: 'other',
      [`${cat}/${cat}_f2.png`]: 'two',
    })
    const { plan, fix } = await applyFix(project)
    expect(plan?.refused.map(({ reason }) => reason)).toEqual(['several would get this name', 'several would get this name'])
    expect(fix?.renames).toBe(1)
    expect(readFileSync(join(project.config.ingressDirectory, cat, `${cat}_f01.png`), 'utf8')).toBe('other')
  })

  it('refuses a name that is taken', async () => {
    using space = new Workspace()
    const project = await found(space, { [`${cat}/${frame('running-cat', 1)}`]: 'one', [`${cat}/${cat}_f1.png`]: 'other' })
    expect((await previewFix(project)).plan.refused).toMatchObject([{ from: `${cat}/${cat}_f1.png`, reason: 'the name is taken' }])
    expect((await applyFix(project)).fix).toBeUndefined()
  })

  it('refuses two folders that mean one name', async () => {
    using space = new Workspace()
    const project = await found(space, { [`one/${frame('running-cat', 1)}`]: 'one', [`two/${frame('running-cat', 2)}`]: 'two' })
    const { plan } = await previewFix(project)
    expect(plan.refused.map(({ from, kind }) => [from, kind])).toEqual([['one', 'directory'], ['two', 'directory']]) // prettier-ignore
  })

  it.each([
    ['changed', (file: string) => writeFileSync(file, 'longer than before')],
    ['touched', (file: string) => utimesSync(file, 1000, 1000)],
    ['gone', (file: string) => renameSync(file, `${file}.away`)],
  ])('does nothing when a file is %s since the update', async (_what, change) => {
    using space = new Workspace()
    const project = await found(space, { [`${cat}/${cat}_f1.png`]: 'one', [`${cat}/${cat}_f2.png`]: 'two' })
    change(join(project.config.ingressDirectory, cat, `${cat}_f2.png`))
    const before = listing(project)
    expect(await failureOf(applyFix(project))).toMatchObject({ code: 'precondition-failed', hint: 'Run: fairlead update' })
    expect(listing(project)).toEqual(before)
    expect(listFixes(project)).toEqual([])
  })

  it('does not undo when a file that was renamed is another one now, nor when its old name is taken', async () => {
    using space = new Workspace()
    const project = await found(space, { [`${cat}/${cat}_f1.png`]: 'one', [`${cat}/${cat}_f2.png`]: 'two' })
    await applyFix(project)
    const folder = join(project.config.ingressDirectory, cat)
    writeFileSync(join(folder, `${cat}_f2.png`), 'in the way')
    const before = listing(project)
    expect((await failureOf(undoFix(project))).message).toContain('is taken by something else; nothing was renamed')
    renameSync(join(folder, `${cat}_f2.png`), join(folder, frame('running-cat', 1)))
    expect((await failureOf(undoFix(project))).message).toContain('has changed since it was renamed; nothing was renamed')
    expect(Object.keys(before)).toHaveLength(4)
  })

  it('names a file after its folder when the asset that it names is nowhere', async () => {
    using space = new Workspace()
    const project = await found(space, { [`${cat}/${frame('running-cat', 1)}`]: 'one', [`${cat}/${frame('kiwi', 2)}`]: 'two' })
    expect(await pairs(project)).toEqual([[`${cat}/${frame('kiwi', 2)}`, `${cat}/${frame('running-cat', 2)}`]])
  })

  it('moves a file to the asset that it names', async () => {
    using space = new Workspace()
    const kiwi = asset('kiwi')
    const project = await found(space, {
      [`${cat}/${frame('running-cat', 1)}`]: 'one',
      [`${cat}/${kiwi}_f2.png`]: 'two',
      [`fruit/${kiwi}/${frame('kiwi', 1)}`]: 'kiwi',
    })
    expect(await pairs(project)).toEqual([[`${cat}/${kiwi}_f2.png`, `fruit/${kiwi}/${frame('kiwi', 2)}`]])
    await applyFix(project)
    expect(await update(project)).toMatchObject({ valid: 2, invalid: 0 })
  })

  it('moves a file to an asset that is misnamed itself', async () => {
    using space = new Workspace()
    const kiwi = asset('kiwi')
    const project = await found(space, {
      [`${cat}/${frame('running-cat', 1)}`]: 'one',
      [`${cat}/${kiwi}_f2.png`]: 'two',
      [`${kiwi.toUpperCase()}/${kiwi}_f1.png`]: 'kiwi',
    })
    const before = listing(project)
    await applyFix(project)
    expect(await update(project)).toMatchObject({ valid: 2, invalid: 0 })
    await undoFix(project)
    expect(listing(project)).toEqual(before)
  })

  it('proposes nothing for a file that may be meant in two ways', async () => {
    using space = new Workspace()
    const kiwi = asset('kiwi')
    const project = await found(space, {
      [`${cat}/${frame('running-cat', 1)}`]: 'one',
      [`${cat}/${frame('kiwi', 1)}`]: 'two',
      [`${kiwi}/${frame('kiwi', 1)}`]: 'kiwi',
    })
    const { plan } = await previewFix(project)
    expect(plan.renames).toEqual([])
    expect(plan.unresolved).toMatchObject([{ path: `${cat}/${frame('kiwi', 1)}` }])
  })

  it('never leaves the ingress by a symbolic link', async () => {
    using space = new Workspace()
    const project = space.project(specifications)
    space.write(`outside/${cat}_f1.png`, 'one')
    space.ingress({ [`${cat}/${cat}_f1.png`]: 'one' })
    await update(project)
    renameSync(join(project.config.ingressDirectory, cat), space.path('moved'))
    symlinkSync(space.path('moved'), join(project.config.ingressDirectory, cat))
    expect((await previewFix(project)).plan.refused).toMatchObject([{ reason: expect.stringContaining('symbolic link') }])
    expect((await failureOf(applyFix(project))).code).toBe('precondition-failed')
    expect(readdirSync(space.path('moved'))).toEqual([`${cat}_f1.png`])
  })

  it('does not rename a folder that holds the project', async () => {
    using space = new Workspace()
    space.write('ingress/wrong/fairlead.yaml', specifications.replace('ingress_directory: ingress', 'ingress_directory: ..'))
    const { openProject } = await import('../src/index.ts')
    const project = openProject(space.path('ingress/wrong'))
    space.write(`ingress/wrong/${frame('running-cat', 1)}`, 'one')
    await update(project)
    expect((await previewFix(project)).plan.refused).toMatchObject([{ from: 'wrong', reason: 'it contains files of the project itself' }])
  })

  it('takes hostile names as they are', async () => {
    using space = new Workspace()
    const hostile = ['new\nline', `quo'te"s`, '$(touch pwned)', '..', '<b>', 'ünïcode', 'a'.repeat(200)].map(
      text => `p-cat001_s-note001_d-${text}_v001.txt`,
    )
    const project = await found(space, Object.fromEntries(hostile.map(name => [name, name])))
    const before = listing(project)
    const { plan } = await applyFix(project)
    expect(plan?.renames ?? []).toEqual([])
    expect(listing(project)).toEqual(before)
  })

  it('never overwrites what takes a new name after the fix was planned', async () => {
    using space = new Workspace()
    const project = await found(space, { [`${cat}/${cat}_f1.png`]: 'one', [`${cat}/${cat}_f2.png`]: 'two' })
    const before = listing(project)
    await applyFix(project)
    await undoFix(project)
    const folder = join(project.folder, '.fairlead/names')
    const [journal = ''] = readdirSync(folder)
    const [plan = ''] = readFileSync(join(folder, journal), 'utf8').split('\n')
    writeFileSync(join(folder, journal), `${plan}\n`)
    const late = join(project.config.ingressDirectory, cat, frame('running-cat', 2))
    writeFileSync(late, 'late')
    expect((await failureOf(applyFix(project))).code).toBe('already-exists')
    expect(readFileSync(late, 'utf8')).toBe('late')
    await undoFix(project)
    renameSync(late, space.path('late'))
    expect(listing(project)).toEqual(before)
  })

  it('keeps hard links as they are', async () => {
    using space = new Workspace()
    const project = space.project(specifications)
    space.ingress({ [`${cat}/${cat}_f1.png`]: 'one' })
    linkSync(join(project.config.ingressDirectory, cat, `${cat}_f1.png`), space.path('second'))
    await update(project)
    await applyFix(project)
    expect(statSync(space.path('second')).nlink).toBe(2)
    await undoFix(project)
    expect(statSync(space.path('second')).nlink).toBe(2)
  })

  it('writes a journal that only this account can read', async () => {
    using space = new Workspace()
    const project = await found(space, { [`${cat}/${cat}_f1.png`]: 'one' })
    await applyFix(project)
    const folder = join(project.folder, '.fairlead/names')
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  })

  it('completes a fix of which only the journal was written, and undoes one half done', async () => {
    using space = new Workspace()
    const project = await found(space, { [`${cat}/${cat}_f1.png`]: 'one', [`${cat}/${cat}_f2.png`]: 'two' })
    const before = listing(project)
    await applyFix(project)
    const after = listing(project)
    const folder = join(project.folder, '.fairlead/names')
    const [journal = ''] = readdirSync(folder)
    const [plan = ''] = readFileSync(join(folder, journal), 'utf8').split('\n')
    // As a process leaves it that was killed between the two names of the last file.
    writeFileSync(join(folder, journal), `${plan}\n{"sta`)
    const ingress = join(project.config.ingressDirectory, cat)
    linkSync(join(ingress, frame('running-cat', 2)), join(ingress, `${cat}_f2.png`))
    expect((await previewFix(project)).unfinished).toMatchObject({ state: 'applying' })
    expect((await applyFix(project)).isResumed).toBe(true)
    expect(listing(project)).toEqual(after)
    writeFileSync(join(folder, journal), `${plan}\n`)
    linkSync(join(ingress, frame('running-cat', 2)), join(ingress, `${cat}_f2.png`))
    await undoFix(project)
    expect(listing(project)).toEqual(before)
    mkdirSync(join(ingress, 'still-usable'))
  })
})

describe('any tree of misnamed files', () => {
  /** A small generator of numbers from 0 to below 1, the same for the same seed. */
  const numbers = (seed: number) => () => {
    seed = (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    return ((seed ^ (seed >>> 13)) >>> 0) / 2 ** 32
  }
  const spoil: ReadonlyArray<(name: string) => string> = [
    name => name,
    name => name.toUpperCase(),
    name => name.replaceAll('_', '__'),
    name => name.replaceAll('_', ' '),
    name => name.replace(/_v00(\d)/, '_v$1'),
    name => name.replace(/_v(\d+)/, '_$1'),
    name => name.replace(/_f000(\d)/, '_f$1'),
    name => name.replace(/(\.[a-z]+)?$/, ' (1)$1'),
    name => name.replace('running', 'sleeping'),
    name => name.replace(/_d-([a-z-]+)_v(\d+)/, '_v$2_d-$1'),
    name => name.replace('d-', 'd-final-'),
    () => 'new\nline.txt',
  ]

  it.each(Array.from({ length: 24 }, (_, seed) => seed + 1))('is the same again after fix and undo (seed %i)', async seed => {
    using space = new Workspace()
    const next = numbers(seed * 7919)
    const choose = <T>(all: readonly [T, ...T[]] | readonly T[]): T => all[Math.floor(next() * all.length)] as T
    const files: Record<string, string> = {}
    for (let index = 0; index < 30; index++) {
      const [descriptor, version] = [choose(['running-cat', 'sleeping-cat', 'kiwi']), 1 + Math.floor(next() * 2)]
      const folder = choose(spoil)(asset(descriptor, version))
      const name = choose(spoil)(frame(descriptor, Math.floor(next() * 5), version))
      files[`${choose(['', 'deep/', 'deep/deeper/'])}${folder}/${name}`] = `${index}`
    }
    const project = await found(space, files)
    const before = listing(project)
    const { plan, fix } = await applyFix(project)
    const after = listing(project)
    const contents = (tree: Readonly<Record<string, string>>) => Object.values(tree).toSorted()
    expect(contents(after)).toEqual(contents(before))
    if (fix === undefined) return
    expect(fix.renames).toBe(plan?.renames.length)
    const problems = allProblems(project).length
    await update(project)
    expect(allProblems(project).length).toBeLessThanOrEqual(problems)
    await undoFix(project)
    expect(listing(project)).toEqual(before)
  })
})
