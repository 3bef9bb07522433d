import { relative } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { formatTable } from '@fairlead/core/host'
import type * as Catalog from '@fairlead/catalog'
import { ProjectCommand, projectFlags } from '../project-command.ts'
import { count, list, object, oneOf, optional, text, type Infer } from '../schema.ts'

const result = object({
  specifications: list(
    object({
      name: text(),
      type: oneOf(['file', 'sequence', 'complex']),
      source: text('The file that defines it.'),
      line: optional(count('Where it starts, from 1; absent for a module.')),
      fields: list(text(), 'Of file names, in order.'),
      traits: list(text()),
      assets: optional(count('In the catalog; absent before the first update.')),
      valid: optional(count('Of these.')),
    }),
  ),
})

interface Counted {
  readonly assets: number
  readonly valid: number
}

/** `fairlead spec list`. */
export default class SpecList extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = 'List the specifications of the project'
  static override readonly description = 'Includes how many assets of each the catalog has, after the first update.'
  static override readonly result = result
  static override readonly flags = { ...projectFlags }

  async run(): Promise<Infer<typeof result>> {
    const { flags } = await this.parse(SpecList)
    const { catalog, project } = await this.open(flags.project)
    const sources = await catalog.loadSpecificationSources(project)
    const counts = await assetCounts(catalog, project, this.signal)
    const none = { assets: 0, valid: 0 }
    const specifications = sources.map(({ specification: { name, type, filenameFields, traits }, source, line }) => ({
      name,
      type,
      source,
      ...(line !== undefined && { line }),
      fields: [...filenameFields],
      traits: Object.keys(traits),
      ...(counts !== undefined && (counts.get(name) ?? none)),
    }))
    if (specifications.length === 0) {
      this.say('The project has no specifications. To propose one from the files in the ingress: fairlead spec infer DIR')
      return { specifications }
    }
    const rows = specifications.map(({ name, type, assets, valid, source, line }) => [
      name,
      type,
      assets === undefined ? '' : assets === valid ? String(assets) : `${assets} (${valid} valid)`,
      `${relative(process.cwd(), source)}${line === undefined ? '' : `:${line}`}`,
    ])
    const [head = '', ...lines] = formatTable(['NAME', 'TYPE', 'ASSETS', 'SOURCE'], rows).split('\n')
    // A specification has too many fields for a column.
    const withFields = specifications.flatMap(({ fields, traits }, index) => [
      lines[index] ?? '',
      `    ${fields.join(' ')}${traits.length === 0 ? '' : `; traits: ${traits.join(' ')}`}`,
    ])
    this.tell([head, ...withFields].join('\n'))
    this.next('spec', 'show', specifications[0]?.name ?? '', ...this.here(flags.project))
    return { specifications }
  }
}

/** The assets of the catalog by specification; undefined before the first update. */
async function assetCounts(
  catalog: typeof Catalog,
  project: Catalog.Project,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Counted> | undefined> {
  const counts = new Map<string, Counted>()
  try {
    const statement = 'select specification, count(*) as assets, sum(asset_valid) as valid from assets group by specification'
    await using answer = await catalog.query(project, statement, { signal })
    for await (const { specification, assets, valid } of answer.rows)
      if (typeof specification === 'string') counts.set(specification, { assets: Number(assets), valid: Number(valid) })
  } catch (error) {
    if (FairleadError.is(error, 'not-found')) return undefined
    throw error
  }
  return counts
}
