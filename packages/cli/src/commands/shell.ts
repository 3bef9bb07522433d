import * as Flags from '@oclif/core/flags'
import { ConnectionCommand } from '../connection-command.ts'
import { connectionFlags } from '../flags.ts'
import { evaluate, startRepl } from '../repl.ts'

/** `fairlead shell`. */
export default class Shell extends ConnectionCommand<void> {
  static override readonly summary = 'Open a JavaScript shell with your connections'
  static override readonly description = `connection() returns the active connection, connection("archive") another one. The operations of the active connection are functions: push, pull, search, inspect, verify, tag, remove, share, stat, list, read, write. You can use await everywhere; results that arrive one by one are collected into a list.`
  static override readonly examples = ['<%= config.bin %> shell', `<%= config.bin %> shell -e 'await search("hero")'`]
  static override readonly baseFlags = {}
  static override readonly runsOwnCode = true
  static override readonly flags = {
    eval: Flags.string({ char: 'e', summary: 'Run this code, print its result, and exit.', helpValue: 'CODE' }),
    ...connectionFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Shell)
    await using session = this.session(flags)
    if (flags.eval === undefined) await startRepl(session)
    else await evaluate(session, flags.eval)
  }
}
