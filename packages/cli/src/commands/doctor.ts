import { ConnectionCommand } from '../connection-command.ts'
import { examine } from '../examine.ts'
import { flag, list, object, oneOf, optional, text, type Infer } from '../schema.ts'
import { styled } from '../style.ts'

const result = object({
  ok: flag('Nothing failed; warnings are not failures.'),
  checks: list(object({ name: text(), status: oneOf(['ok', 'warning', 'failed']), message: text(), hint: optional(text()) })),
})

/** `fairlead doctor`. */
export default class Doctor extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Check everything Fairlead depends on: Node, folders, keychain, connections'
  static override readonly description = 'Does not change any of your data. Exit code 1: something does not work.'
  static override readonly result = result

  async run(): Promise<Infer<typeof result>> {
    await this.parse(Doctor)
    await using session = this.session()
    const checks = await examine(session)
    const ok = checks.every(({ status }) => status !== 'failed')
    if (!ok) this.code = 1
    const marks = { ok: styled('green', 'ok     '), warning: styled('yellow', 'warning'), failed: styled('red', 'FAILED ') }
    for (const { name, status, message, hint } of checks)
      this.tell(`${marks[status]}  ${name}: ${message}${hint === undefined ? '' : `\n         hint: ${hint}`}`)
    return { ok, checks }
  }
}
