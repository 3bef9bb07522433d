import { ConnectionCommand } from '../connection-command.ts'
import type { Session } from '../session.ts'
import type { NpmOptions } from './npm.ts'
import { pluginsFolder, readRecords, removeUnusedTrees, type StoredRecord } from './plugin-records.ts'

/** What the commands share that change which plugins there are. */
export abstract class PluginCommand<R> extends ConnectionCommand<R> {
  /** Runs while no other process changes the plugins; what nothing names any more is removed before and after. */
  protected async changing<T>({ fairlead }: Session, work: (plugins: string, records: readonly StoredRecord[]) => Promise<T>): Promise<T> {
    const plugins = pluginsFolder(fairlead.env)
    return await fairlead.locks.exclusive(
      'plugins',
      async () => {
        removeUnusedTrees(plugins)
        const result = await work(plugins, readRecords(plugins).records)
        removeUnusedTrees(plugins)
        return result
      },
      { signal: this.signal },
    )
  }

  /** How npm is run. */
  protected npmOptions({ fairlead }: Session, scripts: boolean): NpmOptions {
    return {
      env: fairlead.env,
      signal: this.signal,
      scripts,
      ...(this.verbose && { onOutput: (text: string) => this.note(text) }),
    }
  }
}
