import { describe, expect, it } from 'vitest'
import { create, exportAssets, update, workflow, type WorkflowStep } from '../src/index.ts'
import { failureOf, png, testSpecifications, Workspace } from './support/helpers.ts'
import { storeClient, type Objects } from './support/memory-store.ts'

const asset = 'p-cat001_s-spec001_d-running-cat_v001'

function sample(space: Workspace, more: string) {
  const project = space.project(testSpecifications + more)
  space.ingress({ [`${asset}/${asset}_c0000-0005_f0001.png`]: png() })
  return project
}

const twoExporters = 'exporters: [{ connection: broken }, { connection: good }]\n'

describe('export', () => {
  it('puts every asset where its reference finds it', async () => {
    using space = new Workspace()
    const project = sample(space, 'exporters: [{ connection: good }]\n')
    const objects: Objects = new Map()
    await update(project)
    await create(project)
    const [outcome] = await exportAssets(project, name => storeClient(name, objects))
    expect(outcome).toMatchObject({ connection: 'good', ok: true, result: { assets: 1, files: 1, skipped: 0 } })
    await using client = await storeClient('good', objects)
    expect(await client.inspect('cat001/spec001/running-cat:v001')).toMatchObject({
      manifest: { type: 'sequence', specification: 'spec001' },
    })
    expect([...objects.keys()]).toContain(`content/${asset}/${asset}_c0000-0005_f0001.png`)
  })

  it('sends nothing the second time', async () => {
    using space = new Workspace()
    const project = sample(space, 'exporters: [{ connection: good }]\n')
    const objects: Objects = new Map()
    await update(project)
    await create(project)
    await exportAssets(project, name => storeClient(name, objects))
    const [outcome] = await exportAssets(project, name => storeClient(name, objects))
    expect(outcome).toMatchObject({ ok: true, result: { sent: 0, skipped: 1 } })
  })

  it('goes on with the next exporter when one fails', async () => {
    using space = new Workspace()
    const project = sample(space, twoExporters)
    const objects: Objects = new Map()
    await update(project)
    await create(project)
    const connect = (name: string) => (name === 'broken' ? Promise.reject(new Error('out of order')) : storeClient(name, objects))
    expect(await exportAssets(project, connect)).toMatchObject([
      { connection: 'broken', ok: false, error: { message: 'out of order', connection: 'broken' } },
      { connection: 'good', ok: true },
    ])
  })

  it('without an exporter says how to add one', async () => {
    using space = new Workspace()
    const error = await failureOf(exportAssets(sample(space, ''), name => storeClient(name, new Map())))
    expect(error).toMatchObject({ code: 'config-invalid', hint: 'Add one: exporters: [{connection: NAME}]' })
  })
})

describe('a workflow', () => {
  it('runs the configured steps in their order', async () => {
    using space = new Workspace()
    const project = sample(space, 'exporters: [{ connection: good }]\nworkflow: [update, create, export, delete]\n')
    const steps: WorkflowStep[] = []
    const result = await workflow(project, name => storeClient(name, new Map()), { onStep: step => steps.push(step) })
    expect(steps).toEqual(['update', 'create', 'export', 'delete'])
    expect(result.failed).toBeUndefined()
    expect(result.done.map(({ step }) => step)).toEqual(steps)
  })

  it('ends at the first step that fails and names it', async () => {
    using space = new Workspace()
    const result = await workflow(sample(space, ''), name => storeClient(name, new Map()), { steps: ['create', 'update'] })
    expect(result).toMatchObject({ done: [], failed: { step: 'create', error: { code: 'not-found' } } })
  })

  it('counts an exporter that fails as a failed step', async () => {
    using space = new Workspace()
    const result = await workflow(sample(space, twoExporters), () => Promise.reject(new Error('out of order')), {
      steps: ['update', 'create', 'export', 'delete'],
    })
    expect(result.failed).toMatchObject({ step: 'export', error: { message: 'out of order' } })
    expect(result.done.map(({ step }) => step)).toEqual(['update', 'create', 'export'])
  })

  it('rejects with the reason of its signal', async () => {
    using space = new Workspace()
    const reason = new Error('enough')
    const run = workflow(sample(space, ''), name => storeClient(name, new Map()), { signal: AbortSignal.abort(reason) })
    await expect(run).rejects.toBe(reason)
  })
})
