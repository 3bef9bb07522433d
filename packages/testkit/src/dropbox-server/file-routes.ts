import type { Answer, Call, Routes } from './call.ts'
import { lookUp, mustFind, mustFindFile } from './call.ts'
import { checkHash, commitFile } from './commit.ts'
import { fileMetadata, metadataOf, wantedTemplates } from './metadata.ts'
import { Refusal, refused, type Json } from './refusal.ts'
import { currentOf, type Placed } from './tree.ts'

/** A request may carry so much at most. */
export const mostBytes = 150 * 1024 * 1024

function upload(call: Call): Answer {
  if (call.body.byteLength > mostBytes) throw refused('payload_too_large')
  checkHash(call)
  try {
    return { result: commitFile(call, call.args, call.body, 'path') }
  } catch (cause) {
    throw cause instanceof Refusal ? asWriteFailed(cause) : cause
  }
}

/** An upload tells the reason of a WriteError in a struct, beside the session that kept the body. */
function asWriteFailed(refusal: Refusal): Refusal {
  const { error, error_summary: summary }: Readonly<Record<string, Json>> = Object(refusal.body)
  const { '.tag': tag, path: reason }: Readonly<Record<string, Json>> = Object(error)
  if (tag !== 'path' || reason === undefined) return refusal
  return new Refusal(refusal.status, {
    error_summary: summary,
    error: { '.tag': 'path', reason, upload_session_id: `pid_upload_session:${'A'.repeat(22)}` },
  })
}

function download(call: Call): Answer {
  const { placed, revision = currentOf(placed.node) } = mustFindFile(call, call.args.text('path'), 'path')
  return { result: fileMetadata(placed, revision), download: { body: revision.body, etag: revision.rev } }
}

function getMetadata(call: Call): Answer {
  const path = call.args.text('path')
  if (path === '')
    throw new Refusal(400, 'Error in call to API function "files/get_metadata": request body: path: The root folder is unsupported.')
  if (path.startsWith('rev:')) {
    const { placed, revision } = mustFindFile(call, path, 'path')
    return { result: { '.tag': 'file', ...fileMetadata(placed, revision) } }
  }
  return { result: metadataOf(mustFind(call, path, 'path'), wantedTemplates(call.args)) }
}

function listRevisions(call: Call): Answer {
  const found = lookUp(call, call.args.text('path'), 'path')
  if (found === undefined) throw refused('path/not_found')
  const { node } = found
  if (node.kind === 'folder') throw refused('path/not_file')
  const placed: Placed<typeof node> = { ...found, node }
  const before = call.args.optionalText('before_rev')
  const all = node.revisions.toReversed()
  const start = before === undefined ? 0 : all.findIndex(({ rev }) => rev === before) + 1
  const limit = call.args.count('limit', 10)
  const page = all.slice(start, start + limit)
  return {
    result: { is_deleted: false, entries: page.map(revision => fileMetadata(placed, revision)), has_more: all.length > start + limit },
  }
}

/** Files: their bytes and what is told of them. */
export const fileRoutes: Routes = {
  'files/upload': { style: 'upload', scope: 'files.content.write', run: upload },
  'files/download': { style: 'download', scope: 'files.content.read', run: download },
  'files/get_metadata': { style: 'rpc', scope: 'files.metadata.read', run: getMetadata },
  'files/list_revisions': { style: 'rpc', scope: 'files.metadata.read', run: listRevisions },
}
