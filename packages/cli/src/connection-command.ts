import { BaseCommand } from './base-command.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'
import { usageError } from './exit.ts'

/** A command that uses connections. */
export abstract class ConnectionCommand<R = unknown> extends BaseCommand<R> {
  /** The connections as the flags and `fairlead local …` say. */
  protected session(flags: Pick<SessionOptions, 'client' | 'set' | 'bandwidth' | 'concurrency'> = {}): Session {
    if (this.preset !== undefined && flags.client !== undefined && flags.client !== this.preset) {
      throw usageError(
        `\`fairlead ${this.preset}\` uses the connection "${this.preset}", not "${flags.client}".`,
        `Leave "${this.preset}" or --client out.`,
      )
    }
    return openSession({
      client: this.preset ?? flags.client,
      set: flags.set,
      bandwidth: flags.bandwidth,
      concurrency: flags.concurrency,
      verbose: this.verbose,
      quiet: this.quiet,
    })
  }
}
