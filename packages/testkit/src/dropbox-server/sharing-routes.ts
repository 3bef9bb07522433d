import { randomBytes } from 'node:crypto'
import type { DropboxAccount, Link } from './account.ts'
import type { Args } from './args.ts'
import { mustFind, mustFindFile, type Answer, type Call, type Routes } from './call.ts'
import { fileMetadata, secondsOf, timestamp } from './metadata.ts'
import { refused, type Json } from './refusal.ts'
import { currentOf, find } from './tree.ts'

const pageSize = 50

function create(call: Call): Answer {
  const { account, args } = call
  const path = args.text('path')
  const placed = path.startsWith('rev:') ? mustFindFile(call, path, 'path').placed : mustFind(call, path, 'path')
  const there = [...account.links.values()].find(link => link.file === placed.node.id && !isOver(link))
  const settings = args.struct('settings')
  const custom = ['require_password', 'expires', 'allow_download'].some(name => settings.has(name))
  if (there !== undefined)
    throw refused(
      'shared_link_already_exists',
      custom ? {} : { shared_link_already_exists: { '.tag': 'metadata', metadata: told(call, there) } },
    )
  const key = randomBytes(9).toString('base64url')
  const link: Link = {
    key,
    file: placed.node.id,
    name: placed.node.name,
    kind: placed.node.kind,
    namespace: call.namespace,
    lower: placed.lower,
    audience: 'public',
    password: undefined,
    expires: undefined,
    allowDownload: true,
  }
  apply(link, settings, false)
  account.links.set(key, link)
  return { result: told(call, link) }
}

function apply(link: Link, settings: Args, modify: boolean): void {
  const expires = secondsOf(settings.optionalText('expires'))
  const password = settings.optionalText('link_password')
  if (settings.flag('require_password') && password === undefined) throw refused('settings_error/invalid_settings')
  if (expires !== undefined && expires * 1000 <= Date.now()) throw refused('settings_error/invalid_settings')
  const audience = settings.tag('audience')
  if (audience === 'public' || audience === 'team' || audience === 'no_one') link.audience = audience
  if (settings.has('require_password')) link.password = settings.flag('require_password') ? password : undefined
  if (expires !== undefined || !modify) link.expires = expires
  if (settings.has('allow_download')) link.allowDownload = settings.flag('allow_download')
}

function modify(call: Call): Answer {
  const link = linkOf(call.account, call.args.text('url'))
  apply(link, call.args.struct('settings'), true)
  if (call.args.flag('remove_expiration')) link.expires = undefined
  return { result: told(call, link) }
}

function list(call: Call): Answer {
  const { account, args } = call
  const path = args.optionalText('path')
  const open = [...account.links.values()].filter(link => !isOver(link))
  if (path !== undefined) {
    const { node } = mustFind(call, path, 'path')
    return { result: { links: open.filter(({ file }) => file === node.id).map(link => told(call, link)), has_more: false } }
  }
  const from = Number(args.optionalText('cursor') ?? 0)
  const has_more = from + pageSize < open.length
  const links = open.slice(from, from + pageSize).map(link => told(call, link))
  return { result: { links, has_more, ...(has_more && { cursor: String(from + pageSize) }) } }
}

function revoke({ account, args }: Call): Answer {
  const link = linkOf(account, args.text('url'))
  account.links.delete(link.key)
  return { result: null }
}

/** The link of an address, which is told apart from what merely looks like one. */
function linkOf(account: DropboxAccount, address: string): Link {
  const url = URL.parse(address)
  const key = /^\/scl\/(?:fi|fo)\/([^/]+)\//.exec(url?.pathname ?? '')?.[1]
  if (key === undefined) throw refused('shared_link_malformed')
  const link = account.links.get(key)
  if (link === undefined || url?.searchParams.get('rlkey') !== rlkeyOf(key)) throw refused('shared_link_not_found')
  return link
}

/** What of a link lets in. */
export function rlkeyOf(key: string): string {
  return Buffer.from(`rl-${key}`).toString('base64url').toLowerCase()
}

/** Whether a link has ended. */
export function isOver({ expires }: Link): boolean {
  return expires !== undefined && expires * 1000 <= Date.now()
}

function told({ account, origin }: Call, link: Link): Json {
  const { key, name, kind, expires, audience, password, allowDownload, lower } = link
  const visibility = password !== undefined ? 'password' : audience === 'public' ? 'public' : audience === 'team' ? 'team_only' : 'no_one'
  const form = kind === 'file' ? 'fi' : 'fo'
  const found = find(account.namespace(link.namespace), lower.split('/').slice(1))
  const file = typeof found === 'string' || found.node.kind === 'folder' ? undefined : { ...found, node: found.node }
  const { client_modified, server_modified, rev, size } = file === undefined ? fileless : fileMetadata(file, currentOf(file.node))
  return {
    '.tag': kind,
    url: `${origin}/scl/${form}/${key}/${encodeURIComponent(name)}?rlkey=${rlkeyOf(key)}&dl=0`,
    id: link.file,
    name,
    ...(expires !== undefined && { expires: timestamp(expires) }),
    path_lower: lower,
    link_permissions: {
      resolved_visibility: { '.tag': visibility },
      requested_visibility: { '.tag': visibility === 'no_one' ? 'public' : visibility },
      can_revoke: true,
      effective_audience: { '.tag': audience },
      link_access_level: { '.tag': 'viewer' },
      visibility_policies: [
        { policy: { '.tag': 'public' }, resolved_policy: { '.tag': 'public' }, allowed: true },
        { policy: { '.tag': 'password' }, resolved_policy: { '.tag': 'password' }, allowed: true },
      ],
      can_set_expiry: true,
      can_remove_expiry: true,
      allow_download: allowDownload,
      can_allow_download: true,
      can_disallow_download: true,
      allow_comments: true,
      team_restricts_comments: false,
      can_set_password: true,
      can_remove_password: true,
      require_password: password !== undefined,
      can_use_extended_sharing_controls: true,
    },
    ...(kind === 'file' && { client_modified, server_modified, rev, size }),
  }
}

/** A file that was removed: its link says nothing of it any more. */
const fileless: Readonly<Record<string, Json>> = {
  client_modified: timestamp(0),
  server_modified: timestamp(0),
  rev: '000000000',
  size: 0,
}

/** Links to files and folders. */
export const sharingRoutes: Routes = {
  'sharing/create_shared_link_with_settings': { style: 'rpc', scope: 'sharing.write', run: create },
  'sharing/modify_shared_link_settings': { style: 'rpc', scope: 'sharing.write', run: modify },
  'sharing/list_shared_links': { style: 'rpc', scope: 'sharing.read', run: list },
  'sharing/revoke_shared_link': { style: 'rpc', scope: 'sharing.write', run: revoke },
}
