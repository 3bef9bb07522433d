import * as Args from '@oclif/core/args'
import { checkConnection } from '../check-connection.ts'
import { ConnectionCommand } from '../connection-command.ts'
import { connectionFlags } from '../flags.ts'
import { flag, list, object, oneOf, optional, text, type Infer } from '../schema.ts'
import { styled } from '../style.ts'

const result = object({
  connection: text(),
  client: text(),
  ok: flag(),
  checks: list(
    object({
      capability: text(),
      status: oneOf(['ok', 'failed', 'not-declared', 'skipped']),
      code: optional(text('Of the error.')),
      message: optional(text('What was wrong; where a permission is missing, which one.')),
      hint: optional(text()),
    }),
  ),
})

/** `fairlead client check`. */
export default class ClientCheck extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Test what a connection can do, using a small temporary object'
  static override readonly description =
    'Reports which permission is missing. Exit code 1: something that the client declares does not work.'
  static override readonly result = result
  static override readonly args = { NAME: Args.string({ description: 'The connection; by default the active one' }) }
  static override readonly flags = { set: connectionFlags.set }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(ClientCheck)
    await using session = this.session({ set: flags.set })
    await using client = await session.fairlead.connect(args.NAME ?? session.fairlead.active().name)
    const checks = await checkConnection(client, this.signal)
    const ok = checks.every(({ status }) => status !== 'failed')
    if (!ok) this.code = 1
    const marks = { ok: styled('green', 'ok'), failed: styled('red', 'FAILED'), 'not-declared': 'no', skipped: 'skipped' }
    for (const { capability, status, message, hint } of checks) {
      this.tell(
        `${capability.padEnd(10)}${marks[status]}${message === undefined ? '' : `  ${message}`}${hint === undefined ? '' : `\n${' '.repeat(10)}hint: ${hint}`}`,
      )
    }
    return { connection: client.name, client: client.manifest.name, ok, checks }
  }
}
