import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bench, tree, type Bench } from './support.ts'

/** A client whose settings hold a secret, as a login leaves it. */
function loggedIn(): Bench {
  const here = bench()
  tree(here.folder, { 'home/config/secrets.json': '{}', 'home/state/journal.sqlite': '', 'home/notes/a.txt': 'a' })
  return here
}

describe('a push of what Fairlead keeps on this machine', () => {
  it.each(['home', 'home/config', 'home/config/secrets.json', 'home/state', 'link'])('is refused: %s', async path => {
    const here = loggedIn()
    symlinkSync(join(here.folder, 'home'), join(here.folder, 'link'))
    const pushed = here.client.push(join(here.folder, path === 'link' ? 'link/config' : path), 'a/b')
    await expect(pushed).rejects.toMatchObject({ code: 'input-invalid', hint: expect.stringContaining('Push') })
    expect([...here.store.objects.keys()]).toEqual([])
  })

  it('is no push of the folders beside it', async () => {
    const here = loggedIn()
    expect(await here.client.push(join(here.folder, 'home', 'notes'), 'a/b')).toMatchObject({ outcome: 'created', files: 1 })
  })
})

describe('a push of a store', () => {
  it.each([
    ['its layout marker', { 'fairlead.json': '{"layout":1}', 'assets/a/b/x.txt': 'x' }],
    ['the marker of one below', { 'a.txt': 'a', 'store/fairlead.json': '{"layout":1}' }],
    ['what the disk client keeps', { 'x.txt': 'x', '.fairlead/metadata/x.txt': '[]' }],
    ['its lock', { 'x.txt': 'x', 'below/.fairlead/lock.sqlite': '' }],
  ])('is refused by %s', async (_what, files) => {
    const here = bench()
    const pushed = here.client.push(tree(join(here.folder, 'in'), files), 'a/b')
    await expect(pushed).rejects.toMatchObject({ code: 'input-invalid', message: expect.stringContaining('Fairlead store') })
  })

  it('is no push of a project, or of a file that has the name of a marker alone', async () => {
    const here = bench()
    const project = join(here.folder, 'project')
    mkdirSync(join(project, '.fairlead', 'catalog'), { recursive: true })
    writeFileSync(join(project, '.fairlead', 'catalog', 'one.sqlite'), '')
    writeFileSync(join(project, 'fairlead.json'), '{"name":"my own"}')
    expect(await here.client.push(project, 'a/b')).toMatchObject({ files: 2 })
  })
})
