import type { Capabilities } from '../../contract/capabilities.ts'
import { FairleadError } from '../../contract/errors.ts'
import { normalizePath } from '../../contract/path-rules.ts'

/** The folder of exported content, below the root of a connection or a prefix. */
const contentFolder = 'content'
/** What lies at the root of a connection in its own right. */
const taken = new Set(['assets', 'metadata', 'fairlead.json'])

function isPrefix(segments: readonly string[]): boolean {
  return segments.every(segment => segment !== contentFolder) && !taken.has(segments[0] ?? '')
}

/**
 * Checks the folder of a connection below which an export goes; `''` is the root. Throws `input-invalid` for one that
 * reaches into what a connection keeps by itself, or has a part named `content`.
 */
export function exportPrefix(text: string | undefined): string {
  const prefix = normalizePath(text ?? '')
  if (prefix === '' || isPrefix(prefix.split('/'))) return prefix
  throw new FairleadError('input-invalid', `An export can't go below "${prefix}" of a connection.`, {
    path: prefix,
    hint: 'Choose a folder that does not start with assets or metadata and has no part named content.',
  })
}

/** A path below a prefix. */
export function below(prefix: string, path: string): string {
  return prefix === '' ? path : `${prefix}/${path}`
}

/** Whether files of an export may lie there: in or below `content`, of the root or of a prefix. */
export function isExportRoot(root: unknown): root is string {
  if (typeof root !== 'string' || normalizePath(root) !== root) return false
  const segments = root.split('/')
  const content = segments.indexOf(contentFolder)
  return content >= 0 && isPrefix(segments.slice(0, content))
}

/**
 * Where the files of an export root lie on a connection. One that keeps metadata with files and folders has them right below
 * the prefix; what its tag records say is the same as elsewhere.
 */
export function placeOf(root: string, { describe }: Pick<Capabilities, 'describe'>): string {
  const segments = root.split('/')
  return describe === true ? segments.toSpliced(segments.indexOf(contentFolder), 1).join('/') : root
}

/**
 * Refuses (`path-invalid`) a place that a connection keeps for itself: without a folder for content, what is exported lies
 * beside it.
 */
export function refuseTaken(path: string): void {
  if (!taken.has(path.split('/')[0] ?? '')) return
  throw new FairleadError('path-invalid', `"${path}" is reserved by Fairlead on a connection.`, {
    path,
    hint: 'Export to a separate folder: set prefix for this exporter, or use --prefix.',
  })
}

/** The prefix of an export whose files lie at this root. */
export function prefixOf(root: string): string {
  const segments = root.split('/')
  return segments.slice(0, Math.max(0, segments.indexOf(contentFolder))).join('/')
}
