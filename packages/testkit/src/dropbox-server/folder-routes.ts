import { randomBytes } from 'node:crypto'
import type { Answer, Call, Routes } from './call.ts'
import { lookUp, placeOf, targetOf } from './call.ts'
import { metadataOf, wantedTemplates } from './metadata.ts'
import { refused, type Json } from './refusal.ts'
import { below, find, fold, newFolder, type FolderNode } from './tree.ts'

interface Walk {
  readonly entries: readonly Json[]
  readonly limit: number
}

/** Listings that were begun. A cursor names one, and where in it. */
const walks = new Map<string, Walk>()
const usualLimit = 500

function listFolder(call: Call): Answer {
  const { args } = call
  const path = args.text('path')
  const templates = wantedTemplates(args)
  if ([...(templates ?? [])].some(id => !call.account.templates.has(id)))
    throw refused('template_error/template_not_found', { template_not_found: [...(templates ?? [])][0] })
  const { folder, display } = folderAt(call, path)
  const entries = [...below(folder, display, args.flag('recursive'))].map(placed => metadataOf(placed, templates))
  // A recursive listing begins with the folder itself, unless that is the root.
  const own = args.flag('recursive') && display !== '' ? [metadataOf({ node: folder, display, lower: fold(display) }, templates)] : []
  const id = randomBytes(12).toString('base64url')
  walks.set(id, { entries: [...own, ...entries], limit: args.count('limit', usualLimit) })
  return page(id, 0)
}

function folderAt(call: Call, path: string): { readonly folder: FolderNode; readonly display: string } {
  if (path.startsWith('id:')) {
    const found = lookUp(call, path, 'path')
    if (found === undefined) throw refused('path/not_found')
    if (found.node.kind === 'file') throw refused('path/not_folder')
    return { folder: found.node, display: found.display }
  }
  const { root, segments } = placeOf(call, path, 'path')
  const found = find(root, segments)
  if (typeof found === 'string') throw refused('path/not_found')
  if (found.node.kind === 'file') throw refused('path/not_folder')
  return { folder: found.node, display: found.display }
}

function page(id: string, from: number): Answer {
  const walk = walks.get(id)
  if (walk === undefined) throw refused('reset')
  const to = Math.min(from + walk.limit, walk.entries.length)
  return { result: { entries: walk.entries.slice(from, to), cursor: `${id}.${to}`, has_more: to < walk.entries.length } }
}

function listContinue({ args }: Call): Answer {
  const [id = '', from = '0'] = args.text('cursor').split('.')
  return page(id, Number(from))
}

function createFolder(call: Call): Answer {
  const path = call.args.text('path')
  const target = targetOf(call, path, 'path', true)
  if (target.there !== undefined) throw refused(`path/conflict/${target.there.kind}`)
  const node = newFolder(target.name)
  target.folder.children.set(fold(target.name), node)
  const display = `${target.display}/${target.name}`
  const { '.tag': _tag, ...metadata } = metadataOf({ node, display, lower: fold(display) })
  return { result: { metadata } }
}

/** Folders: what lies in them, page by page. */
export const folderRoutes: Routes = {
  'files/list_folder': { style: 'rpc', scope: 'files.metadata.read', run: listFolder },
  'files/list_folder/continue': { style: 'rpc', scope: 'files.metadata.read', run: listContinue },
  'files/create_folder_v2': { style: 'rpc', scope: 'files.content.write', run: createFolder },
}
