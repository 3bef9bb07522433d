import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { once } from 'node:events'
import { contentFolder, parseObjectPath, printable } from '@fairlead/core'
import type { Client } from '@fairlead/core/host'
import { ConnectionCommand } from '../connection-command.ts'
import { usageError } from '../exit.ts'
import { connectionFlags } from '../flags.ts'

/** `fairlead cat`. */
export default class Cat extends ConnectionCommand<void> {
  static override readonly summary = 'Write an object, or a file of an asset, to standard output'
  static override readonly examples = [
    '<%= config.bin %> cat archive:/notes.txt',
    '<%= config.bin %> cat archive:/notes.txt --version ID',
    '<%= config.bin %> cat cat001/hero:v001 hero_f0001.png > frame.png',
  ]
  static override readonly args = {
    TARGET: Args.string({ required: true, description: 'connection:/path, or a reference' }),
    FILE: Args.string({ description: 'The file of the asset; optional if it has only one' }),
  }
  static override readonly flags = {
    range: Flags.string({ summary: 'Only these bytes, counted from 0: first-last, or first- for the rest.', helpValue: 'FIRST-LAST' }),
    version: Flags.string({ summary: 'A version of the object, from `ls --versions`.', helpValue: 'ID' }),
    ...connectionFlags,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Cat)
    const { signal } = this
    if (this.json) throw usageError("A file's content can't be printed as JSON.", 'Leave --json out.')
    if (flags.version === '') throw usageError('--version is empty.', 'Give a version from `fairlead ls --versions`, or leave it out.')
    const range = flags.range === undefined ? undefined : parseRange(flags.range)
    await using session = this.session(flags)
    await using client = await session.clientOf(args.TARGET)
    const objectPath = parseObjectPath(args.TARGET)
    const { version } = flags
    if (objectPath === undefined && version !== undefined)
      throw usageError('--version works only on objects; assets have tags.', 'Give an object path: fairlead cat :/path --version ID')
    const path = objectPath?.path ?? (await this.pathOf(client, args.TARGET, args.FILE))
    const { body } = await client.read(path, { signal, ...(range !== undefined && { range }), ...(version !== undefined && { version }) })
    for await (const piece of body.values()) if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
  }

  /** Where a file of an asset lies. */
  private async pathOf(client: Client, reference: string, file: string | undefined): Promise<string> {
    if (client.capabilities.assets === 'native')
      throw usageError(`"${client.name}" stores assets in its own layout.`, `Pull it: fairlead pull ${reference}`)
    const asset = await client.inspect(reference, { signal: this.signal })
    const { files } = asset.manifest
    const [only] = files
    const names = files
      .slice(0, 5)
      .map(({ path }) => printable(path))
      .join(', ')
    const wanted = file ?? (files.length === 1 ? only?.path : undefined)
    if (wanted === undefined)
      throw usageError(`${asset.uri} has ${files.length} files.`, `Give one of them: ${names}${files.length > 5 ? ', …' : ''}`)
    if (!files.some(({ path }) => path === wanted))
      throw usageError(`${asset.uri} has no file "${printable(wanted)}".`, `It has: ${names}${files.length > 5 ? ', …' : ''}`)
    return `${asset.record.root ?? contentFolder(asset.reference, asset.digest)}/${wanted}`
  }
}

function parseRange(text: string): { readonly start: number; readonly end?: number } {
  const match = /^(\d{1,15})-(\d{1,15})?$/.exec(text)
  if (match === null) throw usageError(`"${text}" is not a byte range.`, 'For example: --range 0-99')
  const [, first, last] = match
  return { start: Number(first), ...(last !== undefined && { end: Number(last) + 1 }) }
}
