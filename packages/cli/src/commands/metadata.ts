import * as Args from '@oclif/core/args'
import { readMetadata } from '@fairlead/core/host'
import { BaseCommand } from '../base-command.ts'
import { printableLines } from '../printable-lines.ts'
import { defaultReference } from '../push-target.ts'
import { FairleadError } from '@fairlead/core'
import { anything, count, list, object, optional, record, text, type Infer } from '../schema.ts'
import { keyed } from '../text.ts'
import { imageTraits } from '../image-traits.ts'

const result = object({
  reference: optional(text('The one that push would choose, where the name allows one.')),
  size: count('Bytes.'),
  sha256: text('Lower-case hex.', '^[0-9a-f]{64}$'),
  mediaType: text(),
  traits: record(anything(), 'width, height and channels of images.'),
  sif: optional(
    object({
      version: text('Of the SIF specification.'),
      architecture: optional(text()),
      labels: record(text()),
      definition: optional(text('The definition file it was built from.')),
      environment: record(text(), 'Each environment script by its path.'),
      runscript: optional(text()),
    }),
  ),
  notes: optional(list(text(), 'What is there but could not be read.')),
})

function referenceOf(path: string): string | undefined {
  try {
    return defaultReference(path)
  } catch (error) {
    if (FairleadError.is(error, 'input-invalid')) return undefined
    throw error
  }
}

/** `fairlead metadata`. */
export default class Metadata extends BaseCommand<Infer<typeof result>> {
  static override readonly summary = 'Show the size, SHA-256, media type and traits of a file'
  static override readonly description =
    'For Singularity images, also shows labels, definition, environment and runscript, without using Singularity.'
  static override readonly result = result
  static override readonly args = { FILE: Args.string({ required: true, description: 'A local file' }) }

  async run(): Promise<Infer<typeof result>> {
    const { args } = await this.parse(Metadata)
    const reference = referenceOf(args.FILE)
    const metadata = readMetadata(args.FILE, { ...(reference !== undefined && { reference }), traitsOf: imageTraits })
    const { size, sha256, mediaType, traits, sif, notes } = metadata
    const shownTraits = Object.entries(traits).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    this.tell(
      keyed({ reference, size, sha256, 'media type': mediaType, traits: shownTraits.length === 0 ? undefined : shownTraits.join(' ') }),
    )
    if (sif !== undefined) {
      const labels = Object.entries(sif.labels).map(([key, value]) => `${key}=${value}`)
      this.tell(keyed({ sif: sif.version, architecture: sif.architecture, labels: labels.length === 0 ? undefined : labels.join(' ') }))
      for (const [title, text] of Object.entries({ definition: sif.definition, runscript: sif.runscript, ...sif.environment })) {
        if (text !== undefined)
          this.say(
            [
              `${title}:`,
              ...text
                .trimEnd()
                .split('\n')
                .map(line => `  ${line.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd')}`),
            ].join('\n'),
          )
      }
    }
    for (const note of notes ?? []) this.note(`note: ${printableLines(note)}`)
    return metadata
  }
}
