import type { SyntaxNode } from '@lezer/common'
import type { PythonSource } from './python-source.ts'

/** One line of the module that could not be carried over. */
export interface NotCarried {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
  /** The specification it belongs to, where it belongs to one. */
  readonly specification?: string
  /** What stands there. */
  readonly what: string
  readonly why: string
  /** What to do by hand. */
  readonly instead: string
}

/** Something that was carried over, but behaves otherwise than in Hidebound. */
export interface ImportNote {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly specification?: string
  readonly message: string
}

/** What an import finds besides specifications. */
export class Findings {
  readonly notCarried: NotCarried[] = []
  readonly notes: ImportNote[] = []
  private readonly source: PythonSource
  private readonly file: string
  private readonly seen = new Set<string>()
  /** The specification that is being read. */
  specification: string | undefined

  constructor(source: PythonSource, file: string) {
    this.source = source
    this.file = file
  }

  private at(node: SyntaxNode): Pick<NotCarried, 'file' | 'line' | 'column' | 'specification'> {
    const { line, column } = this.source.placeOf(node)
    return { file: this.file, line, column, ...(this.specification !== undefined && { specification: this.specification }) }
  }

  private isNew(node: SyntaxNode, message: string): boolean {
    const key = `${this.specification} ${node.from} ${message}`
    if (this.seen.has(key)) return false
    this.seen.add(key)
    return true
  }

  /** The text of a node. */
  textOf(node: SyntaxNode): string {
    return this.source.textOf(node)
  }

  /** Records what could not be carried over. */
  drop(node: SyntaxNode, why: string, instead: string): void {
    if (!this.isNew(node, why)) return
    const [first = ''] = this.source.textOf(node).split('\n', 1)
    const what = first.length > 80 ? `${first.slice(0, 79)}…` : first
    this.notCarried.push({ ...this.at(node), what, why, instead })
  }

  /** Records a difference. */
  note(node: SyntaxNode, message: string): void {
    if (this.isNew(node, message)) this.notes.push({ ...this.at(node), message })
  }
}
