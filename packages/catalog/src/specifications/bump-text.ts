import { isDeepStrictEqual } from 'node:util'
import { isMap, isScalar, isSeq, parseDocument, type Pair, type Scalar, type YAMLMap } from 'yaml'

/** A text with a specification copied under another name. */
export interface BumpedText {
  readonly text: string
  /** Of the copy, counted from 1. */
  readonly line: number
  /** Lines of the copy that still say the old name. */
  readonly mentions: ReadonlyArray<{ readonly line: number; readonly text: string }>
}

interface Edit {
  readonly at: number
  readonly insert: string
  /** Where the copy begins in what is inserted. */
  readonly lead: number
}

type Ranged = { readonly range?: readonly [number, number, number] | null }

function rangeOf(node: unknown): readonly [number, number] | undefined {
  const range = typeof node === 'object' && node !== null ? (node as Ranged).range : undefined // every node of the parser has one
  return range === undefined || range === null ? undefined : [range[0], range[1]]
}

/** A part of the text with the old name of some scalars replaced. */
function renamed(text: string, start: number, end: number, scalars: readonly Scalar[], from: string, to: string): string {
  let copy = ''
  let at = start
  for (const scalar of scalars) {
    const [first, last] = rangeOf(scalar) ?? [at, at]
    copy += text.slice(at, first) + text.slice(first, last).replace(from, to)
    at = last
  }
  return copy + text.slice(at, end)
}

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1
const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

function nameScalar(definition: unknown, name: string): readonly Scalar[] {
  const value: unknown = isMap(definition) ? definition.get('name', true) : undefined
  return isScalar(value) && value.value === name ? [value] : []
}

/** Comments right above a line, as far in as the line, belong to it. */
function withComments(text: string, start: number): number {
  const indent = /^[ \t]*/.exec(text.slice(start))?.[0] ?? ''
  let first = start
  while (first > 0) {
    const above = lineStart(text, first - 1)
    const line = text.slice(above, first)
    if (!line.startsWith(`${indent}#`)) break
    first = above
  }
  return first
}

/** A copy on lines of its own, below. */
function blockEdit(text: string, start: number, end: number, copy: (start: number, end: number) => string): Edit {
  const first = withComments(text, lineStart(text, start))
  const last = lineEnd(text, Math.max(start, end - 1))
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const hasEnd = last < text.length
  const body = copy(first, last).replace(/\r$/, '')
  return hasEnd ? { at: last + 1, insert: body + newline, lead: 0 } : { at: last, insert: newline + body, lead: newline.length }
}

/** A copy within brackets, after a comma. */
function flowEdit(text: string, start: number, end: number, copy: (start: number, end: number) => string): Edit {
  const space = /\s*$/.exec(text.slice(0, start))?.[0] ?? ''
  const lead = space.includes('\n') ? space : ' '
  return { at: end, insert: `,${lead}${copy(start, end)}`, lead: 1 + lead.length }
}

function editOfMap(text: string, map: YAMLMap, from: string, to: string): Edit | undefined {
  const pair: Pair | undefined = map.items.find(({ key }) => isScalar(key) && key.value === from)
  if (pair === undefined || !isScalar(pair.key)) return undefined
  const [start] = rangeOf(pair.key) ?? []
  const [, end] = rangeOf(pair.value) ?? []
  if (start === undefined || end === undefined) return undefined
  const scalars = [pair.key, ...nameScalar(pair.value, from)]
  const copy = (first: number, last: number) => renamed(text, first, last, scalars, from, to)
  if (map.flow === true) return flowEdit(text, start, end, copy)
  return text.slice(lineStart(text, start), start).trim() === '' ? blockEdit(text, start, end, copy) : undefined
}

function editOfList(text: string, items: readonly unknown[], isFlow: boolean, from: string, to: string): Edit | undefined {
  const item = items.find(one => nameScalar(one, from).length > 0)
  const [start, end] = rangeOf(item) ?? []
  if (start === undefined || end === undefined) return undefined
  const copy = (first: number, last: number) => renamed(text, first, last, nameScalar(item, from), from, to)
  if (isFlow) return flowEdit(text, start, end, copy)
  return /^[ \t]*-[ \t]+$/.test(text.slice(lineStart(text, start), start)) ? blockEdit(text, start, end, copy) : undefined
}

function definitions(top: unknown): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>()
  const several = typeof top === 'object' && top !== null && 'specifications' in top ? top.specifications : undefined
  if (typeof several !== 'object' || several === null) return found
  for (const [key, one] of Object.entries(several)) {
    const definition: Readonly<Record<string, unknown>> = { ...one }
    found.set(Array.isArray(several) ? String(definition['name']) : key, { ...definition, name: undefined })
  }
  return found
}

/** Whether the new text says all that the old one did, and the copy besides. */
function isCopied(before: string, after: string, from: string, to: string): boolean {
  const document = parseDocument(after)
  if (document.errors.length > 0) return false
  const old = definitions(parseDocument(before).toJS())
  return isDeepStrictEqual(definitions(document.toJS()), new Map([...old, [to, old.get(from)]]))
}

function told(text: string, start: number, end: number, from: string): Pick<BumpedText, 'line' | 'mentions'> {
  const line = text.slice(0, start).split('\n').length
  const lines = text.slice(start, end).split('\n')
  const mentions = lines.flatMap((one, index) => (one.includes(from) ? [{ line: line + index, text: one.trim() }] : []))
  return { line, mentions }
}

/**
 * The text of a YAML file with one of several specifications copied under another name: comments, order and formatting
 * stay. Undefined where the file is written so that this can't be done word by word.
 */
export function bumpText(text: string, from: string, to: string): BumpedText | undefined {
  const document = parseDocument(text)
  const several: unknown = isMap(document.contents) ? document.contents.get('specifications', true) : undefined
  const edit = isMap(several)
    ? editOfMap(text, several, from, to)
    : isSeq(several)
      ? editOfList(text, several.items, several.flow === true, from, to)
      : undefined
  if (edit === undefined) return undefined
  const after = text.slice(0, edit.at) + edit.insert + text.slice(edit.at)
  if (!isCopied(text, after, from, to)) return undefined
  return { text: after, ...told(after, edit.at + edit.lead, edit.at + edit.insert.length, from) }
}

/** The text of a YAML file that is one specification, under another name; undefined where it is none. */
export function renameText(text: string, from: string, to: string): BumpedText | undefined {
  const scalars = nameScalar(parseDocument(text).contents, from)
  if (scalars.length === 0) return undefined
  const after = renamed(text, 0, text.length, scalars, from, to)
  return { text: after, ...told(after, 0, after.length, from) }
}
