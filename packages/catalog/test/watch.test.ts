import { renameSync, rmSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openProject, watch, type UpdateResult, type WatchOptions } from '../src/index.ts'
import { png, settle, testSpecifications, Workspace } from './support/helpers.ts'

const asset = (name: string) => `p-cat001_s-spec001_d-${name}_v001`
const frame = (name: string, number: number) => `${asset(name)}/${asset(name)}_c0000-0001_f000${number}.png`

/** A watch under way; its updates are taken one by one. */
class Watching implements AsyncDisposable {
  readonly failures: string[] = []
  private readonly stop = new AbortController()
  private readonly updates: UpdateResult[] = []
  private readonly ended: Promise<void>

  constructor(space: Workspace, options: Partial<WatchOptions> = {}) {
    this.ended = watch(openProject(space.path('project')), {
      signal: this.stop.signal,
      settleMs: 150,
      reopen: () => openProject(space.path('project')),
      onUpdate: found => this.updates.push(found),
      onFailure: error => this.failures.push(error.message),
      onNotice: message => this.failures.push(message),
      ...options,
    })
  }

  async next(): Promise<UpdateResult> {
    for (;;) {
      const found = this.updates.shift()
      if (found !== undefined) return found
      await Promise.race([wait(20), this.ended])
    }
  }

  async failure(): Promise<string> {
    while (this.failures.length === 0) await wait(20)
    return this.failures.shift() ?? ''
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop.abort()
    await this.ended
  }
}

describe('a watch', () => {
  it('updates at once, and then only the folder in which something changed', async () => {
    using space = new Workspace()
    space.project(testSpecifications)
    space.ingress({ [frame('a', 1)]: png(), [frame('b', 1)]: png() })
    await settle()
    await using watching = new Watching(space)
    expect(await watching.next()).toMatchObject({ files: 2, valid: 2, changed: true })
    space.ingress({ [frame('b', 2)]: png() })
    expect(await watching.next()).toMatchObject({ files: 3, valid: 2, checked: 2 })
  })

  it('goes on when another folder takes the place of the ingress', async () => {
    using space = new Workspace()
    space.project(testSpecifications)
    space.ingress({ [frame('a', 1)]: png() })
    await settle()
    await using watching = new Watching(space)
    expect(await watching.next()).toMatchObject({ files: 1 })
    renameSync(space.path('project/ingress'), space.path('project/before'))
    space.ingress({ [frame('a', 1)]: png(), [frame('b', 1)]: png() })
    expect(await watching.next()).toMatchObject({ files: 2 })
    // Once the new folder is watched: a change before that is found by the look at everything.
    await wait(1500)
    space.ingress({ [frame('b', 2)]: png() })
    let found = await watching.next()
    while (found.files < 3) found = await watching.next()
    expect(found).toMatchObject({ files: 3 })
  })

  it('sees folders that come, with what is in them, and folders that go', async () => {
    using space = new Workspace()
    space.project(testSpecifications)
    space.ingress({ [frame('a', 1)]: png() })
    await settle()
    await using watching = new Watching(space)
    await watching.next()
    space.ingress({ [`new/deep/${frame('b', 1)}`]: png() })
    expect(await watching.next()).toMatchObject({ files: 2, assets: 2 })
    space.ingress({ [`new/deep/${frame('b', 2)}`]: png() })
    expect(await watching.next()).toMatchObject({ files: 3, assets: 2 })
    rmSync(space.path('project/ingress/new'), { recursive: true })
    expect(await watching.next()).toMatchObject({ files: 1, assets: 1 })
  })

  it('waits for a file that is still being written', async () => {
    using space = new Workspace()
    space.project(testSpecifications)
    space.ingress({ [frame('a', 1)]: png() })
    await settle()
    await using watching = new Watching(space, { settleMs: 400 })
    await watching.next()
    const image = png()
    for (let end = 10; end < image.length; end += Math.ceil(image.length / 8)) {
      space.ingress({ [frame('a', 2)]: image.subarray(0, end) })
      await wait(80)
    }
    space.ingress({ [frame('a', 2)]: image })
    expect(await watching.next()).toMatchObject({ files: 2, valid: 1 })
  })

  it('loads the specifications anew when they change, and goes on with the old ones while they are wrong', async () => {
    using space = new Workspace()
    space.project(testSpecifications)
    space.ingress({ [frame('a', 1)]: png() })
    await settle()
    await using watching = new Watching(space)
    expect(await watching.next()).toMatchObject({ valid: 1 })
    space.write('project/fairlead.yaml', 'ingress_directory: [')
    expect(await watching.failure()).toContain('fairlead.yaml')
    space.write('project/fairlead.yaml', testSpecifications.replace('height: { eq: 5', 'height: { eq: 6'))
    expect(await watching.next()).toMatchObject({ valid: 0, invalid: 1 })
  })

  it('rejects with what the first update throws', async () => {
    using space = new Workspace()
    space.write('project/fairlead.yaml', 'ingress_directory: nowhere\n')
    const stop = new AbortController()
    const project = openProject(space.path('project'))
    const told = { onUpdate: () => undefined, onFailure: () => undefined, onNotice: () => undefined }
    await expect(watch(project, { signal: stop.signal, reopen: () => project, ...told })).rejects.toMatchObject({ code: 'not-found' })
  })
})
