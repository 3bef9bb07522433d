import type { SyntaxNode, Tree } from '@lezer/common'
import { parser } from '@lezer/python'
import { FairleadError } from '@fairlead/core'

const maxBytes = 1024 * 1024
const maxDepth = 100

/** A place in a source: both numbers count from 1, columns in UTF-16 units. */
interface Place {
  readonly line: number
  readonly column: number
}

/** Python that was parsed, never run. */
export interface PythonSource {
  readonly top: SyntaxNode
  textOf(node: SyntaxNode): string
  placeOf(node: SyntaxNode): Place
}

function refuse(file: string, message: string, hint: string): FairleadError {
  return new FairleadError('input-invalid', message, { path: file, hint })
}

function decode(bytes: Uint8Array, file: string): string {
  if (bytes.length > maxBytes) {
    throw refuse(
      file,
      `${file} has ${bytes.length} bytes; a specification module has at most ${maxBytes}.`,
      'Give the Python file of the specifications.',
    )
  }
  const encoded = /^(?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)/.exec(
    Buffer.from(bytes.subarray(0, 1000)).toString('latin1'),
  )?.[1]
  const hint = 'Save the file as UTF-8.'
  if (encoded !== undefined && !/^(?:utf[-_]?8(?:[-_].*)?|us-ascii|ascii)$/i.test(encoded)) {
    throw refuse(file, `${file}:1:1: The file declares the encoding ${encoded}; only UTF-8 is supported.`, hint)
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll(/\r\n?/g, '\n')
    if (!text.includes('\0')) return text
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
  }
  throw refuse(file, `${file}:1:1: The file is not UTF-8 text.`, hint)
}

/** Where each line begins. */
function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function placeAt(starts: readonly number[], offset: number): Place {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
}

/** The first thing that is wrong with the text: syntax, or nesting that no specification needs and no stack can follow. */
function findFault(tree: Tree): { readonly at: number; readonly message: string } | undefined {
  const cursor = tree.cursor()
  let depth = 0
  for (;;) {
    if (cursor.type.isError) return { at: cursor.from, message: 'This is not readable Python.' }
    if (depth > maxDepth) return { at: cursor.from, message: `The code is nested deeper than ${maxDepth} levels.` }
    if (cursor.firstChild()) {
      depth++
      continue
    }
    while (!cursor.nextSibling()) {
      if (!cursor.parent()) return undefined
      depth--
    }
  }
}

/**
 * Parses the Python of a file, at most 1 MiB of UTF-8. Throws `input-invalid`, with `file:line:column` where there is a
 * place, for another encoding, a longer file, a fault of the syntax, or nesting deeper than 100 levels.
 */
export function parsePython(bytes: Uint8Array, file: string): PythonSource {
  const text = decode(bytes, file)
  const tree = parser.parse(text)
  const starts = lineStarts(text)
  const fault = findFault(tree)
  if (fault !== undefined) {
    const { line, column } = placeAt(starts, fault.at)
    throw refuse(file, `${file}:${line}:${column}: ${fault.message}`, 'Correct the file there, or remove that part.')
  }
  return {
    top: tree.topNode,
    textOf: node => text.slice(node.from, node.to),
    placeOf: node => placeAt(starts, node.from),
  }
}

/** The children of a node without punctuation and comments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'Comment' && /^\w+$/.test(child.name)) children.push(child)
  }
  return children
}
