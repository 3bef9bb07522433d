import { BaseCommand } from './base-command.ts'
import { openSession, type Session } from './session.ts'
import { usageError } from './exit.ts'

/** A command that uses connections. */
export abstract class ConnectionCommand<R = unknown> extends BaseCommand<R> {
  /** The connections as the flags and `fairlead local …` say. */
  protected session(flags: { readonly client?: string | undefined; readonly set?: readonly string[] | undefined } = {}): Session {
    if (this.preset !== undefined && flags.client !== undefined && flags.client !== this.preset) {
      throw usageError(
        `\`fairlead ${this.preset}\` uses the connection "${this.preset}", not "${flags.client}".`,
        `Leave "${this.preset}" or --client out.`,
      )
    }
    return openSession({ client: this.preset ?? flags.client, set: flags.set, verbose: this.verbose, quiet: this.quiet })
  }
}
