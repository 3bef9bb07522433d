import { relative, resolve, sep } from 'node:path'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { Client } from '@fairlead/core/host'
import { connectionFlags } from '../flags.ts'
import { ProjectCommand, projectFlags } from '../project-command.ts'
import { count, list, object, optional, text, type Infer } from '../schema.ts'

const result = object({
  name: text("The asset's name with the next version."),
  reference: text('Its reference: collection/name:tag.'),
  version: count(),
  versions: list(count(), 'Existing versions, in order.'),
  gaps: list(count(), 'Missing versions below the highest.'),
  made: optional(text('The folder that was created, relative to the ingress.')),
})

/** `fairlead name next`. */
export default class NameNext extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = 'Show the next version of an asset'
  static override readonly description = `One more than the highest version, valid or not, in the catalog, the ingress, staging and, if you name one with --client or in the reference, on a connection. The first version is v001.
Exit code 2: ASSET is not an asset of this project, or version 999 is reached.`
  static override readonly examples = [
    '<%= config.bin %> name next cat001/spec001/running-cat',
    '<%= config.bin %> name next p-cat001_s-spec001_d-running-cat_v003 --client archive',
    '<%= config.bin %> name next cat001/spec001/running-cat --mkdir',
  ]
  static override readonly result = result
  static override readonly args = {
    ASSET: Args.string({ required: true, description: 'A reference, the name of an asset, or a path in the ingress' }),
  }
  static override readonly flags = {
    mkdir: Flags.boolean({ summary: 'Create its folder next to the earlier versions. No two callers get the same one.' }),
    in: Flags.string({ summary: 'The folder in the ingress to create it in.', helpValue: 'FOLDER', dependsOn: ['mkdir'] }),
    ...connectionFlags,
    ...projectFlags,
  }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(NameNext)
    const { signal } = this
    const { catalog, project } = await this.open(flags.project)
    await using session = this.session(flags)
    const isOnConnection = /^[A-Za-z0-9][A-Za-z0-9_-]*:\/\//.test(args.ASSET)
    await using client = isOnConnection || flags.client !== undefined ? await session.clientOf(isOnConnection ? args.ASSET : '') : undefined
    const next = await catalog.nextName(project, args.ASSET, {
      makeFolder: flags.mkdir,
      ...(flags.in !== undefined && { folder: relative(project.config.ingressDirectory, resolve(flags.in)).split(sep).join('/') }),
      ...(client !== undefined && { tagsOf: (collection: string, name: string) => tagsOn(client, collection, name, signal) }),
    })
    this.tell(this.quiet ? next.name : `${next.name}\n${next.reference}`)
    if (next.versions.length === 0) this.say('There are no versions yet.')
    if (next.gaps.length > 0) this.say(`Missing below it: ${gapText(next.gaps)}`)
    if (next.made !== undefined) this.say(`created ${next.made}`)
    return next
  }
}

/** The tags that one asset has on a connection. */
async function tagsOn(client: Client, collection: string, name: string, signal: AbortSignal): Promise<readonly string[]> {
  const tags: string[] = []
  for await (const found of client.search(`collection:${collection} name:${name}`, { signal })) {
    if (found.collection === collection && found.name === name) tags.push(found.tag)
  }
  return tags
}

/** `v002, v004 to v008`. */
function gapText(gaps: readonly number[]): string {
  const ranges: Array<[number, number]> = []
  for (const gap of gaps) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === gap - 1) last[1] = gap
    else ranges.push([gap, gap])
  }
  const version = (number: number) => `v${String(number).padStart(3, '0')}`
  return ranges.map(([from, to]) => (from === to ? version(from) : `${version(from)} to ${version(to)}`)).join(', ')
}
