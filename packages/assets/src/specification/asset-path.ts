import { compileLinearPattern, type LinearPattern } from '../pattern/linear-pattern.ts'
import type { Specification } from './specification.ts'
import type { AssetRoot } from './definition.ts'

type AssetPathOf = Specification['assetPathOf']

/** The directory of a path, undefined at the top of the ingress. */
export function directoryOf(path: string): string | undefined {
  const slash = path.lastIndexOf('/')
  return slash <= 0 ? undefined : path.slice(0, slash)
}

/** The last segment of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The directory that is `depth` segments deep, undefined for a file that lies above it. */
function atDepth(path: string, depth: number): string | undefined {
  let end = -1
  for (let segment = 0; segment < depth; segment++) {
    end = path.indexOf('/', end + 1)
    if (end < 0) return undefined
  }
  return path.slice(0, end)
}

/** The topmost directory above a file whose name the pattern finds. */
function byPattern(path: string, pattern: LinearPattern): string | undefined {
  let start = 0
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', start)) {
    if (pattern.test(path.slice(start, end))) return path.slice(0, end)
    start = end + 1
  }
  return undefined
}

/** The asset path rule of a specification type; a checked root belongs to `complex` only. */
export function assetPathRule(type: Specification['type'], root: AssetRoot | undefined): AssetPathOf {
  if (type === 'file') return path => path
  if (type === 'sequence' || root === undefined) return directoryOf
  if (typeof root === 'function') {
    return path => {
      const found = root(path)
      return found !== undefined && found !== '' && path.startsWith(`${found}/`) ? found : undefined
    }
  }
  if ('depth' in root) return path => atDepth(path, root.depth)
  const pattern =
    typeof root.pattern === 'string'
      ? compileLinearPattern(root.pattern, 'u')
      : new RegExp(root.pattern.source, root.pattern.flags.replace(/[gy]/g, ''))
  return path => byPattern(path, pattern)
}
