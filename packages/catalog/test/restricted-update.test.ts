import { renameSync, rmSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { update, type Project } from '../src/index.ts'
import { query } from '../src/index.ts'
import { png, rowsOf, settle, testSpecifications, vdbSpecification, Workspace } from './support/helpers.ts'

const specifications = `${testSpecifications}${vdbSpecification}`
const sequence = 'p-cat001_s-spec001_d-a_v001'
const frame = `${sequence}_c0000-0001_f0001.png`
const single = 'p-cat001_s-vdb001_d-v_v001.vdb'

async function paths(project: Project): Promise<readonly unknown[]> {
  return (await rowsOf(query(project, 'select filepath_relative as path from data order by path'))).map(({ path }) => path)
}

describe('an update restricted to some assets, where folders are checked together otherwise than before', () => {
  it('has every file once after a folder became part of the asset above it', async () => {
    using space = new Workspace()
    const project = space.project(specifications)
    space.ingress({ 'top/notes.txt': '', [`top/inner/${single}`]: '' })
    await settle()
    await update(project)
    space.ingress({ [`top/${frame}`]: png() })
    await settle()
    await update(project, { assets: ['/^top$/'] })
    expect(await paths(project)).toEqual([`top/inner/${single}`, 'top/notes.txt', `top/${frame}`])
  })

  it('has every file once, and loses none, after a folder is no longer part of the asset above it', async () => {
    using space = new Workspace()
    const project = space.project(specifications)
    space.ingress({ [`top/${frame}`]: png(), 'top/notes.txt': '', [`top/inner/${single}`]: '', 'top/other/x.txt': '' })
    await settle()
    await update(project)
    renameSync(space.path('project/ingress/top', frame), space.path('project/ingress', frame))
    await settle()
    await update(project, { assets: [`top/inner/${single}`] })
    expect(await paths(project)).toEqual([`top/inner/${single}`, 'top/notes.txt', 'top/other/x.txt'])
    rmSync(space.path('project/ingress', frame))
    expect(await update(project)).toMatchObject({ files: 3 })
  })
})
