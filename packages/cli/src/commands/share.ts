import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { parseSeconds, serveShares, type Client } from '@fairlead/core/host'
import { ConnectionCommand } from '../connection-command.ts'
import { usageError } from '../exit.ts'
import { connectionFlags } from '../flags.ts'
import { sharesResult } from '../results.ts'
import type { Infer } from '../schema.ts'
import type { Session } from '../session.ts'
import { irrevocableText, shareLine, shareJson } from '../share-text.ts'

type Result = Infer<typeof sharesResult>

/** `fairlead share`. */
export default class Share extends ConnectionCommand<Result> {
  static override readonly summary = 'Create a link to an asset or an object'
  static override readonly description = `By default, a link lasts one hour and only allows reading. Kinds of links that do not expire last until you revoke them with \`share revoke\`.
If the service can't revoke a link, the command says so, and when the link expires.
To protect a link with a password where the service supports it (dropbox), set the password in the environment, because secrets are never
passed as arguments: for the connection "box", set FAIRLEAD_BOX_LINK_PASSWORD, or FAIRLEAD_BOX_LINK_PASSWORD_FILE to the path of a file.
Connections without their own server (disk) need --serve, which serves their links on this machine until you stop it.`
  static override readonly examples = [
    '<%= config.bin %> share cat001/hero:v001 --expires 2d',
    '<%= config.bin %> share local:/notes.txt --serve',
    '<%= config.bin %> share --serve',
    '<%= config.bin %> share list',
    '<%= config.bin %> share revoke ID',
  ]
  static override readonly result = sharesResult
  static override readonly args = { TARGET: Args.string({ description: 'A reference, or connection:/path; optional with --serve' }) }
  static override readonly flags = {
    expires: Flags.string({ summary: 'How long the link lasts: 30m, 1h, 2d.', helpValue: 'TIME' }),
    kind: Flags.option({
      options: ['signed-url', 'public-link', 'grant'] as const,
      summary: 'The kind of link, if the service has several.',
    })(),
    method: Flags.option({ options: ['GET', 'HEAD', 'PUT'] as const, summary: 'The HTTP method that the link allows.' })(),
    to: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      summary: 'Who gets access, for --kind grant.',
      helpValue: 'ADDRESS',
    }),
    serve: Flags.boolean({ summary: 'Serve the links of this connection on this machine, until Ctrl-C.' }),
    port: Flags.integer({ min: 0, max: 65_535, dependsOn: ['serve'], summary: 'The port to listen on; 0 for any free port.' }),
    ...connectionFlags,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Share)
    const { TARGET: target } = args
    if (target === undefined && !flags.serve)
      throw usageError('There is nothing to share.', 'Give a reference or connection:/path, or --serve alone.')
    await using session = this.session(flags)
    if (!flags.serve) {
      await using client = await session.clientOf(target ?? '')
      return await this.share(client, target, flags)
    }
    return await this.serve(session, target, flags)
  }

  private async share(
    client: Client,
    target: string | undefined,
    flags: {
      expires?: string | undefined
      kind?: 'signed-url' | 'public-link' | 'grant' | undefined
      method?: 'GET' | 'HEAD' | 'PUT' | undefined
      to?: readonly string[] | undefined
    },
  ): Promise<Result> {
    if (target === undefined) return { shares: [] }
    const { expires, kind, method, to = [] } = flags
    const expiresInSeconds = expires === undefined ? undefined : parseSeconds(expires)
    if (expires !== undefined && expiresInSeconds === undefined)
      throw usageError(`"${expires}" is not a duration.`, 'For example: --expires 30m, 1h or 2d')
    const shares = await client.share(target, {
      signal: this.signal,
      ...(expiresInSeconds !== undefined && { expiresInSeconds }),
      ...(kind !== undefined && { kind }),
      ...(method !== undefined && { method }),
      ...(to.length > 0 && { to }),
    })
    for (const made of shares) this.tell(this.quiet ? made.url.href : shareLine(client.name, made))
    const warning = irrevocableText(shares)
    if (warning !== undefined) this.note(warning)
    const { share: sharing } = client.capabilities
    if (sharing !== false && sharing.served === true && !this.serving)
      this.note(`These links work while this runs: fairlead share --serve${client.name === 'local' ? '' : ` --client ${client.name}`}`)
    return { shares: shares.map(shareJson) }
  }

  private serving = false

  /** Answers links until a signal ends it, which is no failure. */
  private async serve(
    session: Session,
    target: string | undefined,
    flags: Parameters<Share['share']>[2] & { readonly port?: number | undefined },
  ): Promise<Result> {
    const { signal } = this
    this.serving = true
    await using plain = await session.clientOf(target ?? '')
    const configured = await session.fairlead.settings(plain.name).get('share-url')
    const port = flags.port ?? (configured instanceof URL ? Number(configured.port) : 0)
    await using server = await serveShares(plain, { port })
    // The links of this run lead here, whatever the settings say.
    await using client = await session.fairlead.connect(plain.name, { 'share-url': new URL(server.url).origin })
    const result = await this.share(client, target, flags)
    if (this.json) this.emit(result)
    this.note(`Serving the links of "${client.name}" at ${server.url.href}. Press Ctrl-C to stop.`)
    await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
    this.endedAsAsked = true
    return result
  }
}
