import type { AssignedAsset, AssetFile, FileTraits, Specification } from '@fairlead/assets'
import type { Facts, FileStamp } from '@fairlead/core/host'
import { createEngine, type Engine } from '@fairlead/engine'
import { entryFile } from '../entry.ts'
import type { Project } from '../project.ts'
import { traitKeys } from '../specifications/trait-keys.ts'
import { readTraits } from './file-reader.ts'
import type measureFiles from './measure-files.ts'
import type { MeasureUnit } from './measure-files.ts'
import type { ScannedFile } from './scan.ts'

/** What is remembered of a file's traits: by which functions they were measured, and what came out. */
interface TraitFact extends FileTraits {
  readonly key: string
}

const noTraits: FileTraits = { traits: {}, errors: {} }
/** So many files are opened here before threads are worth their start. */
const threadedAfter = 2048

function isTraitFact(value: unknown, key: string): value is TraitFact {
  return typeof value === 'object' && value !== null && 'key' in value && value.key === key && 'traits' in value && 'errors' in value
}

/** Gives the traits of files: from the facts, or by opening each file once, on worker threads when there are many and the project asks for threads. */
export class Measurer implements AsyncDisposable {
  /** How many files were opened. */
  opened = 0
  private readonly project: Project
  private readonly facts: Facts
  private readonly keys: ReadonlyMap<Specification, string>
  private readonly engine: Engine<{ measure: typeof measureFiles }>
  private readonly signal: AbortSignal | undefined

  constructor(project: Project, specifications: readonly Specification[], facts: Facts, signal: AbortSignal | undefined) {
    this.project = project
    this.facts = facts
    this.keys = traitKeys(specifications)
    this.signal = signal
    this.engine = createEngine({ threads: project.config.threads ?? 0, handlers: { measure: entryFile('update/measure-files') } })
  }

  /** How many batches may be on their way. */
  get ahead(): number {
    return this.engine.threads * 2
  }

  /** Begins to read what isn't known of these assets, by path; undefined when it is as well read here, one by one. */
  begin(assets: readonly AssignedAsset[], files: ReadonlyMap<string, ScannedFile>): Promise<ReadonlyMap<string, FileTraits>> | undefined {
    if (this.engine.threads === 0 || this.opened < threadedAfter) return undefined
    const unread: Array<MeasureUnit['files'][number]> = []
    for (const { specification, files: own } of assets) {
      for (const { path } of own) {
        const file = files.get(path)
        if (file !== undefined && this.known(file, specification) === undefined)
          unread.push({ path, size: file.size, modified: file.modified, specification: specification.name })
      }
    }
    return unread.length === 0 ? undefined : this.readOnThread(unread)
  }

  /** The traits of one file, as a promise only where a trait function gives one; `read` holds what a thread has read of it. */
  traitsOf(
    { path, parsed }: AssetFile,
    scanned: ScannedFile,
    specification: Specification,
    read: ReadonlyMap<string, FileTraits> | undefined,
  ): FileTraits | Promise<FileTraits> {
    const known = this.known(scanned, specification)
    if (known !== undefined) return known
    const { stamp, size, modified } = scanned
    const values = parsed.ok ? parsed.values : {}
    const measured = read?.get(path) ?? readTraits({ file: stamp.path, path, size, modified, values }, specification)
    this.opened++
    return measured instanceof Promise
      ? measured.then(traits => this.remember(stamp, traits, specification))
      : this.remember(stamp, measured, specification)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.close()
  }

  private remember(stamp: FileStamp, measured: FileTraits, specification: Specification): FileTraits {
    if (measured.isTransient !== true)
      this.facts.rememberFile(stamp, { traits: { key: this.keyOf(specification), ...measured } satisfies TraitFact })
    return measured
  }

  private keyOf(specification: Specification): string {
    return this.keys.get(specification) ?? ''
  }

  private known({ known }: ScannedFile, specification: Specification): FileTraits | undefined {
    const key = this.keyOf(specification)
    if (key === '') return noTraits
    return isTraitFact(known?.traits, key) ? known.traits : undefined
  }

  private async readOnThread(files: MeasureUnit['files']): Promise<ReadonlyMap<string, FileTraits>> {
    const read = new Map<string, FileTraits>()
    const unit = { project: this.project.file, files }
    for await (const measured of this.engine.run('measure', [unit], this.signal === undefined ? {} : { signal: this.signal })) {
      for (const [index, traits] of measured.entries()) {
        const path = files[index]?.path
        if (path !== undefined) read.set(path, traits)
      }
    }
    return read
  }
}
