import { folderPaths } from '@fairlead/core/host'
import { ConnectionCommand } from '../connection-command.ts'
import { object, text, type Infer } from '../schema.ts'
import { keyed } from '../text.ts'

const result = object({
  settings: text('The file that stores connections.'),
  config: text(),
  state: text('Facts, journal, locks.'),
  cache: text('Data that can be deleted.'),
  data: text('The local store.'),
})

/** `fairlead paths`. */
export default class Paths extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Show where Fairlead keeps its files on this machine'
  static override readonly description = 'Follows the XDG base directories. Set FAIRLEAD_HOME to keep everything in one folder.'
  static override readonly result = result

  async run(): Promise<Infer<typeof result>> {
    await this.parse(Paths)
    await using session = this.session()
    const { config, state, cache, data } = folderPaths(session.fairlead.env)
    const paths = { settings: session.fairlead.settingsPath, config, state, cache, data }
    this.tell(keyed(paths))
    return paths
  }
}
