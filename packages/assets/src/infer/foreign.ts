import { fieldNames, type FieldName, type NameValues } from '../grammar/fields.ts'
import { compileNameGrammar } from '../grammar/grammar.ts'
import { baseRules } from '../grammar/base-rules.ts'

/** One token of names in another convention. */
export interface ForeignToken {
  /** From 1. */
  readonly position: number
  /** What stands before it. */
  readonly separator: string
  /** How many different texts it has; `more` where they were too many to count. */
  readonly distinct: number
  readonly more: boolean
  readonly examples: readonly string[]
  /** What it looks like; undefined where that cannot be told. */
  readonly looksLike?: 'version' | 'frame' | 'number' | 'extension'
}

/** Names of one shape, in a convention that is not ours. */
export interface ForeignConvention {
  /** `{1}_{2}_v{3}.{4}.{5}`. */
  readonly pattern: string
  readonly files: number
  readonly example: string
  readonly tokens: readonly ForeignToken[]
  /** How such names could be ours; absent where a name could be read in several ways. */
  readonly rename?: ForeignRename
  /** Why there is no mapping, or what it leaves open. */
  readonly note: string
}

export interface ForeignRename {
  /** The new name, with the numbers of tokens. */
  readonly template: string
  readonly fields: readonly FieldName[]
  readonly example: string
}

interface Column {
  readonly values: Set<string>
  more: boolean
}

interface Shape {
  files: number
  readonly example: string
  readonly separators: readonly string[]
  readonly kinds: readonly string[]
  readonly columns: readonly Column[]
}

const mostShapes = 1000
const mostValues = 100
const mostTokens = 20

function kindOf(token: string, isLast: boolean): string {
  if (isLast) return 'extension'
  if (/^v[0-9]{1,4}$/i.test(token)) return 'version'
  return /^[0-9]+$/.test(token) ? 'number' : 'text'
}

/** Gathers the shapes of names that are in no convention of ours. */
export class ForeignNames {
  private readonly shapes = new Map<string, Shape>()
  private unread = 0

  add(name: string): void {
    const parts = name.length > 255 ? [] : name.split(/([_. -]+)/)
    const tokens = parts.filter((_, index) => index % 2 === 0)
    const separators = ['', ...parts.filter((_, index) => index % 2 === 1)]
    const isRegular =
      tokens.length > 1 && tokens.length <= mostTokens && tokens.every(token => /^[\p{L}\p{N}]+$/u.test(token)) && separators.at(-1) === '.'
    if (!isRegular) {
      this.unread++
      return
    }
    const kinds = tokens.map((token, index) => kindOf(token, index === tokens.length - 1))
    const key = kinds.map((kind, index) => `${separators[index]}${kind}`).join('')
    let shape = this.shapes.get(key)
    if (shape === undefined) {
      if (this.shapes.size >= mostShapes) {
        this.unread++
        return
      }
      shape = { files: 0, example: name, separators, kinds, columns: tokens.map(() => ({ values: new Set<string>(), more: false })) }
      this.shapes.set(key, shape)
    }
    shape.files++
    for (const [index, token] of tokens.entries()) {
      const column = shape.columns[index]
      if (column === undefined || column.values.has(token)) continue
      if (column.values.size < mostValues) column.values.add(token)
      else column.more = true
    }
  }

  /** The shapes that at least three names have, most names first. `specification` is the token that renamed names get. */
  conventions(specification: string): readonly ForeignConvention[] {
    const shapes = [...this.shapes.values()].filter(({ files }) => files >= 3).sort((a, b) => b.files - a.files)
    return shapes.slice(0, 20).map(shape => describe(shape, specification))
  }
}

/** The one number that can be a frame: the last one, when it stands right before the extension and differs between names. */
function frameIndex({ kinds, columns }: Shape): number | undefined {
  const numbers = kinds.flatMap((kind, index) => (kind === 'number' ? [index] : []))
  const [only] = numbers
  const isLast = only === kinds.length - 2 && numbers.length === 1
  return isLast && (columns[only]?.values.size ?? 0) > 1 ? only : undefined
}

function describe(shape: Shape, specification: string): ForeignConvention {
  const frame = frameIndex(shape)
  const tokens = shape.kinds.map((kind, index): ForeignToken => {
    const { values, more } = shape.columns[index] ?? { values: new Set<string>(), more: false }
    const looksLike = index === frame ? 'frame' : kind === 'version' || kind === 'extension' || kind === 'number' ? kind : undefined
    return {
      position: index + 1,
      separator: shape.separators[index] ?? '',
      distinct: values.size,
      more,
      examples: [...values].slice(0, 5),
      ...(looksLike !== undefined && { looksLike }),
    }
  })
  const pattern = shape.kinds.map((_, index) => `${shape.separators[index] ?? ''}{${index + 1}}`).join('')
  const common = { pattern, files: shape.files, example: shape.example, tokens }
  const versions = shape.kinds.filter(kind => kind === 'version').length
  const numbers = shape.kinds.filter((kind, index) => kind === 'number' && index !== frame).length
  if (versions !== 1 || numbers > 0) {
    const why =
      versions === 0
        ? 'no token looks like a version'
        : versions > 1
          ? 'several tokens look like a version'
          : 'a number could be a frame, a coordinate or part of a description'
    return { ...common, note: `No mapping: ${why}.` }
  }
  const rename = renameOf(shape, specification, frame)
  return rename === undefined
    ? { ...common, note: 'No mapping: the tokens do not fit into our fields.' }
    : { ...common, rename, note: `The names contain no project; ${specification} is a specification that you choose with --name.` }
}

function renameOf(shape: Shape, specification: string, frame: number | undefined): ForeignRename | undefined {
  const version = shape.kinds.indexOf('version')
  const last = shape.kinds.length - 1
  const words = shape.kinds.flatMap((kind, index) => (kind === 'text' ? [index] : []))
  if (words.length === 0) return undefined
  const fields = fieldNames.filter(field => field !== 'project' && field !== 'coordinate' && (field !== 'frame' || frame !== undefined))
  const tokens = shape.example.split(/[_. -]+/)
  const values: NameValues = {
    specification,
    descriptor: words.map(index => tokens[index]?.toLowerCase()).join('-'),
    version: Number(tokens[version]?.slice(1)),
    ...(frame !== undefined && { frame: Number(tokens[frame]) }),
    extension: tokens[last]?.toLowerCase() ?? '',
  }
  const isHigh = (index: number, most: number, from: number) =>
    [...(shape.columns[index]?.values ?? [])].some(text => Number(text.slice(from)) > most)
  const isAscii = words.every(index => [...(shape.columns[index]?.values ?? [])].every(text => /^[A-Za-z0-9]+$/.test(text)))
  if (!isAscii || baseRules(values).length > 0 || isHigh(version, 999, 1) || (frame !== undefined && isHigh(frame, 9999, 0)))
    return undefined
  const template = `s-${specification}_d-${words.map(index => `{${index + 1}}`).join('-')}_v{${version + 1}}${frame === undefined ? '' : `_f{${frame + 1}}`}.{${last + 1}}`
  return { template, fields, example: compileNameGrammar(fields).format(values) }
}
