import { formatBytes, formatTable, unfinishedTransfers } from '@fairlead/core/host'
import { ConnectionCommand } from '../connection-command.ts'
import { count, list, object, text, type Infer } from '../schema.ts'

const result = object({
  transfers: list(
    object({
      id: text(),
      connection: text(),
      path: text(),
      size: count('Bytes.'),
      sent: count('Bytes that have arrived.'),
      started: text('ISO 8601, UTC.'),
      updated: text('ISO 8601, UTC.'),
    }),
  ),
})

/** `fairlead status`. */
export default class Status extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'List unfinished transfers'
  static override readonly description = 'To resume a transfer, run the command that started it again.'
  static override readonly result = result

  async run(): Promise<Infer<typeof result>> {
    await this.parse(Status)
    await using session = this.session()
    const transfers = unfinishedTransfers(session.fairlead.folders.state)
    if (transfers.length === 0) this.say('There are no unfinished transfers.')
    else {
      const rows = transfers.map(one => [one.connection, one.path, `${formatBytes(one.sent)} of ${formatBytes(one.size)}`, one.updated])
      this.tell(formatTable(['CONNECTION', 'PATH', 'SENT', 'LAST'], rows))
      this.say('To resume a transfer, run the command that started it again.')
    }
    return { transfers }
  }
}
