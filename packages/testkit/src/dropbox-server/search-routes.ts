import { randomBytes } from 'node:crypto'
import { placeOf, type Answer, type Call, type Routes } from './call.ts'
import { metadataOf } from './metadata.ts'
import { refused, type Json } from './refusal.ts'
import { below, currentOf, find, fold, type Placed } from './tree.ts'

const searches = new Map<string, { readonly matches: readonly Json[]; readonly limit: number }>()
const fullTextBytes = 64 * 1024

/** Words of names and of small contents, found by how they begin, as a search index has them. */
function search(call: Call): Answer {
  const { args } = call
  const options = args.struct('options')
  const { root, segments } = placeOf(call, options.optionalText('path') ?? '', 'path')
  const found = find(root, segments)
  if (typeof found === 'string') throw refused('path/not_found')
  const wanted = wordsOf(args.text('query'))
  const matches: Json[] = []
  if (found.node.kind === 'folder' && wanted.length > 0) {
    for (const placed of below(found.node, found.display, true)) {
      const type = matchOf(placed, wanted, options.flag('filename_only'))
      if (type !== undefined) matches.push({ metadata: { '.tag': 'metadata', metadata: metadataOf(placed) }, match_type: { '.tag': type } })
    }
  }
  const id = randomBytes(12).toString('base64url')
  searches.set(id, { matches, limit: options.count('max_results', 100) })
  return page(id, 0)
}

function matchOf({ node }: Placed, wanted: readonly string[], nameOnly: boolean): 'filename' | 'file_content' | undefined {
  const hit = (words: readonly string[]): boolean => wanted.every(prefix => words.some(word => word.startsWith(prefix)))
  if (hit(wordsOf(node.name))) return 'filename'
  if (nameOnly || node.kind === 'folder') return undefined
  const { body } = currentOf(node)
  return body.byteLength <= fullTextBytes && hit(wordsOf(body.toString('utf8'))) ? 'file_content' : undefined
}

function wordsOf(text: string): readonly string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? []
}

function page(id: string, from: number): Answer {
  const found = searches.get(id)
  if (found === undefined) throw refused('invalid_argument')
  const to = Math.min(from + found.limit, found.matches.length)
  const more = to < found.matches.length
  return { result: { matches: found.matches.slice(from, to), has_more: more, ...(more && { cursor: `${id}.${to}` }) } }
}

function searchContinue({ args }: Call): Answer {
  const [id = '', from = '0'] = args.text('cursor').split('.')
  return page(id, Number(from))
}

/** The search of the service, without the delay of its index. */
export const searchRoutes: Routes = {
  'files/search_v2': { style: 'rpc', scope: 'files.metadata.read', run: search },
  'files/search/continue_v2': { style: 'rpc', scope: 'files.metadata.read', run: searchContinue },
}
