import * as Args from '@oclif/core/args'
import { formatObjectPath, parseObjectPath } from '@fairlead/core'
import * as Flags from '@oclif/core/flags'
import { confirm } from '../confirm.ts'
import { ConnectionCommand } from '../connection-command.ts'
import { usageError } from '../exit.ts'
import { connectionFlags, dryRunFlag, yesFlag } from '../flags.ts'
import { digest, flag, object, optional, text, type Infer } from '../schema.ts'

const result = object({
  uri: text('The reference or the object path.'),
  digest: optional(digest()),
  removed: flag('False: declined, or with --dry-run.'),
})

/** `fairlead remove`. */
export default class Remove extends ConnectionCommand<Infer<typeof result>> {
  static override readonly summary = 'Remove an asset or an object'
  static override readonly description = `Removes the tag, and the content that no other tag of the asset refers to. With connection:/path, removes that object, or a whole folder with --recursive.
Asks for confirmation first; only y or yes counts.`
  static override readonly examples = [
    '<%= config.bin %> remove cat001/hero:v001',
    '<%= config.bin %> remove archive:/inbox --recursive --yes',
  ]
  static override readonly result = result
  static override readonly args = { TARGET: Args.string({ required: true, description: 'A reference, or connection:/path' }) }
  static override readonly flags = {
    recursive: Flags.boolean({ char: 'r', summary: 'Also remove everything below the object path.' }),
    ...dryRunFlag,
    ...yesFlag,
    ...connectionFlags,
  }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(Remove)
    const { signal } = this
    await using session = this.session(flags)
    await using client = await session.clientOf(args.TARGET)
    const objectPath = parseObjectPath(args.TARGET)
    const dryRun = flags['dry-run']
    if (objectPath !== undefined) {
      if (objectPath.path === '')
        throw usageError('This would remove everything that the connection stores.', 'Give a path below its root.')
      const uri = formatObjectPath({ connection: client.name, path: objectPath.path })
      await client.stat(objectPath.path, { signal })
      if (dryRun || !(await confirm(`Remove ${uri}${flags.recursive ? ' and everything below it' : ''}?`, { yes: flags.yes, signal })))
        return this.kept({ uri }, dryRun)
      await client.delete(objectPath.path, { signal, recursive: flags.recursive })
      this.tell(this.quiet ? uri : `removed ${uri}`)
      return { uri, removed: true }
    }
    if (flags.recursive) throw usageError('--recursive is for object paths.', 'An asset is always removed whole.')
    const planned = await client.remove(args.TARGET, { signal, dryRun: true })
    if (dryRun || !(await confirm(`Remove ${planned.uri}?`, { yes: flags.yes, signal }))) return this.kept(planned, dryRun)
    const removed = await client.remove(args.TARGET, { signal })
    this.tell(this.quiet ? removed.uri : `removed ${removed.uri}`)
    return { ...removed, removed: true }
  }

  private kept(target: { readonly uri: string; readonly digest?: string }, dryRun: boolean): Infer<typeof result> {
    this.tell(dryRun ? `would remove ${target.uri}` : `kept ${target.uri}`)
    return { ...target, removed: false }
  }
}
