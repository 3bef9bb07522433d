import type { FileTraits, Specification } from '@fairlead/assets'
import { traitKeys } from '../specifications/trait-keys.ts'
import { readTraits, type UnmeasuredFile } from './file-reader.ts'

/** Opens files for the traits that their specifications name, and counts them. */
export class Measurer {
  /** How many files were opened. */
  opened = 0
  private readonly keys: ReadonlyMap<Specification, string>

  /** `digest` tells the text of the specifications from others: what a function calls is not in its own text. */
  constructor(specifications: readonly Specification[], digest: string) {
    this.keys = traitKeys(specifications, digest)
  }

  /** What tells the trait functions of a specification from others; empty when it has none. */
  keyOf(specification: Specification): string {
    return this.keys.get(specification) ?? ''
  }

  /** Opens a file at most once and measures everything its specification names. */
  read(file: UnmeasuredFile, specification: Specification): FileTraits | Promise<FileTraits> {
    this.opened++
    return readTraits(file, specification)
  }
}
