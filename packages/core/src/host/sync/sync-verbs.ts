import type { Client } from '../client.ts'
import { parseEnd, placeOf } from '../transfer/ends.ts'
import type { Place } from '../transfer/place.ts'
import { openPlanFile } from './plan-file.ts'
import { applyPlan, syncPlaces, type SyncSurroundings } from './sync.ts'
import type { ApplyOptions, SyncOptions, SyncResult } from './types.ts'

/** The verbs of a sync, over places as people write them. */
export interface SyncVerbs {
  /**
   * Brings `dest` to what `source` is. Each is a folder of this machine, or `connection:/path`; `:/path` is of the active connection.
   * A file that fails does not stop the others: look at `failed`. Killed at any moment, the next sync goes on.
   */
  sync(source: string, dest: string, options?: SyncOptions): Promise<SyncResult>
  /** Does what a plan says that `sync` wrote with `plan`, and nothing else; what is not as it was then is told as a conflict. */
  applySync(plan: string, options?: ApplyOptions): Promise<SyncResult>
}

/** What the verbs need of an application. */
export interface SyncApplication extends SyncSurroundings {
  connect(name?: string): Promise<Client>
}

/** Connects what is named, and syncs. */
export function createSyncVerbs(application: SyncApplication): SyncVerbs {
  const withPlaces = async (source: string, dest: string, work: (from: Place, to: Place) => Promise<SyncResult>): Promise<SyncResult> => {
    const opened: Client[] = []
    const connect = async (name: string | undefined): Promise<Client> => {
      const client = await application.connect(name)
      opened.push(client)
      return client
    }
    try {
      return await work(await placeOf(parseEnd(source), connect), await placeOf(parseEnd(dest), connect))
    } finally {
      for (const client of opened) await client[Symbol.asyncDispose]()
    }
  }
  return {
    sync: (source, dest, options = {}) => withPlaces(source, dest, (from, to) => syncPlaces(application, from, to, options)),
    applySync: (file, options = {}) => {
      using plan = openPlanFile(file)
      const { source, dest } = plan.header
      return withPlaces(options.source ?? source, options.dest ?? dest, (from, to) => applyPlan(application, file, from, to, options))
    },
  }
}
