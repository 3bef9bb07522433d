import { once } from 'node:events'
import type { CallOptions } from '@fairlead/core/host'
import { Boundaries } from './boundaries.ts'
import type { Command, Go, Report } from './command.ts'

/* A process that loads the library, waits for its command, and does it. The parent kills it, or it kills itself. */

const boundaries = new Boundaries()
const { createClient, createFairlead } = await import('@fairlead/core/host')
const { disk } = await import('@fairlead/client-disk')
const { applyFix, bumpSpecification, create, listFixes, openProject, query, saveQuery, undoFix, update, writeRows } =
  await import('@fairlead/catalog')
const { FairleadError } = await import('@fairlead/core')

let moved = 0
let resumed = 0

async function run(command: Command): Promise<void> {
  if (command.verb === 'update') return void (await update(openProject(command.project)))
  if (command.verb === 'create') return void (await create(openProject(command.project)))
  if (command.verb === 'name-fix') return void (await applyFix(openProject(command.project)))
  if (command.verb === 'name-undo') {
    const project = openProject(command.project)
    // What is undone can't be prepared: a copy of a tree has other inodes than those that were renamed.
    if (listFixes(project).length === 0) await applyFix(project)
    return void (await undoFix(project))
  }
  if (command.verb === 'query-output') {
    await using rows = await query(openProject(command.project), 'select * from data order by filepath')
    return void (await writeRows(command.file, rows, { format: 'csv' }))
  }
  if (command.verb === 'query-save') {
    return saveQuery(openProject(command.project), 'wide', { sql: 'select * from data' })
  }
  if (command.verb === 'spec-bump') return void (await bumpSpecification(openProject(command.project), 'note001'))
  const onEvent: CallOptions = {
    onEvent(event) {
      if (event.type === 'transfer-delta') moved += event.bytes
      if (event.type === 'transfer-resume') resumed += event.bytes
    },
  }
  if (command.verb === 'copy') {
    const { store, mirror } = command
    const builtIns = {
      store: { client: 'disk', settings: () => ({ root: store }) },
      mirror: { client: 'disk', settings: () => ({ root: mirror }) },
    }
    await using fairlead = createFairlead({ clients: [disk], builtIns })
    const { failures } = await fairlead.copy(command.from, command.to, onEvent)
    for (const { code, message } of failures) throw new FairleadError(code, message)
    return
  }
  if (command.verb === 'sync') {
    const { store, from, to, plan, trackRenames = false } = command
    await using fairlead = createFairlead({ clients: [disk], builtIns: { store: { client: 'disk', settings: () => ({ root: store }) } } })
    const maxDelete = { percent: 100 }
    const options = { ...onEvent, delete: true, maxDelete, trackRenames, ...(plan !== undefined && { plan }) }
    const made = await fairlead.sync(from, to, options)
    // A plan can't be prepared: a copy of a tree has other inodes than those it was made of.
    const { failures } = plan === undefined ? made : await fairlead.applySync(plan, { ...onEvent, maxDelete })
    for (const { code, message } of failures) throw new FairleadError(code, message)
    return
  }
  await using client = await createClient(disk, { root: command.root }, { name: 'store' })
  if (command.verb === 'push') await client.push(command.source, command.reference, { ...onEvent, force: command.force })
  else if (command.verb === 'pull') await client.pull(command.reference, command.destination, { ...onEvent, force: command.force })
  else if (command.verb === 'remove') await client.remove(command.reference)
  else {
    const { staging, force, prefix } = command
    const { failures } = await client.export(staging, { ...onEvent, force, ...(prefix !== undefined && { prefix }) })
    for (const { code, message } of failures) throw new FairleadError(code, message)
  }
}

const order = once(process, 'message')
process.send?.('ready')
const [go]: [Go] = (await order) as [Go]
let error: Report['error']
boundaries.begin(go.killAt)
try {
  await run(go.command)
} catch (thrown) {
  error = FairleadError.is(thrown) ? { code: thrown.code, message: thrown.message } : { code: 'unknown', message: String(thrown) }
}
const report: Report = { boundaries: boundaries.passed, moved, resumed, ...(error !== undefined && { error }) }
process.send?.(report)
process.disconnect()
