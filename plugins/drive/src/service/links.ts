import { FairleadError, type Host, type Page, type Resolved, type Share, type ShareRequest } from '@fairlead/core'
import type { drive_v3 } from '@googleapis/drive'
import { isAnswer } from '../errors.ts'
import type { options } from '../manifest.ts'
import { textOf, type DriveFile } from '../mapping.ts'
import type { Files } from './files.ts'
import { notFound, type Lookup } from './lookup.ts'
import type { Paths } from './paths.ts'
import type { Sdk } from './sdk.ts'
import { sharedMark } from './targets.ts'
import type { Tree } from './tree.ts'

/** What shares are made with. */
export interface LinksSetting {
  readonly sdk: Sdk
  readonly files: Files
  readonly tree: Tree
  readonly lookup: Lookup
  readonly paths: Paths
  readonly settings: Resolved<typeof options>
  readonly host: Host
}

const permissionFields = 'id,type,role,emailAddress,expirationTime,deleted'
/** Roles that are no share: they come with the file. */
const standing = new Set(['owner', 'organizer', 'fileOrganizer'])

/** Shares: people by their addresses, or whoever has the link. A share's id is that of its file with those of its permissions. */
export class Links {
  readonly #at: LinksSetting

  constructor(setting: LinksSetting) {
    this.#at = setting
  }

  async create({ path, target, kind, expires, to = [] }: ShareRequest, signal: AbortSignal): Promise<Share> {
    const { settings, host } = this.#at
    const file = await this.#sharedFile(path, target, signal)
    const role = settings['share-role']
    const ids: string[] = []
    if (kind === 'grant')
      for (const address of to) ids.push(await this.#permit(file.id, { type: 'user', role, emailAddress: address }, expires, signal))
    else ids.push(await this.#permit(file.id, { type: 'anyone', role }, undefined, signal))
    await this.#mark(file, signal)
    const url = await this.#address(file.id, kind, signal)
    return {
      id: `${file.id}/${ids.join(',')}`,
      url,
      path,
      kind,
      ...(kind === 'grant' && expires !== undefined && { expires }),
      created: host.clock.now(),
      revocable: true,
    }
  }

  async #sharedFile(path: string, target: ShareRequest['target'], signal: AbortSignal): Promise<DriveFile> {
    const { lookup, tree, files } = this.#at
    if (path === '') {
      const [root] = await tree.folders('', signal)
      if (root === undefined) throw notFound(path)
      if (root === 'root')
        throw new FairleadError('input-invalid', "My Drive as a whole can't be shared.", { hint: 'Share a folder in it.' })
      return await files.get(root, signal)
    }
    const { file, folders } = await lookup.find(path, signal)
    const [folder] = folders
    if (target === 'object' && file !== undefined) return file
    if (target === 'prefix' && folder !== undefined) return folder.target === undefined ? folder : await files.get(folder.target.id, signal)
    throw notFound(path)
  }

  async #permit(fileId: string, requestBody: drive_v3.Schema$Permission, expires: Date | undefined, signal: AbortSignal): Promise<string> {
    const { settings } = this.#at
    const { type } = requestBody
    const message = settings['share-message']
    const made = await this.#at.sdk.call(signal, async (api, request) =>
      api.permissions.create(
        {
          fileId,
          supportsAllDrives: true,
          fields: permissionFields,
          ...(type === 'user' && { sendNotificationEmail: settings['share-notify'] }),
          ...(type === 'user' && settings['share-notify'] && message !== undefined && { emailMessage: message }),
          requestBody: { ...requestBody, ...(expires !== undefined && { expirationTime: expires.toISOString() }) },
        },
        request,
      ),
    )
    const id = textOf(made.id)
    if (id === undefined) throw new FairleadError('unexpected', 'Drive shared the file without saying how.', { retry: 'never' })
    return id
  }

  /** Files that are shared with people can be asked for only by what we keep with them. */
  async #mark(file: DriveFile, signal: AbortSignal): Promise<void> {
    if (file.properties[sharedMark] !== undefined) return
    const { modified } = file
    const unchanged = modified === undefined ? {} : { modifiedTime: modified.toISOString() }
    await this.#at.files.update(file.id, { appProperties: { [sharedMark]: 'yes' }, ...unchanged }, signal)
  }

  /** Whoever has a link gets the bytes of a file from it; people and folders have a page. */
  async #address(fileId: string, kind: ShareRequest['kind'], signal: AbortSignal): Promise<URL> {
    const found = await this.#at.sdk.call(signal, async (api, request) =>
      api.files.get({ fileId, supportsAllDrives: true, fields: 'webContentLink,webViewLink' }, request),
    )
    const page = textOf(found.webViewLink) ?? `https://drive.google.com/open?id=${encodeURIComponent(fileId)}`
    return new URL(kind === 'public-link' ? (textOf(found.webContentLink) ?? page) : page)
  }

  /** Also those that were made on the pages of Drive, as far as they are for everybody. */
  async list(cursor: string | undefined, signal: AbortSignal): Promise<Page<Share>> {
    const { files, tree, paths } = this.#at
    const open = "visibility = 'anyoneWithLink' or visibility = 'anyoneCanFind'"
    const q = `(${open} or appProperties has { key='${sharedMark}' and value='yes' }) and trashed = false`
    const page = await files.query(q, await tree.corpus(signal), signal, { size: 100, ...(cursor !== undefined && { page: cursor }) })
    const climb = paths.climb(signal)
    const items: Share[] = []
    for (const file of page.files) {
      const path = await climb(file)
      if (path !== undefined) items.push(...(await this.#sharesOf(file, path, signal)))
    }
    return { items, ...(page.next !== undefined && { cursor: page.next }) }
  }

  async #sharesOf(file: DriveFile, path: string, signal: AbortSignal): Promise<readonly Share[]> {
    const shares: Share[] = []
    for (const { id, type, role, expirationTime, deleted } of await this.#permissions(file.id, signal)) {
      if (id === undefined || id === null || standing.has(role ?? '') || deleted === true) continue
      const kind = type === 'anyone' ? 'public-link' : 'grant'
      const expires = textOf(expirationTime)
      shares.push({
        id: `${file.id}/${id}`,
        url: await this.#address(file.id, kind, signal),
        path,
        kind,
        ...(expires !== undefined && { expires: new Date(expires) }),
        revocable: true,
      })
    }
    return shares
  }

  /** Those of the file itself: what it has from folders above is taken back there. */
  async #permissions(fileId: string, signal: AbortSignal): Promise<readonly drive_v3.Schema$Permission[]> {
    const found: drive_v3.Schema$Permission[] = []
    for (let page: string | undefined; ;) {
      const answer: drive_v3.Schema$PermissionList = await this.#at.sdk.call(signal, async (api, request) =>
        api.permissions.list(
          {
            fileId,
            supportsAllDrives: true,
            pageSize: 100,
            fields: `nextPageToken,permissions(${permissionFields},permissionDetails(inherited))`,
            ...(page !== undefined && { pageToken: page }),
          },
          request,
        ),
      )
      found.push(
        ...(answer.permissions ?? []).filter(
          ({ permissionDetails }) => permissionDetails?.every(({ inherited }) => inherited === true) !== true,
        ),
      )
      page = textOf(answer.nextPageToken)
      if (page === undefined) return found
    }
  }

  async revoke(id: string, signal: AbortSignal): Promise<void> {
    const [fileId = '', permissions = ''] = id.split('/')
    const unknown = new FairleadError('not-found', `there is no share "${id}"`, {
      hint: `List the shares with \`fairlead share list --client ${this.#at.host.connection}\`.`,
    })
    if (!/^[\w-]+\/[\w,-]+$/.test(id)) throw unknown
    let gone = 0
    const all = permissions.split(',')
    for (const permissionId of all) {
      try {
        await this.#at.sdk.call(signal, async (api, request) =>
          api.permissions.delete({ fileId, permissionId, supportsAllDrives: true }, request),
        )
      } catch (error) {
        if (!isAnswer(error, 404)) throw error
        gone += 1
      }
    }
    if (gone === all.length) throw unknown
  }
}
