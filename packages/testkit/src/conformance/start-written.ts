import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FairleadError, type AnyPlugin, type Manifest } from '@fairlead/core'
import { startBench, type GroupBench } from './bench.ts'
import type { Setup } from './harness.ts'
import { openClient } from './open-client.ts'
import { unwrittenOperations, withoutOperations, type Operation } from './unwritten.ts'

/** A bench for as much of a plugin as is written. */
export interface WrittenBench {
  readonly bench: GroupBench
  readonly unwritten: readonly Operation[]
  /** The plugin's, without what is not written. */
  readonly manifest: Manifest
}

/**
 * Starts a bench. The host refuses a connection that lacks what its manifest declares, so a client that is being written is
 * tested as if it did not declare that: only the cases of what is missing fail.
 */
export async function startWritten(plugin: AnyPlugin, setup: Setup): Promise<WrittenBench> {
  try {
    return { bench: await startBench(plugin, setup), unwritten: [], manifest: plugin.manifest }
  } catch (cause) {
    const unwritten = FairleadError.is(cause, 'plugin-invalid') ? await findUnwritten(plugin, setup) : []
    if (unwritten.length === 0) throw cause
    const rest = withoutOperations(plugin, unwritten)
    return { bench: await startBench(rest, setup, unwritten), unwritten, manifest: rest.manifest }
  }
}

/** What a plugin declares and hasn't written yet, as its connection on a setup shows; failures that have other reasons are thrown. */
export async function findUnwritten(plugin: AnyPlugin, setup: Setup): Promise<readonly Operation[]> {
  const home = mkdtempSync(join(tmpdir(), 'fairlead-steps-'))
  let unwritten: readonly Operation[] = []
  const watched: AnyPlugin = {
    ...plugin,
    async connect(init) {
      const connection = await plugin.connect(init)
      unwritten = unwrittenOperations(plugin.manifest.capabilities, connection)
      return connection
    },
  }
  try {
    await using harness = await setup.start()
    const client = await openClient(watched, harness.settings, home)
    await client[Symbol.asyncDispose]()
  } catch (cause) {
    if (!FairleadError.is(cause, 'plugin-invalid') || unwritten.length === 0) throw cause
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
  return unwritten
}

/** Why the cases of these operations fail. */
export function unwrittenText(operations: readonly Operation[]): string {
  const [are, them] = operations.length === 1 ? ['is', 'it'] : ['are', 'them']
  return `${operations.join(', ')} ${are} declared in the manifest and not written yet: write ${them} in src/connection.ts`
}
