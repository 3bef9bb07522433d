import { text } from 'node:stream/consumers'
import { inspect } from 'node:util'
import { bytesSource, type AnyPlugin } from '@fairlead/core'
import { fileSource, unfinishedTransfers, type Client, type TransferEvent } from '@fairlead/core/host'
import type { ChildReport, ChildTask } from './child-task.ts'
import { openClient } from './open-client.ts'
import { withoutOperations } from './unwritten.ts'

/** The entry of the suite's processes: one task from standard input, one report to standard output. */
const task: ChildTask = JSON.parse(await text(process.stdin))
const module: Readonly<Record<string, AnyPlugin>> = await import(task.module)
const plugin = module[task.export]
if (plugin === undefined) throw new Error(`${task.module} has no export "${task.export}"`)

const events: TransferEvent[] = []
const failures: string[] = []
let moved = 0

function onEvent(event: TransferEvent): void {
  events.push(event)
  if (event.type !== 'transfer-delta') return
  moved += event.bytes
  if (task.killAfterBytes !== undefined && moved >= task.killAfterBytes) process.kill(process.pid, 'SIGKILL')
}

async function attempt(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (cause) {
    failures.push(
      inspect(cause, { depth: 12, showHidden: true }),
      String(cause),
      JSON.stringify(cause),
      cause instanceof Error ? (cause.stack ?? '') : '',
    )
  }
}

/** A little of everything that talks, with failures on the way. */
async function exercise(client: Client): Promise<void> {
  const missing = `${task.path}/missing`
  await attempt(client.readBytes(missing, { onEvent }))
  await attempt(client.write(`${task.path}/one`, bytesSource('one'), { onEvent }))
  await attempt(client.write(`${task.path}/big`, fileSource(task.file), { onEvent }))
  await attempt(client.write(`${task.path}/one`, bytesSource('two'), { condition: { if: 'match', etag: 'no such etag' } }))
  await attempt(client.readBytes(`${task.path}/one`, { range: { start: 99 } }))
  await attempt(Array.fromAsync(client.list(task.path, { recursive: true })))
  await attempt(client.share(`:/${missing}`))
  await attempt(client.delete(`${task.path}/one`))
  await attempt(client.push(task.file, `${task.path}/pushed:v1`, { onEvent }))
  failures.push(inspect(client, { depth: 12, showHidden: true }), inspect(unfinishedTransfers(`${task.home}/state`), { depth: 9 }))
}

await using client = await openClient(
  withoutOperations(plugin, task.unwritten),
  task.settings,
  task.home,
  task.kind === 'exercise' ? { FAIRLEAD_LOG_LEVEL: 'trace' } : {},
)
if (task.kind === 'write') await attempt(client.write(task.path, fileSource(task.file), { onEvent }))
else if (task.kind === 'download') await attempt(client.download(task.path, task.file, { onEvent }))
else await exercise(client)
const report: ChildReport = { events, failures }
process.stdout.write(JSON.stringify(report))
