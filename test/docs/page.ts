import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** A block of code on a page, and what the comments right before it say. */
export interface Block {
  readonly line: number
  readonly language: 'sh' | 'console' | 'ts'
  readonly text: string
  /** What is done before, which readers don't see: shell commands, or for a program its first lines. */
  readonly given: string
  /** Why nobody can run it here. */
  readonly illustration?: string
  /** The file that runs it in place of this test. */
  readonly elsewhere?: string
  /** The file that it was taken from, of which it must have every line. */
  readonly excerpt?: string
  /** How its last command ends, when not with 0. */
  readonly exit: number
}

/** A page of the documentation. */
export interface Page {
  /** Relative to the root of the workspace. */
  readonly path: string
  readonly blocks: readonly Block[]
  /** The services that its connections need, by connection. */
  readonly services: ReadonlyMap<string, string>
}

/** The root of the workspace. */
export const root = join(import.meta.dirname, '..', '..')

const languages = ['sh', 'console', 'ts'] as const

/** What a comment says, such as `illustration: needs a bucket` or `given` with lines below. */
interface Remark {
  readonly word: string
  readonly text: string
}

function remarkOf(comment: string): Remark {
  const [, word = '', text = ''] = /^\s*([a-z ]+?)(?::\s*|\n)([\s\S]*?)\s*$/.exec(comment) ?? []
  return { word, text }
}

/** The comments that end right before a place in a text, the last one first; blank lines don't separate them. */
function remarksBefore(text: string): Remark[] {
  const remarks: Remark[] = []
  for (let rest = text.trimEnd(); rest.endsWith('-->');) {
    const begin = rest.lastIndexOf('<!--')
    remarks.push(remarkOf(rest.slice(begin + 4, -3)))
    rest = rest.slice(0, begin).trimEnd()
  }
  return remarks
}

/** Reads the blocks of a page. */
export function pageOf(path: string, text: string): Page {
  const whole = /<!--\s*page runs in:\s*(\S+)\s*-->/.exec(text)?.[1]
  const fence = /^( *)```([a-z]+)\n([\s\S]*?)^\1```$/gm
  const blocks: Block[] = []
  for (const { index, 1: indent = '', 2: name, 3: body = '' } of text.matchAll(fence)) {
    const language = languages.find(one => one === name)
    if (language === undefined) continue
    const remarks = remarksBefore(text.slice(0, index))
    const said = (word: string): string | undefined => remarks.find(remark => remark.word === word)?.text
    const illustration = said('illustration')
    const elsewhere = said('runs in') ?? whole
    const excerpt = said('excerpt')
    blocks.push({
      line: text.slice(0, index).split('\n').length,
      language,
      text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      given: said('given') ?? '',
      ...(illustration !== undefined && { illustration }),
      ...(elsewhere !== undefined && { elsewhere }),
      ...(excerpt !== undefined && { excerpt }),
      exit: Number(said('exit') ?? 0),
    })
  }
  const services = [...text.matchAll(/<!--\s*service:\s*(\w+) as (\S+)\s*-->/g)]
  return { path, blocks, services: new Map(services.map(([, service = '', connection = '']) => [connection, service])) }
}

/** The name of the file that a program is for the next one, when it begins with that: `// double.ts`. */
export function fileName({ text }: Block): string | undefined {
  return /^\/\/ ([a-z-]+\.ts)\n/.exec(text)?.[1]
}

/** Everything that is written for users and that runs: what is generated is made of what is tested already. */
export function pages(): readonly Page[] {
  const below = (folder: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile() && entry.name.endsWith('.md'))
      .map(entry => relative(root, join(entry.parentPath, entry.name)))
  const packages = ['packages', 'plugins'].flatMap(group => readdirSync(join(root, group)).map(name => join(group, name, 'README.md')))
  const paths = [
    'README.md',
    'CONTRIBUTING.md',
    ...packages.filter(path => existsSync(join(root, path))),
    ...below('docs').filter(path => !/^docs\/(reference|decisions|node_modules)\//.test(path)),
  ]
  return paths.toSorted().map(path => pageOf(path, readFileSync(join(root, path), 'utf8')))
}
