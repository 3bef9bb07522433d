import { FairleadError } from '@fairlead/core'
import { openFacts, type Facts } from '@fairlead/core/host'
import type { Project } from '../project.ts'
import { PreviousSnapshot } from '../snapshot/previous.ts'
import { loadWithDigest } from '../specifications/load-with-digest.ts'
import { pathFilter } from '../walk/patterns.ts'
import { listOptions } from './list-options.ts'
import { Measurer } from './measurer.ts'
import { Scanner } from './scanner.ts'
import type { Frame, Scanned } from './unit.ts'

/** What a scan is to do, as plain values that cross thread borders. */
export interface ScanSetup {
  readonly project: Project
  /** The folder of the facts. */
  readonly state: string
  /** What the specifications are made from; a thread that finds other ones refuses. */
  readonly digest: string
  /** The snapshot to compare with. */
  readonly previous?: string
  /** Globs of the assets that are looked at. */
  readonly assets?: readonly string[]
}

/** Scans folders for one update, in one thread. */
export class ScanSession implements Disposable {
  private readonly scanner: Scanner
  private readonly previous: PreviousSnapshot | undefined
  private readonly facts: Facts

  private constructor(scanner: Scanner, previous: PreviousSnapshot | undefined, facts: Facts) {
    this.scanner = scanner
    this.previous = previous
    this.facts = facts
  }

  /** Loads what the scan needs. Throws `precondition-failed` when the specifications are no longer those of the setup. */
  static async open(
    { project, state, digest, previous: file, assets }: ScanSetup,
    pause: () => Promise<void> | undefined,
  ): Promise<ScanSession> {
    const { specifications, digest: found } = await loadWithDigest(project)
    if (found !== digest) {
      throw new FairleadError('precondition-failed', 'the specifications changed while the update ran', { hint: 'Run: fairlead update' })
    }
    const previous = file === undefined ? undefined : new PreviousSnapshot(file)
    const facts = openFacts(state)
    const wants = assets === undefined ? undefined : pathFilter(assets, [])
    const scanner = new Scanner({
      list: listOptions(project),
      specifications,
      measurer: new Measurer(specifications, digest),
      facts,
      previous: previous === undefined ? undefined : path => previous.unit(path),
      wants,
      only: previous === undefined ? wants : undefined,
      pause,
    })
    return new ScanSession(scanner, previous, facts)
  }

  scan(frame: Frame): Promise<Scanned> {
    return this.scanner.scan(frame)
  }

  [Symbol.dispose](): void {
    this.previous?.[Symbol.dispose]()
    this.facts[Symbol.dispose]()
  }
}
