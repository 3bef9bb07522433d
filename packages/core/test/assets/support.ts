import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Capabilities, Manifest } from '@fairlead/core'
import { accountOfLogin } from '../../src/host/login/account.ts'
import { generateSetting } from '../../src/host/application/generate-setting.ts'
import { runCommand } from '../../src/host/application/run-command.ts'
import { createAssetVerbs } from '../../src/host/assets/asset-verbs.ts'
import { createAttempts } from '../../src/host/attempts/attempts.ts'
import type { Client } from '../../src/host/client.ts'
import { systemClock } from '../../src/host/machine/clock.ts'
import { createFolders } from '../../src/host/machine/folders.ts'
import { createLocks } from '../../src/host/machine/locks.ts'
import { createMemoryBudget } from '../../src/host/objects/memory-budget.ts'
import { createObjectVerbs } from '../../src/host/objects/object-verbs.ts'
import type { ClientRuntime } from '../../src/host/runtime.ts'
import { memoryTokens, quiet } from '../attempts/support.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { MemoryConnection } from './memory.ts'

/** A store in memory and a client of it, with the host's own parts and a home of its own. */
export interface Bench {
  readonly store: MemoryConnection
  readonly client: Client
  /** A folder of this test. */
  readonly folder: string
}

/** Makes a client; two with one store are two users of it. */
export function bench(capabilities: Partial<Capabilities> = {}, store = new MemoryConnection(capabilities)): Bench {
  const folder = temporaryFolder()
  const folders = createFolders({ FAIRLEAD_HOME: join(folder, 'home') })
  const manifest: Manifest = {
    contract: 1,
    name: 'memory',
    title: 'Memory',
    summary: 'A map.',
    package: '@fairlead/client-memory',
    options: {},
    identity: [],
    capabilities: store.capabilities,
  }
  const attempts = createAttempts({
    connection: store,
    name: 'store',
    clock: systemClock,
    log: quiet,
    tokens: memoryTokens(),
    maxAttempts: 1,
  })
  const runtime: ClientRuntime = {
    name: 'store',
    manifest,
    connection: store,
    capabilities: store.capabilities,
    attempts,
    locks: createLocks(join(folders.state, 'locks')),
    folders,
    clock: systemClock,
    log: quiet,
    identity: 'memory',
    memory: createMemoryBudget(),
  }
  const objects = createObjectVerbs(runtime)
  const client: Client = {
    ...objects,
    ...createAssetVerbs(runtime, objects),
    name: 'store',
    manifest,
    capabilities: store.capabilities,
    identity: runtime.identity,
    connection: store,
    generate: (setting, options) => generateSetting(runtime, setting, options),
    command: (command, input = {}, options) => runCommand(runtime, command, input, options),
    account: options => accountOfLogin(runtime, options),
    [Symbol.asyncDispose]: async () => undefined,
  }
  return { store, client, folder }
}

/** Writes files below a folder and gives the folder. */
export function tree(folder: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  for (const [path, body] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), body)
  }
  return folder
}

/** Every file below a folder with its text; hidden ones too. */
export function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return Object.fromEntries(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map(file => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]),
  )
}
