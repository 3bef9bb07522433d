import type { Args } from './args.ts'
import type { Json } from './refusal.ts'
import { currentOf, type FileNode, type FolderNode, type Placed, type Revision } from './tree.ts'

/** A time as the API writes it: whole seconds, UTC. */
export function timestamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}

/** Seconds since 1970 of a time as the API writes it. */
export function secondsOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Math.floor(Date.parse(text) / 1000)
}

/** FileMetadata of a state of a file, without the tag of a subtype. */
export function fileMetadata(
  { node, display, lower }: Placed<FileNode>,
  revision: Revision = currentOf(node),
  templates?: ReadonlySet<string>,
): Record<string, Json> {
  return {
    name: node.name,
    path_lower: lower,
    path_display: display,
    id: node.id,
    client_modified: timestamp(revision.clientModified),
    server_modified: timestamp(revision.serverModified),
    rev: revision.rev,
    size: revision.body.byteLength,
    is_downloadable: true,
    content_hash: revision.contentHash,
    ...groupsOf(node, templates),
  }
}

function folderMetadata({ node, display, lower }: Placed<FolderNode>, templates?: ReadonlySet<string>): Record<string, Json> {
  return { name: node.name, path_lower: lower, path_display: display, id: node.id, ...groupsOf(node, templates) }
}

function groupsOf({ properties }: FileNode | FolderNode, templates: ReadonlySet<string> | undefined): Record<string, Json> {
  if (templates === undefined) return {}
  const groups = [...properties]
    .filter(([template]) => templates.has(template))
    .map(([template, fields]) => ({
      template_id: template,
      fields: [...fields].map(([name, value]) => ({ name, value })),
    }))
  return groups.length === 0 ? {} : { property_groups: groups }
}

/** Metadata of a file or folder, with its tag. */
export function metadataOf(placed: Placed, templates?: ReadonlySet<string>): Record<string, Json> {
  const { node } = placed
  return node.kind === 'file'
    ? { '.tag': 'file', ...fileMetadata({ ...placed, node }, undefined, templates) }
    : { '.tag': 'folder', ...folderMetadata({ ...placed, node }, templates) }
}

/** The templates whose groups are asked for. */
export function wantedTemplates(args: Args): ReadonlySet<string> | undefined {
  if (!args.has('include_property_groups')) return undefined
  return new Set(
    args
      .struct('include_property_groups')
      .list('filter_some')
      .filter(item => typeof item === 'string'),
  )
}
