import { ConnectionCommand } from '../connection-command.ts'

/** `fairlead complete`: what completion scripts ask for while someone types. */
export default class Complete extends ConnectionCommand<void> {
  static override readonly hidden = true
  static override readonly summary = 'Print the names of connections'
  static override readonly baseFlags = {}

  async run(): Promise<void> {
    await this.parse(Complete)
    await using session = this.session()
    this.tell(
      session.fairlead
        .connections()
        .map(({ name }) => name)
        .join('\n'),
    )
  }
}
