import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { FairleadError, formatReference, parseReference, printable, type Reference } from '@fairlead/core'
import { BaseCommand } from '../base-command.ts'
import { object, optional, text, type Infer } from '../schema.ts'

const result = object({
  connection: optional(text('The connection, if one is named.')),
  registry: optional(text('Host and port, only with --addressing registry.')),
  collection: text('One or more parts joined by "/".'),
  name: text(),
  tag: optional(text()),
  digest: optional(text('sha256:<hex>.')),
  uri: text('The canonical text.'),
})

/** `fairlead reference parse`. */
export default class ReferenceParse extends BaseCommand<void> {
  static override readonly summary = 'Split references into their parts'
  static override readonly description =
    'Reads [connection://]collection[/sub…]/name[:tag][@sha256:…]. With --json, prints one object per line. Exit code 2: a text is not a reference.'
  static override readonly examples = [
    '<%= config.bin %> reference parse cat001/spec001/running-cat:v001',
    '<%= config.bin %> reference parse archive://cat001/hero --json',
  ]
  static override readonly strict = false
  static override readonly jsonLines = true
  static override readonly result = result
  static override readonly args = { TEXT: Args.string({ required: true, description: 'One or more references' }) }
  static override readonly flags = {
    addressing: Flags.option({
      options: ['registry'] as const,
      summary: 'Treat a first part that contains a dot or a port, or is localhost, as a registry host.',
    })(),
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ReferenceParse)
    for (const word of argv.map(String)) {
      try {
        this.show(parseReference(word, flags.addressing === undefined ? {} : { addressing: flags.addressing }))
      } catch (error) {
        if (!FairleadError.is(error)) throw error
        this.code = 2
        if (this.json) process.stdout.write(`${JSON.stringify({ error: error.toJSON() })}\n`)
        else this.complain(`${error.message}${error.hint === undefined ? '' : `\nhint: ${error.hint}`}`)
      }
    }
  }

  private show(reference: Reference): void {
    const parts: Infer<typeof result> = { ...reference, uri: formatReference(reference) }
    if (this.json) process.stdout.write(`${JSON.stringify(parts)}\n`)
    else
      this.tell(
        Object.entries(parts)
          .map(([key, value]) => `${`${key}:`.padEnd(12)}${printable(value, Infinity)}`)
          .join('\n'),
      )
  }
}
