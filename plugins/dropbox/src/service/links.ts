import { FairleadError, inParallel, type Host, type Page, type Resolved, type Share, type ShareRequest } from '@fairlead/core'
import type { sharing } from 'dropbox'
import { DropboxFailure, isTagged } from '../errors.ts'
import { pathIn, timestamp, toDropboxPath } from '../mapping.ts'
import type { options } from '../manifest.ts'
import type { Wire } from './wire.ts'

type Link = sharing.FileLinkMetadataReference | sharing.FolderLinkMetadataReference | sharing.SharedLinkMetadataReference

/** Links whose paths are asked for at a time. */
const width = 8

/**
 * Shared links. Dropbox has one for a file and audience: where one is there already it is used again only if nobody's link changes
 * by it but for a later end.
 */
export class Links {
  readonly #wire: Wire
  readonly #root: string
  readonly #settings: Resolved<typeof options>
  readonly #host: Host

  constructor(wire: Wire, root: string, settings: Resolved<typeof options>, host: Host) {
    this.#wire = wire
    this.#root = root
    this.#settings = settings
    this.#host = host
  }

  async create(asked: ShareRequest, signal: AbortSignal): Promise<Share> {
    const password = asked.password ?? this.#settings['link-password']?.reveal()
    const request = password === undefined ? asked : { ...asked, password }
    const path = toDropboxPath(this.#root, request.path)
    if (path === '')
      throw new FairleadError('unsupported', "Dropbox can't create a link to the whole Dropbox.", { hint: 'Share a folder in it.' })
    const settings = this.#asked(request)
    try {
      const link = await this.#wire.call(
        async (sdk, options) => await sdk.sharingCreateSharedLinkWithSettings({ path, settings }, options),
        signal,
      )
      return this.#share(request.path, link)
    } catch (cause) {
      if (!(cause instanceof DropboxFailure) || !cause.tags.includes('shared_link_already_exists')) throw cause
      return await this.#reused(request, path, settings, signal)
    }
  }

  /** The links of the whole account that lead below the root. */
  async page(cursor: string | undefined, signal: AbortSignal): Promise<Page<Share>> {
    const argument = cursor === undefined ? {} : { cursor }
    const {
      links,
      has_more,
      cursor: next,
    } = await this.#wire.call(async (sdk, options) => await sdk.sharingListSharedLinks(argument, options), signal)
    const open = links.filter(
      link => link.path_lower !== undefined && pathIn(this.#root, link.path_lower) !== undefined && !this.#isOver(link),
    )
    const items: Share[] = []
    await inParallel(open, width, async link => {
      const path = pathIn(this.#root, await this.#display(link, signal))
      if (path !== undefined) items.push(this.#share(path, link))
    })
    return { items, ...(has_more && next !== undefined && { cursor: next }) }
  }

  async revoke(id: string, signal: AbortSignal): Promise<void> {
    await this.#wire.call(async (sdk, options) => await sdk.sharingRevokeSharedLink({ url: id }, options), signal)
  }

  #asked({ expires, password }: ShareRequest): sharing.SharedLinkSettings {
    const { 'link-audience': audience, 'link-download': download, 'link-permanent': permanent } = this.#settings
    // A link ends at a whole second; rounded down, a short one would be over before it is made.
    const end = expires === undefined || permanent ? undefined : timestamp(new Date(expires.getTime() + 999))
    return {
      audience: { '.tag': audience },
      access: { '.tag': 'viewer' },
      ...(end !== undefined && { expires: end }),
      ...(password !== undefined && { require_password: true, link_password: password }),
      ...(!download && { allow_download: false }),
    }
  }

  async #reused(
    { path, password }: ShareRequest,
    place: string,
    settings: sharing.SharedLinkSettings,
    signal: AbortSignal,
  ): Promise<Share> {
    const { links } = await this.#wire.call(
      async (sdk, options) => await sdk.sharingListSharedLinks({ path: place, direct_only: true }, options),
      signal,
    )
    const [link] = links
    if (link === undefined)
      throw new FairleadError('unavailable', `"${path}": Dropbox says that a link already exists, but does not show it.`, {
        path,
        hint: 'Run it again.',
      })
    const permissions = link.link_permissions
    const wanted = settings.audience?.['.tag']
    const same =
      password === undefined &&
      permissions.require_password !== true &&
      (permissions.effective_audience === undefined || permissions.effective_audience['.tag'] === wanted) &&
      permissions.allow_download === (settings.allow_download ?? true)
    const later =
      link.expires === undefined ? settings.expires === undefined : settings.expires === undefined || settings.expires >= link.expires
    if (!same || !later) {
      throw new FairleadError('already-exists', `"${path}" already has a link with other settings, and Dropbox allows only one per file.`, {
        path,
        hint: `Revoke that one first: fairlead share revoke '${idOf(link.url)}'`,
      })
    }
    if (settings.expires === link.expires) return this.#share(path, link)
    const change = settings.expires === undefined ? { settings: {}, remove_expiration: true } : { settings: { expires: settings.expires } }
    const changed = await this.#wire.call(
      async (sdk, options) => await sdk.sharingModifySharedLinkSettings({ url: link.url, ...change }, options),
      signal,
    )
    return this.#share(path, changed)
  }

  #share(path: string, link: Link): Share {
    const url = new URL(link.url)
    // The address of a file leads to the file itself, that of a folder to its page.
    if (link['.tag'] === 'file') url.searchParams.set('dl', '1')
    return {
      id: idOf(link.url),
      url,
      path,
      kind: 'public-link',
      revocable: true,
      ...(link.expires !== undefined && { expires: new Date(link.expires) }),
    }
  }

  /** A link tells the path in lower case; the file itself tells how it is written. */
  async #display({ id, path_lower: lower = '' }: Link, signal: AbortSignal): Promise<string> {
    try {
      const found = await this.#wire.call(async (sdk, options) => await sdk.filesGetMetadata({ path: id ?? lower }, options), signal)
      return found.path_display ?? lower
    } catch (cause) {
      if (!isTagged(cause, 'path/not_found')) throw cause
      return lower
    }
  }

  #isOver({ expires }: Link): boolean {
    return expires !== undefined && new Date(expires).getTime() <= this.#host.clock.now().getTime()
  }
}

/** What revokes a link: its address, without what says how it is shown. */
function idOf(address: string): string {
  const url = new URL(address)
  url.searchParams.delete('dl')
  return url.href
}
