import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { formatObjectPath, parseObjectPath, printable, type Entry } from '@fairlead/core'
import { formatBytes, padWidth, type Client } from '@fairlead/core/host'
import { ConnectionCommand } from '../connection-command.ts'
import { usageError } from '../exit.ts'
import { connectionFlags } from '../flags.ts'
import { assetSummary, entryResult } from '../results.ts'
import { list, object, text, type Infer } from '../schema.ts'
import { summaryLine } from '../summary-line.ts'
import { withUri } from './search.ts'

const result = object({
  connection: text(),
  assets: list(assetSummary, 'Where a reference or nothing was given.'),
  entries: list(entryResult, 'Where an object path was given.'),
})
type Result = Infer<typeof result>

/** `fairlead ls`. */
export default class Ls extends ConnectionCommand<Result> {
  static override readonly summary = 'List assets, or the objects of a connection'
  static override readonly description =
    'With :/path or connection:/path, lists the objects there. Otherwise lists assets: all of them, or those whose reference starts with PREFIX.'
  static override readonly examples = [
    '<%= config.bin %> ls cat001/',
    '<%= config.bin %> ls archive://',
    '<%= config.bin %> ls archive:/metadata --recursive',
    '<%= config.bin %> ls archive:/notes --versions',
  ]
  static override readonly result = result
  static override readonly args = { PREFIX: Args.string({ description: 'The start of a reference, or an object path' }) }
  static override readonly flags = {
    recursive: Flags.boolean({ char: 'r', summary: 'List subfolders too, for an object path.' }),
    versions: Flags.boolean({ summary: 'List every version of the objects, newest first, for an object path.' }),
    ...connectionFlags,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Ls)
    await using session = this.session(flags)
    const { PREFIX: prefix = '' } = args
    if (/^[^/:]+:$/.test(prefix))
      throw usageError(`"${prefix}" is not a place on a connection.`, `Write ${prefix}/ for its objects, or ${prefix}// for its assets.`)
    await using client = await session.clientOf(prefix)
    const objectPath = parseObjectPath(prefix)
    if (objectPath === undefined && flags.versions)
      throw usageError('--versions works only on objects; assets have tags.', 'Give an object path: fairlead ls :/path --versions')
    return objectPath === undefined ? await this.listAssets(client, prefix) : await this.listObjects(client, objectPath.path, flags)
  }

  private async listAssets(client: Client, text: string): Promise<Result> {
    const { signal } = this
    const prefix = text.includes('://') ? text.slice(text.indexOf('://') + 3) : text
    const first = /^([A-Za-z0-9._-]+)\//.exec(prefix)?.[1]
    const assets: Infer<typeof assetSummary>[] = []
    for await (const summary of client.search(first === undefined ? '' : `collection:${first}*`, { signal })) {
      if (!`${summary.collection}/${summary.name}:${summary.tag}`.startsWith(prefix)) continue
      const asset = withUri(client.name, summary)
      assets.push(asset)
      this.tell(this.quiet ? asset.uri : summaryLine(asset))
    }
    if (assets.length === 0)
      this.note(prefix === '' ? `"${client.name}" has no assets.` : `No asset in "${client.name}" starts with ${printable(prefix)}.`)
    return { connection: client.name, assets, entries: [] }
  }

  private async listObjects(
    client: Client,
    path: string,
    { recursive, versions }: { readonly recursive: boolean; readonly versions: boolean },
  ): Promise<Result> {
    const { signal } = this
    const entries: Infer<typeof entryResult>[] = []
    for await (const entry of versions ? versionsOf(client, path, { signal, recursive }) : client.list(path, { signal, recursive })) {
      const { kind, size, modified, etag, contentType, version, latest } = entry
      entries.push({
        path: formatObjectPath({ connection: client.name, path: entry.path }),
        kind,
        ...(size !== undefined && { size }),
        ...(modified !== undefined && { modified: modified.toISOString() }),
        ...(etag !== undefined && { etag }),
        ...(contentType !== undefined && { contentType }),
        ...(version !== undefined && { version }),
        ...(latest !== undefined && { latest }),
      })
      this.tell(this.quiet ? `:/${printable(entry.path, Infinity)}` : entryLine(entry))
    }
    if (entries.length === 0) this.note('There is nothing there.')
    return { connection: client.name, assets: [], entries }
  }
}

/** Of what lies below a path, or of the object that is there: to a listing it is an entry of the folder above. */
async function* versionsOf(client: Client, path: string, options: { readonly signal: AbortSignal; readonly recursive: boolean }) {
  let found = false
  for await (const entry of client.list(path, { ...options, versions: true })) {
    found = true
    yield entry
  }
  if (found || path === '') return
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
  for await (const entry of client.list(folder, { signal: options.signal, versions: true }))
    if (entry.path === path && entry.kind === 'object') yield entry
}

function entryLine({ path, kind, size, modified, version, latest }: Entry): string {
  const bytes = padWidth(size === undefined ? '' : formatBytes(size), 10, 'start')
  const time = padWidth(modified?.toISOString().slice(0, 16).replace('T', ' ') ?? '', 16)
  // In a listing of versions only: elsewhere nobody asked for what can be read without it.
  const which = latest === undefined ? '' : `  ${version ?? ''}${latest ? ' (latest)' : ''}`
  return `${bytes}  ${time}  ${printable(path, Infinity)}${kind === 'prefix' ? '/' : ''}${which}`
}
