import * as Flags from '@oclif/core/flags'
import { ConnectionCommand } from '../connection-command.ts'
import { connectionFlags } from '../flags.ts'
import { evaluate, startRepl } from '../repl.ts'

/** `fairlead shell`. */
export default class Shell extends ConnectionCommand<void> {
  static override readonly summary = 'Try things in JavaScript, with the connections at hand'
  static override readonly description = `connection() gives the active connection, connection("archive") another. The verbs of the active one are functions: push, pull, search, inspect, verify, tag, remove, share, stat, list, read, write. await works everywhere; what can be listed is listed.`
  static override readonly examples = ['<%= config.bin %> shell', `<%= config.bin %> shell -e 'await search("hero")'`]
  static override readonly baseFlags = {}
  static override readonly flags = {
    eval: Flags.string({ char: 'e', summary: 'Run this, print what it gives, and end.', helpValue: 'CODE' }),
    ...connectionFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Shell)
    await using session = this.session(flags)
    if (flags.eval === undefined) await startRepl(session)
    else await evaluate(session, flags.eval)
  }
}
