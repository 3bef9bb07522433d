import { manifestFolder } from '../../contract/asset-layout.ts'
import { parseSearchQuery } from '../../contract/search-query.ts'
import { contentLock, quiet, requireCapability, type AssetContext } from './asset-context.ts'
import type { Address } from './asset-store.ts'
import type { CallOptions } from '../client.ts'
import { abortUploads } from './clean-uploads.ts'
import { parallel } from '../objects/parallel.ts'

/** Objects that stand or fall together: the content of one push, or one manifest. */
interface Orphan {
  readonly address: Address
  /** The digest or its first 16 digits, as the path has it. */
  readonly digest: string
  readonly path: string
  readonly recursive: boolean
  objects: number
  bytes: number
  /** Milliseconds since 1970; infinite when the service does not say. */
  newest: number
}

const contentForm = /^(assets\/((?:[A-Za-z0-9][A-Za-z0-9._-]*\/)+)([A-Za-z0-9][A-Za-z0-9._-]*)\/_([0-9a-f]{16}))\//
const manifestForm = /^metadata\/manifest\/((?:[A-Za-z0-9][A-Za-z0-9._-]*\/)+)([A-Za-z0-9][A-Za-z0-9._-]*)\/_digest\/([0-9a-f]{64})\.json$/
const day = 24 * 60 * 60
const recordsAtOnce = 16

/** What `clean` takes: a grace of 0 takes also what is being sent at this moment. */
export type CleanOptions = CallOptions & { readonly dryRun?: boolean; readonly graceSeconds?: number }

/**
 * Removes unfinished uploads, and content and manifests that no tag names, when they are older than the grace (24 hours
 * unless said otherwise): a push sends content first and tags it last. What export laid out below `content` is never
 * touched. A dry run counts only.
 */
export async function clean(
  context: AssetContext,
  options: CleanOptions = {},
): Promise<{ readonly uploads: number; readonly objects: number; readonly bytes: number }> {
  requireCapability(context, 'list', 'clean')
  requireCapability(context, 'remove', 'clean')
  const call = quiet(options)
  const graceSeconds = options.graceSeconds ?? day
  const before = graceSeconds === 0 ? Infinity : context.runtime.clock.now().getTime() - graceSeconds * 1000
  const uploads = await abortUploads(context, before, options)
  if (context.runtime.capabilities.assets === 'native') return { uploads, objects: 0, bytes: 0 }
  const total = { uploads, objects: 0, bytes: 0 }
  for (const orphan of await orphansOf(context, before, call)) {
    const removed = options.dryRun === true || (await removeOrphan(context, orphan, call))
    if (!removed) continue
    total.objects += orphan.objects
    total.bytes += orphan.bytes
  }
  return total
}

/** False when someone tagged it since the listing. */
async function removeOrphan(context: AssetContext, orphan: Orphan, call: CallOptions): Promise<boolean> {
  const { address, digest, path, recursive } = orphan
  return context.runtime.locks.exclusive(
    contentLock(context, address, digest),
    async () => {
      for (const { record } of (await context.store.tags(address, call)).values()) {
        if (record.digest.startsWith(`sha256:${digest}`)) return false
      }
      await context.objects.delete(path, { ...call, ...(recursive && { recursive }) })
      return true
    },
    call.signal === undefined ? {} : { signal: call.signal },
  )
}

async function orphansOf(context: AssetContext, before: number, call: CallOptions): Promise<readonly Orphan[]> {
  const { objects } = context
  const found = new Map<string, Orphan>()
  const add = (orphan: Pick<Orphan, 'address' | 'digest' | 'path' | 'recursive'>, size = 0, modified?: Date) => {
    const there = found.get(orphan.path) ?? { ...orphan, objects: 0, bytes: 0, newest: 0 }
    there.objects++
    there.bytes += size
    there.newest = Math.max(there.newest, modified?.getTime() ?? Infinity)
    found.set(orphan.path, there)
  }
  for await (const { path, size, modified } of objects.list('assets', { ...call, recursive: true })) {
    const [, folder, collection, name, digest] = contentForm.exec(path) ?? []
    if (folder === undefined || collection === undefined || name === undefined || digest === undefined) continue
    add({ address: { collection: collection.slice(0, -1), name }, digest, path: folder, recursive: true }, size, modified)
  }
  for await (const { path, size, modified } of objects.list(manifestFolder(), { ...call, recursive: true })) {
    const [, collection, name, digest] = manifestForm.exec(path) ?? []
    if (collection === undefined || name === undefined || digest === undefined) continue
    add({ address: { collection: collection.slice(0, -1), name }, digest, path, recursive: false }, size, modified)
  }
  // Tags come last: what a push tagged while the content was listed is seen here.
  const named = await namedDigests(context, call)
  return [...found.values()].filter(({ newest, address, digest }) => {
    const old = newest < before || before === Infinity
    return old && !named.has(`${address.collection}/${address.name} ${digest.slice(0, 16)}`)
  })
}

/** What tags name. A record that can't be read stops the cleaning (`integrity`): nobody knows what it names. */
async function namedDigests({ store }: AssetContext, call: CallOptions): Promise<ReadonlySet<string>> {
  const named = new Set<string>()
  const everything = parseSearchQuery('')
  await parallel(
    store.enumerate(everything, call),
    recordsAtOnce,
    async (tag, signal) => {
      const summary = await tag.complete({ ...call, signal })
      if (summary?.digest !== undefined)
        named.add(`${summary.collection}/${summary.name} ${summary.digest.slice('sha256:'.length).slice(0, 16)}`)
    },
    call.signal,
  )
  return named
}
