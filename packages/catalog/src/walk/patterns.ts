import { compileLinearPattern, linearPatternOf } from '@fairlead/assets'

/** Whether a path relative to the ingress is meant. */
export type PathTest = (path: string) => boolean

const special = /[\\^$.*+?()[\]{}|/]/g

function escape(text: string): string {
  return text.replace(special, String.raw`\$&`)
}

function globSource(glob: string): string {
  let source = ''
  for (let index = 0; index < glob.length;) {
    const rest = glob.slice(index)
    const braces = /^\{([^{}]*)\}/.exec(rest)
    const set = /^\[(!?)((?:\\.|[^\]\\])+)\]/.exec(rest)
    if (rest.startsWith('**/')) {
      source += '(?:.*/)?'
      index += 3
    } else if (rest.startsWith('**')) {
      source += '.*'
      index += 2
    } else if (rest.startsWith('*')) {
      source += '[^/]*'
      index += 1
    } else if (rest.startsWith('?')) {
      source += '[^/]'
      index += 1
    } else if (braces !== null) {
      source += `(?:${(braces[1] ?? '').split(',').map(globSource).join('|')})`
      index += braces[0].length
    } else if (set !== null) {
      source += `[${set[1] === '!' ? '^/' : ''}${(set[2] ?? '').replace(/[\\[\]^]/g, String.raw`\$&`)}]`
      index += set[0].length
    } else {
      source += escape(rest.charAt(0))
      index += 1
    }
  }
  return source
}

/**
 * A glob (`*` and `?` stay within a folder, `**` doesn't, `{a,b}`, `[a-z]`), matched against the whole relative path and
 * naming everything below a folder too; or, between slashes, a regular expression that is searched in it. As an
 * expression and its flags.
 */
function sourceOf(pattern: string): readonly [source: string, flags: string] {
  const end = pattern.lastIndexOf('/')
  if (pattern.startsWith('/') && end > 0) return [pattern.slice(1, end), pattern.slice(end + 1)]
  return [`^${globSource(pattern.replace(/\/$/, ''))}(?:/.*)?$`, 's']
}

/** What is wrong with a pattern, in words; undefined when it can be used. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern === '') return 'an empty pattern matches nothing and everything; remove it'
  if (pattern === '/') return 'a regular expression must end with "/"'
  const compiled = linearPatternOf(...sourceOf(pattern))
  return typeof compiled === 'string' ? compiled : undefined
}

function isExpression(pattern: string): boolean {
  return pattern.startsWith('/') && pattern.lastIndexOf('/') > 0
}

/** One expression for all globs, so that a path is looked at once, and one for each regular expression. */
function compileAll(patterns: readonly string[]): PathTest {
  const globs = patterns.filter(pattern => !isExpression(pattern)).map(pattern => sourceOf(pattern)[0])
  const tests = patterns.filter(isExpression).map(pattern => compileLinearPattern(...sourceOf(pattern)))
  // Each of them was checked by itself, so that there are many is no fault.
  if (globs.length > 0) tests.push(compileLinearPattern(globs.join('|'), 's', Infinity))
  return path => tests.some(test => test.test(path))
}

// A glob that names one segment anywhere: it is looked up instead of matched.
const anySegment = /^\*\*\/([^*?[\]{}/\\]+)\/?$/

/** What a scan looks at, of the paths relative to the ingress. */
export interface ScanFilter {
  /** Whether a file is wanted: `include` names it, or is empty, and `exclude` doesn't. Only for what lies in folders that are entered. */
  readonly wants: (path: string, name: string) => boolean
  /** False for a folder that a glob of `exclude` names: the same glob names everything below it. */
  readonly enters: (path: string, name: string) => boolean
}

/** The filter of a project's `include` and `exclude` for who goes through its folders. */
export function scanFilter(include: readonly string[], exclude: readonly string[]): ScanFilter {
  const isWanted = include.length === 0 ? undefined : compileAll(include)
  const segments = new Set(exclude.flatMap(pattern => anySegment.exec(pattern)?.[1] ?? []))
  const others = exclude.filter(pattern => !anySegment.test(pattern))
  const isUnwanted = others.length === 0 ? undefined : compileAll(others)
  const globs = others.filter(pattern => !isExpression(pattern))
  const isPruned = globs.length === 0 ? undefined : compileAll(globs)
  return {
    wants: (path, name) => !segments.has(name) && isWanted?.(path) !== false && isUnwanted?.(path) !== true,
    enters: (path, name) => !segments.has(name) && isPruned?.(path) !== true,
  }
}

/** True for what `include` names (everything when it is empty) and `exclude` doesn't. */
export function pathFilter(include: readonly string[], exclude: readonly string[]): PathTest {
  const isWanted = include.length === 0 ? () => true : compileAll(include)
  const isUnwanted = compileAll(exclude)
  return path => isWanted(path) && !isUnwanted(path)
}
