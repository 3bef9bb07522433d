import { contentFolder } from '../../contract/asset-layout.ts'
import type { Capabilities } from '../../contract/capabilities.ts'
import type { Share, ShareRequest } from '../../contract/connection.ts'
import { FairleadError } from '../../contract/errors.ts'
import { checkPath, normalizePath, quotePath, unquotePath } from '../../contract/path-rules.ts'
import { formatObjectPath, parseObjectPath, type Reference } from '../../contract/reference.ts'
import { quiet, referenceOf, type AssetContext } from '../assets/asset-context.ts'
import type { AssetVerbs, CallOptions, ShareOptions } from '../client.ts'
import type { ClientRuntime } from '../runtime.ts'
import { pages } from '../objects/pages.ts'

type Sharing = Exclude<Capabilities['share'], false>
interface Target {
  readonly path: string
  readonly target: ShareRequest['target']
}

const hour = 3600

/**
 * Links to an object or folder (`:/path`) or to an asset: one for the folder of an asset of several files where the
 * service shares folders, else one per file. A link lasts one hour unless said otherwise, or until it is taken back where its kind is
 * endless. Errors: `unsupported` for a kind, method, target, time or password the client does not declare; `input-invalid` for a time
 * longer than the service grants; `not-found`.
 */
export async function share(context: AssetContext, target: Reference | string, options: ShareOptions = {}): Promise<readonly Share[]> {
  const sharing = sharingOf(context)
  const terms = termsOf(context, sharing, options)
  const objectPath = typeof target === 'string' ? parseObjectPath(target) : undefined
  const targets =
    objectPath === undefined
      ? await assetTargets(context, sharing, target, terms, options)
      : [await objectTarget(context, sharing, objectPath, terms, options)]
  const { connection, capabilities, attempts } = context.runtime
  const doShare = connection.doShare?.bind(connection)
  if (doShare === undefined) throw undefinedMethod(context, 'doShare')
  const shares: Share[] = []
  for (const { path, target } of targets) {
    checkPath(path, capabilities.paths)
    const request: ShareRequest = { ...terms, path: quotePath(path, capabilities.paths), target }
    shares.push(logical(context, await attempts.run({ name: 'share', path }, call => doShare(request, call), options)))
  }
  return shares
}

/** Listing and revoking of links, where the client declares them. */
export function sharesOf(runtime: ClientRuntime): AssetVerbs['shares'] {
  const { connection, attempts } = runtime
  const context = { runtime }
  return {
    async *list(options: CallOptions = {}) {
      if (!sharingOf(context).list) throw unsupported(context, "can't list its links")
      const doListShares = connection.doListShares?.bind(connection)
      if (doListShares === undefined) throw undefinedMethod(context, 'doListShares')
      for await (const page of pages(runtime, { name: 'list-shares' }, doListShares, options)) {
        for (const item of page) yield logical(context, item)
      }
    },
    async revoke(id, options = {}) {
      if (!sharingOf(context).revoke) throw unsupported(context, "can't revoke a link", 'It expires on its own.')
      const doRevokeShare = connection.doRevokeShare?.bind(connection)
      if (doRevokeShare === undefined) throw undefinedMethod(context, 'doRevokeShare')
      await attempts.run({ name: 'revoke-share' }, call => doRevokeShare(id, call), options)
    },
  }
}

function sharingOf(context: Pick<AssetContext, 'runtime'>): Sharing {
  const { share } = context.runtime.capabilities
  if (share === false) throw unsupported(context, "can't share")
  return share
}

/** Everything of a request but its place, refused before any request where the client can't. */
function termsOf(context: AssetContext, sharing: Sharing, options: ShareOptions): Omit<ShareRequest, 'path' | 'target'> {
  const { to, password, method = 'GET' } = options
  const kind =
    options.kind ?? (to !== undefined && to.length > 0 ? 'grant' : (sharing.kinds.find(kind => kind !== 'grant') ?? sharing.kinds[0]))
  if (kind === undefined || !sharing.kinds.includes(kind))
    throw unsupported(context, `can't share by ${kind ?? 'any kind of link'}`, `It shares by ${sharing.kinds.join(' and ')}.`)
  if (!sharing.methods.includes(method))
    throw unsupported(context, `can't create links for ${method}`, `It can create links for ${sharing.methods.join(' and ')}.`)
  if (password !== undefined && !sharing.password)
    throw unsupported(context, "can't protect a link with a password", 'Leave the password out.')
  if (kind === 'grant' && (to === undefined || to.length === 0))
    throw new FairleadError('input-invalid', 'A grant needs someone to grant it to.', { hint: 'Name them with --to ADDRESS.' })
  if (kind !== 'grant' && to !== undefined && to.length > 0)
    throw new FairleadError('input-invalid', `A ${kind} works for anyone who has it, so it can't name people.`, {
      hint: 'Leave --to out, or use --kind grant.',
    })
  const common = { kind, method, ...(to !== undefined && { to }), ...(password !== undefined && { password }) }
  const endless = kind === 'signed-url' ? undefined : sharing.endless?.[kind]
  if (endless !== undefined && options.expiresInSeconds === undefined) return common
  if (endless === 'always')
    throw unsupported(
      context,
      `can't create a ${kind} that expires`,
      'Leave the expiry out, and revoke the link with `fairlead share revoke ID`.',
    )
  const limit = sharing.maxExpirySeconds ?? Infinity
  const seconds = options.expiresInSeconds ?? Math.min(hour, limit)
  if (!Number.isFinite(seconds) || seconds <= 0)
    throw new FairleadError('input-invalid', `A link can't last ${seconds} seconds.`, { hint: 'Give a time above zero.' })
  if (seconds > limit)
    throw new FairleadError('input-invalid', `A link of "${context.runtime.name}" lasts at most ${limit} seconds, not ${seconds}.`, {
      hint: `Ask for ${limit} seconds or fewer.`,
    })
  return { ...common, expires: new Date(context.runtime.clock.now().getTime() + seconds * 1000) }
}

async function objectTarget(
  context: AssetContext,
  sharing: Sharing,
  { connection, path: text }: { readonly connection?: string; readonly path: string },
  terms: Pick<ShareRequest, 'method'>,
  options: CallOptions,
): Promise<Target> {
  const { name, capabilities } = context.runtime
  if (connection !== undefined && connection !== name) {
    throw new FairleadError(
      'input-invalid',
      `${formatObjectPath({ connection, path: text })} belongs to the connection "${connection}", and this is "${name}".`,
      { hint: `Use fairlead --client ${connection}.` },
    )
  }
  const path = normalizePath(text)
  const target = terms.method === 'PUT' ? 'object' : await kindOf(context, path, options)
  if (!sharing.targets.includes(target))
    throw unsupported(
      context,
      target === 'prefix' ? "can't share a folder" : "can't share a single object",
      target === 'prefix' ? 'Share the objects in it one by one.' : undefined,
    )
  if (target === 'prefix' && capabilities.list === false) throw unsupported(context, "can't share a folder it can't list")
  return { path, target }
}

async function kindOf({ objects, runtime }: AssetContext, path: string, options: CallOptions): Promise<ShareRequest['target']> {
  if (path === '') return 'prefix'
  // A client that reads nothing can't look either: its service says what it makes a link to.
  if (runtime.capabilities.read === false) return 'object'
  try {
    return (await objects.stat(path, quiet(options))).kind
  } catch (cause) {
    if (!FairleadError.is(cause, 'not-found') || runtime.capabilities.list === false) throw cause
    for await (const _below of objects.list(path, quiet(options))) return 'prefix'
    throw cause
  }
}

async function assetTargets(
  context: AssetContext,
  sharing: Sharing,
  target: Reference | string,
  { method }: Pick<ShareRequest, 'method'>,
  options: CallOptions,
): Promise<readonly Target[]> {
  const reference = referenceOf(context, target)
  if (method === 'PUT')
    throw new FairleadError('input-invalid', "The content of an asset never changes, so it can't be shared for writing.", {
      hint: 'Share an object path with --method PUT, for example :/inbox/file.png.',
    })
  const asset = await context.store.resolve(reference, quiet(options))
  const { files } = asset.manifest
  const folder = asset.record.root ?? contentFolder(asset.address, asset.digest)
  // The folder of exported content may hold files of other assets.
  if (
    files.length > 1 &&
    sharing.targets.includes('prefix') &&
    context.runtime.capabilities.assets === 'objects' &&
    asset.record.root === undefined
  )
    return [{ path: folder, target: 'prefix' }]
  if (!sharing.targets.includes('object')) throw unsupported(context, "can't share a single object")
  return files.map(file => ({ path: context.store.locate(asset, file), target: 'object' }))
}

function logical({ runtime }: Pick<AssetContext, 'runtime'>, item: Share): Share {
  return { ...item, path: unquotePath(item.path, runtime.capabilities.paths) }
}

function unsupported({ runtime }: Pick<AssetContext, 'runtime'>, what: string, hint?: string): FairleadError {
  return new FairleadError('unsupported', `The client ${runtime.manifest.name} of "${runtime.name}" ${what}.`, {
    connection: runtime.name,
    operation: 'share',
    hint: hint ?? `To see what it can do: fairlead client show ${runtime.name}`,
  })
}

function undefinedMethod({ runtime }: Pick<AssetContext, 'runtime'>, method: string): FairleadError {
  return new FairleadError('plugin-invalid', `The client ${runtime.manifest.name} declares it and has no ${method}.`, {
    connection: runtime.name,
    hint: `Report it to the authors of ${runtime.manifest.package}.`,
  })
}
