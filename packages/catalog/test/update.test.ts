import { execFileSync, fork } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { createFolders, createLocks } from '@fairlead/core/host'
import { describe, expect, it } from 'vitest'
import { query, readProblems, update, type CatalogEvent } from '../src/index.ts'
import { allProblems, failureOf, jpeg, png, rowsOf, settle, testSpecifications, vdbSpecification, Workspace } from './support/helpers.ts'

const asset = 'p-cat001_s-spec001_d-running-cat_v001'
const frame = (number: number, name = asset) => `${name}_c0000-0005_f000${number}.png`

describe('update', () => {
  it('opens nothing twice: a second run knows every file', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress({ [`${asset}/${frame(1)}`]: png(), [`${asset}/${frame(2)}`]: png() })
    await settle()
    expect((await update(project)).opened).toBe(2)
    expect(await update(project)).toMatchObject({ opened: 0, valid: 1 })
  })

  it('reads a file again whose content changed, even when size and modification time stayed', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    const good = png()
    const bad = Uint8Array.from(good)
    bad[0] = 0
    space.ingress({ [`${asset}/${frame(1)}`]: good })
    const file = space.path('project/ingress', asset, frame(1))
    utimesSync(file, 1000, 1000)
    await settle()
    expect((await update(project)).valid).toBe(1)
    writeFileSync(file, bad)
    utimesSync(file, 1000, 1000)
    await settle()
    expect(await update(project)).toMatchObject({ opened: 1, valid: 0, invalid: 1 })
  })

  it('opens no file when no specification measures traits', async () => {
    using space = new Workspace()
    const project = space.project(`ingress_directory: ingress\nspecifications:\n${vdbSpecification}`)
    space.ingress({ 'p-proj002_s-vdb001_d-bagel_v001.vdb': '' })
    expect(await update(project)).toMatchObject({ opened: 0, valid: 1 })
  })

  it('measures a file that it cannot read as an error of that file', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress({ [`${asset}/${frame(1)}`]: 'no image', [`${asset}/${frame(2)}`]: png() })
    expect(await update(project)).toMatchObject({ valid: 0, invalid: 1 })
    expect(allProblems(project)).toContainEqual(expect.objectContaining({ rule: 'measure', field: 'width', path: `${asset}/${frame(1)}` }))
  })

  it('refuses two asset paths of one reference, both of them, however far apart', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress({ [`a/${asset}/${frame(1)}`]: png(), [`z/${asset}/${frame(1)}`]: png() })
    // Enough between the two that they are not looked at in one go.
    const between = Array.from(
      { length: 1100 },
      (_, index) => `m/p-cat001_s-spec002_d-m${index}_v001/p-cat001_s-spec002_d-m${index}_v001_f0001.jpg`,
    )
    const image = jpeg()
    space.ingress(Object.fromEntries(between.map(path => [path, image])))
    expect(await update(project)).toMatchObject({ assets: 1102, valid: 1100, invalid: 2 })
    const groups = [...readProblems(project)]
    expect(groups.map(({ asset: path }) => path)).toEqual([`a/${asset}`, `z/${asset}`])
    expect(groups.flatMap(({ problems }) => problems.map(({ rule, message }) => [rule, message]))).toEqual([
      ['same-reference', `The reference cat001/spec001/running-cat:v001 is also that of z/${asset}.`],
      ['same-reference', `The reference cat001/spec001/running-cat:v001 is also that of a/${asset}.`],
    ])
  })

  it('reports assets inside of assets', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    const inner = 'p-cat001_s-spec002_d-inner_v001'
    space.ingress({ [`${asset}/${frame(1)}`]: png(), [`${asset}/${inner}/${inner}_f0001.jpg`]: jpeg() })
    expect(await update(project)).toMatchObject({ assets: 2, invalid: 2 })
    expect(allProblems(project).map(({ rule }) => rule)).toEqual(['nested-asset', 'nested-asset'])
  })

  it('reports files without a specification and goes on', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress({ 'notes.txt': 'x', 'p-cat001_s-none001_d-a_v001.txt': 'x', [`${asset}/${frame(1)}`]: png() })
    expect(await update(project)).toMatchObject({ files: 3, valid: 1, unassigned: 2 })
    expect(allProblems(project).map(({ rule }) => rule)).toEqual(['no-specification', 'unknown-specification'])
  })

  it('does not follow symbolic links', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.write('outside/secret.txt', 'secret')
    symlinkSync(space.path('outside'), space.path('project/ingress/folder'))
    symlinkSync(space.path('outside/secret.txt'), space.path('project/ingress/p-cat001_s-vdb001_d-a_v001.vdb'))
    expect(await update(project)).toMatchObject({ files: 2, assets: 0, unassigned: 2 })
    expect(allProblems(project).map(({ message }) => message)).toEqual([
      'A symbolic link is not followed.',
      'A symbolic link is not followed.',
    ])
  })

  it('does not scan its own files when the ingress is the project folder', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications.replace('ingress_directory: ingress', 'specification_files: []'))
    space.ingress({ 'a.txt': '' })
    expect((await update(project)).files).toBe(1)
    expect((await update(project)).files).toBe(1)
  })

  it('keeps hostile names as text', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    const names = [
      `'; drop table files; --`,
      'a\nb',
      '"><script>',
      '%00',
      '$(touch x)',
      '..a',
      '-rf',
      'x'.repeat(255),
      '\\',
      '\u202e',
      '__proto__',
      'constructor',
      '*?[',
      '`id`',
      ' ',
      'ü',
      'u\u0308',
    ]
    for (const folder of ['', 'sub/']) space.ingress(Object.fromEntries(names.map(name => [folder + name, 'x'])))
    await settle()
    await update(project)
    expect(await update(project)).toMatchObject({ files: names.length * 2, unassigned: names.length * 2 })
    const rows = await rowsOf(query(project, "select filename from data where filepath_relative not like 'sub/%'"))
    expect(rows.map(row => row['filename']).toSorted()).toEqual(names.toSorted())
  })

  it('tells names apart that are not UTF-8, of files and of folders, and loses none', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    const name = (bytes: number[]) => Buffer.concat([Buffer.from(`${space.path('project/ingress')}/bad`), Buffer.from(bytes)])
    for (const byte of [0xfe, 0xff]) {
      writeFileSync(name([byte]), '')
      mkdirSync(name([byte, 0x64]))
    }
    writeFileSync(name([0xef, 0xbf, 0xbd]), '')
    expect(await update(project)).toMatchObject({ files: 5, unassigned: 5 })
    expect(allProblems(project).map(({ path }) => path)).toEqual(
      expect.arrayContaining([String.raw`bad\xfe`, String.raw`bad\xfed`, String.raw`bad\xff`, String.raw`bad\xffd`, 'bad\uFFFD']),
    )
  })

  it('scans a path with characters that mean something in expressions', async () => {
    using space = new Workspace()
    space.write('project/t6+c (x)/p-proj002_s-vdb001_d-bagel_v001.vdb', '')
    const project = space.project(`ingress_directory: t6+c (x)\nspecifications:\n${vdbSpecification}`)
    expect((await update(project)).valid).toBe(1)
  })

  it('gives nothing for an empty ingress', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    expect(await update(project)).toMatchObject({ files: 0, assets: 0 })
    expect(await rowsOf(query(project))).toEqual([])
  })

  it('names an ingress that is not there', async () => {
    using space = new Workspace()
    const error = await failureOf(update(space.project('ingress_directory: nowhere\n')))
    expect(error).toMatchObject({ code: 'not-found' })
    expect(error.message).toContain('nowhere')
  })

  it('on worker threads finds the same as in process', async () => {
    using space = new Workspace()
    const image = png()
    const name = (index: number) => asset.replace('running', `r${index % 30}`)
    const path = (index: number) => `${name(index)}/${name(index)}_c0000-0005_f${String(index).padStart(4, '0')}.png`
    const plain = space.project(testSpecifications)
    space.ingress({ ...Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [path(index), image])), [path(2999)]: 'no image' })
    const rows = async () => rowsOf(query(plain, 'select filepath_relative, file_error, width, asset_valid from data order by 1'))
    expect(await update(plain)).toMatchObject({ files: 3000, valid: 29, invalid: 1 })
    const inProcess = await rows()
    process.env['FAIRLEAD_HOME'] = space.path('other-home')
    rmSync(plain.catalogFolder, { recursive: true })
    expect(await update(space.project(`${testSpecifications}engine: { threads: 2 }\n`))).toMatchObject({
      files: 3000,
      valid: 29,
      invalid: 1,
      opened: 3000,
    })
    expect(await rows()).toEqual(inProcess)
  })

  it('tells how far it is', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress({ [`${asset}/${frame(1)}`]: png() })
    const events: CatalogEvent[] = []
    await update(project, { onEvent: event => events.push(event) })
    expect(events.at(-1)).toEqual({ type: 'progress', phase: 'publish', done: 1, total: 1 })
    expect(events).toContainEqual({ type: 'progress', phase: 'scan', done: 1, total: 1 })
  })

  it('that is aborted keeps the old catalog and leaves no unfinished one', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress({ [`${asset}/${frame(1)}`]: png() })
    const { snapshot } = await update(project)
    const reason = new Error('enough')
    await expect(update(project, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const stop = new AbortController()
    const late = update(project, { signal: stop.signal, onEvent: ({ phase }) => phase === 'publish' && stop.abort(reason) })
    await expect(late).rejects.toBe(reason)
    expect(existsSync(snapshot)).toBe(true)
    expect(readdirSync(project.catalogFolder).filter(name => name.startsWith('unfinished'))).toEqual([])
  })

  it('of two at once gives both a whole catalog', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress({ [`${asset}/${frame(1)}`]: png() })
    const results = await Promise.all([update(project), update(project), update(project)])
    expect(results.map(({ valid }) => valid)).toEqual([1, 1, 1])
    expect(await rowsOf(query(project, 'select count(*) as n from data'))).toEqual([{ n: 1 }])
  })

  it('says whom it waits for when another one takes long', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    const locks = createLocks(join(createFolders().state, 'locks'))
    const told = Promise.withResolvers<string>()
    const done = locks.exclusive(`catalog:${project.file}`, () => told.promise)
    await update(project, { onWait: told.resolve })
    expect(await done).toBe(`waiting: another fairlead process is updating the project ${project.folder}`)
  })

  it('lets a reader finish with the catalog it began with', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress({ [`${asset}/${frame(1)}`]: png() })
    await update(project)
    const result = await query(project, 'select filename from data')
    renameSync(space.path('project/ingress', asset, frame(1)), space.path('project/ingress', asset, frame(2)))
    await update(project)
    const rows = []
    for await (const row of result.rows) rows.push(row)
    expect(rows).toEqual([{ filename: frame(1) }])
  })

  it('that is killed leaves the old catalog, and the next one completes', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    const image = png()
    space.ingress(
      Object.fromEntries(
        Array.from({ length: 1500 }, (_, index) => [
          `${asset.replace('running', `r${index % 30}`)}/${asset.replace('running', `r${index % 30}`)}_c0000-0005_f${String(index).padStart(4, '0')}.png`,
          image,
        ]),
      ),
    )
    for (let trial = 0; trial < 2; trial++) {
      const child = fork(new URL('./support/run-update.ts', import.meta.url), [project.folder], {
        execArgv: ['--conditions=@fairlead/source', '--no-warnings'],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      })
      let events = 0
      child.on('message', () => ++events > 2 + trial * 2 && child.kill('SIGKILL'))
      await once(child, 'exit')
    }
    const last = await update(project)
    expect(last).toMatchObject({ files: 1500, assets: 30, valid: 30 })
    // What the killed ones had read is not read again.
    expect(last.opened).toBeLessThan(1500)
    expect(await rowsOf(query(project, 'select count(*) as n from data where asset_valid'))).toEqual([{ n: 1500 }])
  })

  it('gives a snapshot that SQLite itself finds sound', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress({ [`${asset}/${frame(1)}`]: png() })
    const { snapshot } = await update(project)
    const check = `const { DatabaseSync } = require('node:sqlite'); console.log(new DatabaseSync(process.argv[1], { readOnly: true }).prepare('pragma integrity_check').get().integrity_check)`
    expect(execFileSync(process.execPath, ['-e', check, snapshot], { encoding: 'utf8' }).trim()).toBe('ok')
  })
})

it('refuses a staging folder in the ingress that holds deliveries, which it would not see', async () => {
  using space = new Workspace()
  const project = space.project(`${testSpecifications}staging_directory: ingress/cat001\n`)
  space.ingress({ 'cat001/delivery.txt': 'x', 'cat001/logs/a.log': 'x', 'cat001/.keep': '' })
  await expect(update(project)).rejects.toMatchObject({ code: 'config-invalid', message: expect.stringContaining('delivery.txt') })
  rmSync(space.path('project/ingress/cat001/delivery.txt'))
  expect(await update(project)).toMatchObject({ files: 0 })
})
