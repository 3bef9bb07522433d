import type { Args } from './args.ts'
import { targetOf, type Call } from './call.ts'
import { fileMetadata, secondsOf } from './metadata.ts'
import { putGroups } from './properties.ts'
import { refused, type Json } from './refusal.ts'
import { currentOf, fold, newFile, newRevision, type FileNode, type Placed } from './tree.ts'
import { dropboxContentHash } from './content-hash.ts'

/** `CommitInfo` with the bytes it is for. `prefix` are the tags in front of a WriteError, `around` what makes an error of it. */
export function commitFile(call: Call, commit: Args, body: Buffer, prefix: string): Json {
  const path = commit.text('path')
  const mode = commit.tag('mode') ?? 'add'
  const strict = commit.flag('strict_conflict')
  const target = targetOf(call, path, prefix, false)
  const { there } = target
  if (there?.kind === 'folder') throw refused(`${prefix}/conflict/folder`)
  const hash = dropboxContentHash(body)
  const same = there !== undefined && currentOf(there).contentHash === hash
  if (mode === 'update') {
    const wanted = commit.struct('mode').text('update')
    const holds = there === undefined ? !strict : currentOf(there).rev === wanted
    if (!holds && (strict || !same)) return conflict(call, commit, body, prefix)
  } else if (mode === 'add' && there !== undefined && (strict || !same)) {
    return conflict(call, commit, body, prefix)
  }
  if (call.account.isFull(body.byteLength)) throw refused(`${prefix}/insufficient_space`)
  const groups = commit.structs('property_groups')
  const { folder, name, display } = targetOf(call, path, prefix, true)
  const node = there ?? newFile(name)
  putGroups(call, node.properties, groups, 'properties_error')
  // A file with identical contents stays as it is: nothing gets written.
  if (there === undefined || !same) node.revisions.push(newRevision(body, secondsOf(commit.optionalText('client_modified'))))
  folder.children.set(fold(name), node)
  return written({ node, display: `${display}/${node.name}`, lower: fold(`${display}/${node.name}`) }, groups)
}

/** Another name for a file, as the service makes one up, or the conflict. */
function conflict(call: Call, commit: Args, body: Buffer, prefix: string): Json {
  if (!commit.flag('autorename')) throw refused(`${prefix}/conflict/file`)
  const { folder, name, display } = targetOf(call, commit.text('path'), prefix, true)
  const [, stem = name, extension = ''] = /^(.+?)(\.[^.]*)?$/s.exec(name) ?? []
  let number = 1
  while (folder.children.has(fold(`${stem} (${number})${extension}`))) number += 1
  const node = newFile(`${stem} (${number})${extension}`)
  node.revisions.push(newRevision(body, secondsOf(commit.optionalText('client_modified'))))
  folder.children.set(fold(node.name), node)
  return written({ node, display: `${display}/${node.name}`, lower: fold(`${display}/${node.name}`) }, [])
}

function written(placed: Placed<FileNode>, groups: readonly Args[]): Json {
  return fileMetadata(placed, undefined, new Set(groups.map(group => group.text('template_id'))))
}

/** The body must have the content hash that the caller tells. */
export function checkHash({ args, body }: Call): void {
  const told = args.optionalText('content_hash')
  if (told !== undefined && told !== dropboxContentHash(body)) throw refused('content_hash_mismatch')
}
