import * as Args from '@oclif/core/args'
import { formatBytes } from '@fairlead/core/host'
import { printable } from '@fairlead/core'
import { ConnectionCommand } from '../connection-command.ts'
import { connectionFlags } from '../flags.ts'
import { anything, count, digest, list, object, oneOf, optional, record, text, type Infer } from '../schema.ts'
import { keyed, sizeText } from '../text.ts'

const result = object({
  uri: text(),
  digest: digest(),
  type: oneOf(['file', 'sequence', 'complex']),
  specification: optional(text()),
  bytes: count(),
  labels: record(text()),
  time: text('When it was pushed: ISO 8601, UTC.'),
  traits: record(anything()),
  provenance: optional(record(anything())),
  files: list(object({ path: text(), size: count(), sha256: text('Lower-case hex.', '^[0-9a-f]{64}$'), mediaType: text() })),
})

const shownFiles = 20

/** `fairlead inspect`. */
export default class Inspect extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Show what is stored about an asset'
  static override readonly examples = ['<%= config.bin %> inspect cat001/hero:v001 --json']
  static override readonly result = result
  static override readonly args = {
    REFERENCE: Args.string({ required: true, description: '[connection://]collection/name[:tag][@sha256:…]' }),
  }
  static override readonly flags = { ...connectionFlags }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(Inspect)
    const { signal } = this
    await using session = this.session(flags)
    await using client = await session.clientOf(args.REFERENCE)
    const { uri, digest, manifest, record } = await client.inspect(args.REFERENCE, { signal })
    const { specification, provenance } = record
    const { files, traits, type } = manifest
    const labels = Object.entries(record.labels).map(([key, value]) => `${key}=${value}`)
    const about = {
      uri,
      digest,
      type,
      specification,
      size: sizeText(record.count, record.bytes),
      pushed: record.time,
      labels: labels.length === 0 ? undefined : labels.join(' '),
    }
    this.tell(keyed(about))
    if (Object.keys(traits).length > 0) this.tell(keyed({ traits: JSON.stringify(traits) }))
    const lines = files
      .slice(0, shownFiles)
      .map(file => `  ${printable(file.path, Infinity)}  ${formatBytes(file.size)}  ${printable(file.mediaType)}`)
    this.say([...lines, ...(files.length > shownFiles ? [`  and ${files.length - shownFiles} more (--json lists all)`] : [])].join('\n'))
    return {
      uri,
      digest,
      type,
      ...(specification !== undefined && { specification }),
      bytes: record.bytes,
      labels: record.labels,
      time: record.time,
      traits,
      ...(provenance !== undefined && { provenance }),
      files,
    }
  }
}
