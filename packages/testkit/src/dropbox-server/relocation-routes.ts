import { randomBytes } from 'node:crypto'
import type { Args } from './args.ts'
import { lookUp, placeOf, targetOf, type Answer, type Call, type Routes } from './call.ts'
import { metadataOf } from './metadata.ts'
import { Refusal, refused, type Json } from './refusal.ts'
import { currentOf, find, fold, newFile, newFolder, type Node } from './tree.ts'

const jobs = new Map<string, Json>()

/** Removes what is at a path, with everything below it; what it was. */
function remove(call: Call, entry: Args): Json {
  const path = entry.text('path')
  const found = lookUp(call, path, 'path_lookup')
  if (found === undefined || found.display === '') throw refused('path_lookup/not_found')
  const parentRev = entry.optionalText('parent_rev')
  if (parentRev !== undefined) {
    if (found.node.kind === 'folder') throw refused('path_lookup/not_file')
    if (currentOf(found.node).rev !== parentRev) throw refused('path_write/conflict/file')
  }
  const metadata = metadataOf(found)
  const { root, segments } = path.startsWith('id:') ? placeOf(call, found.display, 'path_lookup') : placeOf(call, path, 'path_lookup')
  const parent = find(root, segments.slice(0, -1))
  if (typeof parent === 'string' || parent.node.kind === 'file') throw refused('path_lookup/not_found')
  parent.node.children.delete(fold(segments.at(-1) ?? ''))
  return metadata
}

function deleteBatch(call: Call): Answer {
  const entries = call.args.structs('entries').map(entry => {
    try {
      return { '.tag': 'success', metadata: remove(call, entry) }
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause
      const { error }: Readonly<Record<string, Json>> = Object(cause.body)
      return { '.tag': 'failure', failure: error }
    }
  })
  const id = `dbjid:${randomBytes(16).toString('base64url')}`
  // A job is asked for once before it is done.
  jobs.set(id, { '.tag': 'complete', entries })
  pending.add(id)
  return { result: { '.tag': 'async_job_id', async_job_id: id } }
}

const pending = new Set<string>()

function deleteBatchCheck({ args }: Call): Answer {
  const id = args.text('async_job_id')
  const job = jobs.get(id)
  if (job === undefined) throw refused('invalid_async_job_id')
  if (pending.delete(id)) return { result: { '.tag': 'in_progress' } }
  return { result: job }
}

function copy(call: Call): Answer {
  const { args } = call
  const from = lookUp(call, args.text('from_path'), 'from_lookup')
  if (from === undefined) throw refused('from_lookup/not_found')
  const to = args.text('to_path')
  const before = targetOf(call, to, 'to', false)
  if (before.there !== undefined) throw refused(`to/conflict/${before.there.kind}`)
  const { folder, name, display } = targetOf(call, to, 'to', true)
  const node = copyOf(from.node, name)
  folder.children.set(fold(name), node)
  return { result: { metadata: metadataOf({ node, display: `${display}/${name}`, lower: fold(`${display}/${name}`) }) } }
}

/** Bytes and times come along; property groups do not. */
function copyOf(node: Node, name: string): Node {
  if (node.kind === 'file') {
    const file = newFile(name)
    const last = currentOf(node)
    file.revisions.push({ ...last, rev: `02${randomBytes(7).toString('hex')}`, serverModified: Math.floor(Date.now() / 1000) })
    return file
  }
  const folder = newFolder(name)
  for (const [key, child] of node.children) folder.children.set(key, copyOf(child, child.name))
  return folder
}

/** Removing and copying. */
export const relocationRoutes: Routes = {
  'files/delete_v2': { style: 'rpc', scope: 'files.content.write', run: call => ({ result: { metadata: remove(call, call.args) } }) },
  'files/delete_batch': { style: 'rpc', scope: 'files.content.write', run: deleteBatch },
  'files/delete_batch/check': { style: 'rpc', scope: 'files.content.write', run: deleteBatchCheck },
  'files/copy_v2': { style: 'rpc', scope: 'files.content.write', run: copy },
}
