import { randomBytes } from 'node:crypto'
import { below, currentOf, find, newFolder, type FileNode, type FolderNode, type Placed, type Revision } from './tree.ts'

/** An upload session: what has come of a body, in order or piece by piece. */
export interface Session {
  readonly concurrent: boolean
  readonly pieces: Map<number, Buffer>
  closed: boolean
}

/** A link that somebody made. */
export interface Link {
  readonly key: string
  readonly file: string
  readonly name: string
  readonly kind: 'file' | 'folder'
  /** Of the namespace that the path is in. */
  readonly namespace: string
  readonly lower: string
  audience: 'public' | 'team' | 'no_one'
  password: string | undefined
  /** Seconds since 1970. */
  expires: number | undefined
  allowDownload: boolean
}

/** What may be kept in a property group. */
export interface Template {
  readonly name: string
  readonly description: string
  readonly fields: ReadonlyMap<string, string>
}

/** A code of a login, with the challenge that its verifier must meet. */
interface Code {
  readonly challenge: string | undefined
  readonly scopes: ReadonlySet<string>
  readonly offline: boolean
}

/** An access token: until when it holds (milliseconds since 1970), what for, and which login renews it. */
export interface Granted {
  expires: number
  readonly scopes: ReadonlySet<string>
  readonly refreshToken: string | undefined
}

const usualQuota = 2 ** 41
const tokenMs = 14_400_000

/** Everything of one account and its team, in memory. */
export class DropboxAccount {
  readonly email = 'ann@example.com'
  readonly accountId = 'dbid:AAHfairlead000000000000000000000000'
  readonly teamMemberId = 'dbmid:AAHfairlead0000000000000000000000000'
  readonly homeNamespace = '3235641'
  /** Another one than the home's only for members of a team with a team space. */
  rootNamespace = '3235641'
  readonly namespaces = new Map<string, FolderNode>([['3235641', newFolder('')]])
  readonly sessions = new Map<string, Session>()
  readonly links = new Map<string, Link>()
  readonly templates = new Map<string, Template>()
  readonly tokens = new Map<string, Granted>()
  /** Refresh tokens with the scopes that their login was granted. */
  readonly refreshTokens = new Map<string, ReadonlySet<string>>()
  readonly codes = new Map<string, Code>()
  /** What the account may hold, bytes. */
  quota = usualQuota

  get home(): FolderNode {
    return this.namespace(this.homeNamespace)
  }

  namespace(id: string): FolderNode {
    const folder = this.namespaces.get(id)
    if (folder === undefined) throw new Error(`there is no namespace ${id}`)
    return folder
  }

  /** Gives the account a team space: a root of its own, with the home folder in it by the member's name, and a team folder. */
  joinTeam(rootNamespace: string, teamFolder: string, teamNamespace: string): void {
    const root = newFolder('')
    const team = newFolder(teamFolder)
    const home: FolderNode = { ...this.home, name: 'Ann' }
    root.children.set('ann', home)
    root.children.set(teamFolder.toLowerCase(), team)
    this.namespaces.set(rootNamespace, root)
    this.namespaces.set(teamNamespace, team)
    this.rootNamespace = rootNamespace
  }

  /** A new access token for four hours. */
  grant(scopes: Iterable<string>, refreshToken?: string): string {
    const token = `sl.${randomBytes(24).toString('base64url')}`
    this.tokens.set(token, { expires: Date.now() + tokenMs, scopes: new Set(scopes), refreshToken })
    return token
  }

  /** Ends the login of an access token: with its refresh token and all that came of that. */
  revoke(token: string): void {
    const refreshToken = this.tokens.get(token)?.refreshToken
    this.tokens.delete(token)
    if (refreshToken === undefined) return
    this.refreshTokens.delete(refreshToken)
    for (const [other, granted] of this.tokens) if (granted.refreshToken === refreshToken) this.tokens.delete(other)
  }

  /** Makes every access token that was given out worthless, as at the end of their time. */
  expireTokens(): void {
    for (const granted of this.tokens.values()) granted.expires = 0
  }

  /** Removes a template with every property group of it. */
  removeTemplate(id: string): void {
    this.templates.delete(id)
    for (const folder of this.namespaces.values()) for (const { node } of below(folder, '', true)) node.properties.delete(id)
  }

  /** A file by its id or by the revision it had, in any namespace. */
  byId(id: string): Placed | undefined {
    for (const folder of this.namespaces.values()) {
      for (const placed of below(folder, '', true)) if (placed.node.id === id) return placed
    }
    return undefined
  }

  byRevision(rev: string): { readonly placed: Placed<FileNode>; readonly revision: Revision } | undefined {
    for (const folder of this.namespaces.values()) {
      for (const { node, display, lower } of below(folder, '', true)) {
        if (node.kind !== 'file') continue
        const revision = node.revisions.find(candidate => candidate.rev === rev)
        if (revision !== undefined) return { placed: { node, display, lower }, revision }
      }
    }
    return undefined
  }

  /** Bytes of everything that is kept. */
  used(): number {
    let bytes = 0
    for (const { node } of below(this.home, '', true)) if (node.kind === 'file') bytes += currentOf(node).body.byteLength
    return bytes
  }

  /** Whether so many bytes more are too many; counted only where somebody set a limit. */
  isFull(more: number): boolean {
    return this.quota < usualQuota && this.used() + more > this.quota
  }

  /** What lies at an absolute path of the home. */
  at(path: string): Placed | undefined {
    const found = find(
      this.home,
      path.split('/').filter(segment => segment !== ''),
    )
    return typeof found === 'string' ? undefined : found
  }
}
