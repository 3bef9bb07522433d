import { createHash, randomBytes } from 'node:crypto'

/** The kinds of files that mean something to Drive itself. */
export const folderType = 'application/vnd.google-apps.folder'
/** A file that points to another one. */
export const shortcutType = 'application/vnd.google-apps.shortcut'
const googleType = 'application/vnd.google-apps.'

/** Who may do what with a file: https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions */
export interface StoredPermission {
  readonly id: string
  readonly type: 'user' | 'group' | 'domain' | 'anyone'
  role: string
  readonly emailAddress?: string
  expirationTime?: string
}

/** One version of the content of a file. */
interface StoredRevision {
  readonly id: string
  readonly body: Buffer
  readonly modifiedTime: string
}

/** One file or folder as it is kept. */
export interface StoredFile {
  readonly id: string
  name: string
  mimeType: string
  parents: string[]
  readonly driveId?: string
  readonly createdTime: string
  modifiedTime: string
  explicitlyTrashed: boolean
  version: number
  description?: string
  /** By OAuth client: no client sees those of another. */
  readonly appProperties: Map<string, Record<string, string>>
  properties: Record<string, string>
  readonly revisions: StoredRevision[]
  readonly permissions: StoredPermission[]
  readonly owner: string
  /** The OAuth client that made it. */
  readonly app: string
  readonly shortcutTo?: string
  thumbnail?: { readonly image: string; readonly mimeType: string }
  /** What a Google document is exported as, by type. */
  readonly exports?: Readonly<Record<string, string>>
}

/** What a new file is made of. */
export type NewFile = Partial<Omit<StoredFile, 'revisions' | 'appProperties' | 'permissions'>> &
  Pick<StoredFile, 'name' | 'mimeType' | 'parents' | 'owner' | 'app'> & { readonly body?: Buffer }

/** Everything a Drive holds: the files of one account, and its shared drives. */
export class StoredDrive {
  readonly rootId = newId('0A')
  readonly files = new Map<string, StoredFile>()
  readonly drives = new Map<string, string>()
  readonly #children = new Map<string, Set<string>>()

  constructor(owner: string) {
    this.#keep({ name: 'My Drive', mimeType: folderType, parents: [], owner, app: 'drive', id: this.rootId })
  }

  /** A shared drive; its root folder has its own id. */
  addDrive(name: string, owner: string): string {
    const id = newId('0B')
    this.drives.set(id, name)
    this.#keep({ name, mimeType: folderType, parents: [], owner, app: 'drive', id, driveId: id })
    return id
  }

  /** Makes a file below its parents. */
  add(file: NewFile): StoredFile {
    const parent = this.files.get(file.parents[0] ?? '')
    return this.#keep({ ...(parent?.driveId !== undefined && { driveId: parent.driveId }), ...file })
  }

  #keep({ body, ...file }: NewFile): StoredFile {
    const now = new Date().toISOString()
    const kept: StoredFile = {
      id: newId('1'),
      createdTime: now,
      modifiedTime: now,
      explicitlyTrashed: false,
      version: 1,
      properties: {},
      ...file,
      appProperties: new Map(),
      revisions: [],
      permissions:
        file.driveId === undefined ? [{ id: permissionId(file.owner), type: 'user', role: 'owner', emailAddress: file.owner }] : [],
    }
    if (body !== undefined) setBody(kept, body)
    this.files.set(kept.id, kept)
    for (const parent of kept.parents) this.#childrenOf(parent).add(kept.id)
    return kept
  }

  #childrenOf(id: string): Set<string> {
    const found = this.#children.get(id) ?? new Set()
    this.#children.set(id, found)
    return found
  }

  /** The files right below a folder. */
  *children(id: string): Generator<StoredFile, void, undefined> {
    for (const child of this.#childrenOf(id)) {
      const file = this.files.get(child)
      if (file !== undefined) yield file
    }
  }

  move(file: StoredFile, parents: readonly string[]): void {
    for (const parent of file.parents) this.#childrenOf(parent).delete(file.id)
    file.parents = [...parents]
    for (const parent of parents) this.#childrenOf(parent).add(file.id)
  }

  /** For good, with everything below it. */
  erase(file: StoredFile): void {
    for (const child of [...this.children(file.id)]) this.erase(child)
    for (const parent of file.parents) this.#childrenOf(parent).delete(file.id)
    this.files.delete(file.id)
  }

  /** In the trash, by itself or with a folder above it. */
  isTrashed(file: StoredFile): boolean {
    return file.explicitlyTrashed || this.parentsOf(file).some(parent => this.isTrashed(parent))
  }

  parentsOf(file: StoredFile): readonly StoredFile[] {
    return file.parents.flatMap(id => this.files.get(id) ?? [])
  }

  /** What holds for a file: its own permissions and those of the folders above it. */
  permissionsOf(file: StoredFile): readonly StoredPermission[] {
    const now = Date.now()
    const own = file.permissions.filter(({ expirationTime }) => expirationTime === undefined || Date.parse(expirationTime) > now)
    return [...own, ...this.parentsOf(file).flatMap(parent => this.permissionsOf(parent))]
  }

  /** What lies at a path of names below a folder, oldest first where names are there twice. */
  at(folder: string, path: string): StoredFile | undefined {
    let found = this.files.get(folder)
    for (const name of path.split('/').filter(part => part !== '')) {
      if (found === undefined) return undefined
      found = [...this.children(found.id)]
        .filter(child => child.name === name && !child.explicitlyTrashed)
        .toSorted((a, b) => (a.createdTime < b.createdTime ? -1 : a.createdTime > b.createdTime ? 1 : a.id < b.id ? -1 : 1))[0]
    }
    return found
  }
}

/** Gives a file new content, as a revision of its own. */
export function setBody(file: StoredFile, body: Buffer): void {
  file.revisions.push({ id: newId('0B'), body, modifiedTime: new Date().toISOString() })
}

/** Whether a file is a document of Google's own editors, which has no bytes. */
export function isGoogleDocument({ mimeType }: StoredFile): boolean {
  return mimeType.startsWith(googleType) && mimeType !== folderType && mimeType !== shortcutType
}

/** The id of the permission of one person: the same on every file. */
export function permissionId(email: string): string {
  return BigInt(`0x${createHash('md5').update(email).digest('hex').slice(0, 16)}`)
    .toString()
    .padStart(20, '0')
}

/** An id as Drive makes them. */
export function newId(start: string): string {
  return start + randomBytes(24).toString('base64url')
}
