import { isDeepStrictEqual } from 'node:util'
import { Document, isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml'
import { FairleadError } from '@fairlead/core'

/** A saved query, as it stands in a project file. */
export interface QueryEntry {
  readonly sql: string
  readonly group_by?: 'file' | 'asset'
  readonly description?: string
}

type Queries = Readonly<Record<string, unknown>>

function valueOf(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = parseDocument(text).toJS()
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function queriesOf(text: string): Queries {
  const { queries } = valueOf(text)
  return typeof queries === 'object' && queries !== null ? { ...queries } : {}
}

/** Lines of one entry of the map, indented. */
function entryText(name: string, entry: QueryEntry, indent: string): string {
  const plain = entry.group_by === undefined && entry.description === undefined
  const document = new Document({ [name]: plain ? entry.sql : entry })
  return document.toString({ lineWidth: 0, indent: 2, blockQuote: 'literal' }).replaceAll(/^(?=.)/gm, indent)
}

const keyOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : String(pair.key))
const startOf = (node: unknown): number | undefined => (isScalar(node) ? node.range?.[0] : undefined)

/** From the line of a key to the line of the next thing on its level or above: what belongs to that key. */
function linesOf(text: string, pair: Pair): { readonly start: number; readonly end: number; readonly indent: string } | undefined {
  const key = startOf(pair.key)
  if (key === undefined) return undefined
  const start = text.lastIndexOf('\n', key - 1) + 1
  const indent = text.slice(start, key)
  if (!/^ *$/.test(indent)) return undefined
  let end = start
  let keep = start
  const own = new RegExp(`^(?:\\s*$| {${indent.length + 1},}\\S)`)
  for (let first = true; end < text.length; first = false) {
    const next = text.indexOf('\n', end) + 1 || text.length
    const line = text.slice(end, next)
    if (!first && !own.test(line)) break
    end = next
    // Blank lines belong to what follows.
    if (line.trim() !== '') keep = end
  }
  return { start, end: keep, indent }
}

function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(pair => keyOf(pair) === name)
}

const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)

/** The text with an entry set or, without one, removed; undefined where the map isn't written with a key a line. */
function editLines(text: string, name: string, entry: QueryEntry | undefined): string | undefined {
  const { contents } = parseDocument(text)
  const addition = (indent: string) => (entry === undefined ? '' : entryText(name, entry, indent))
  const queries = isMap(contents) ? pairOf(contents, 'queries') : undefined
  if (queries === undefined) {
    if (contents !== null && (!isMap(contents) || contents.flow === true)) return undefined
    return entry === undefined ? text : `${ended(text)}${text === '' ? '' : '\n'}queries:\n${addition('  ')}`
  }
  const all = linesOf(text, queries)
  if (!isMap(queries.value) || queries.value.flow === true || all === undefined) return undefined
  const old = pairOf(queries.value, name)
  if (old === undefined) {
    const first = queries.value.items[0]
    const indent = first === undefined ? '  ' : linesOf(text, first)?.indent
    if (indent === undefined) return undefined
    return ended(text.slice(0, all.end)) + addition(indent) + text.slice(all.end)
  }
  if (entry === undefined && queries.value.items.length === 1) return text.slice(0, all.start) + text.slice(all.end)
  const lines = linesOf(text, old)
  return lines === undefined ? undefined : text.slice(0, lines.start) + addition(lines.indent) + text.slice(lines.end)
}

/** The same by the YAML library, which keeps comments but may set other things anew. */
function editDocument(text: string, name: string, entry: QueryEntry | undefined): string {
  const document = parseDocument(text)
  const plain = entry !== undefined && entry.group_by === undefined && entry.description === undefined
  if (entry === undefined) document.deleteIn(['queries', name])
  else document.setIn(['queries', name], plain ? entry.sql : entry)
  return document.toString({ lineWidth: 0 })
}

/**
 * The text of a project file with a saved query set or, without an entry, removed. All else stays as it was written,
 * comments too; the result is read again and compared before it is given.
 */
export function editQueries(text: string, name: string, entry: QueryEntry | undefined): string {
  const { queries: _, ...others } = valueOf(text)
  const { [name]: __, ...rest } = queriesOf(text)
  const value = entry?.group_by === undefined && entry?.description === undefined ? entry?.sql : { ...entry }
  const wanted = entry === undefined ? rest : { ...rest, [name]: value }
  const isRight = (edited: string): boolean => {
    if (parseDocument(edited).errors.length > 0) return false
    const { queries: ___, ...kept } = valueOf(edited)
    return isDeepStrictEqual(kept, others) && isDeepStrictEqual(queriesOf(edited), wanted)
  }
  const isCrlf = /\r\n/.test(text) && !/[^\r]\n/.test(text)
  const plainText = isCrlf ? text.replaceAll('\r\n', '\n') : text
  for (const edit of [editLines, editDocument]) {
    const edited = edit(plainText, name, entry)
    if (edited !== undefined && isRight(edited)) return isCrlf ? edited.replaceAll('\n', '\r\n') : edited
  }
  throw new FairleadError('config-invalid', `the query "${name}" can't be put into the project file as it is written`, {
    hint: 'Edit the key "queries" of the file by hand.',
  })
}
