import { realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { FairleadError } from '@fairlead/core'
import type { Project } from '../project.ts'
import { openCatalog } from '../snapshot/reader.ts'
import { loadSpecifications } from '../specifications/load.ts'
import { pathFilter } from '../walk/patterns.ts'
import { modifiedOf } from '../walk/stamp.ts'
import { baseOf, proposeNames, type NoProposal, type Proposal } from './propose.ts'
import { isListed, refuseLinks, seenOf, statOf, within, type Seen } from './seen.ts'

/** A rename that can be done. */
export interface PlannedRename extends Proposal {
  readonly seen: Seen
  /** The file system takes both names as one, so it goes by a temporary name. */
  readonly isCaseOnly: boolean
}

/** A rename that is proposed but not done, and why. */
export interface RefusedRename extends Proposal {
  readonly reason: string
  /** The source is not what the last update saw: the whole plan is out of date. */
  readonly isOutdated: boolean
}

/** What a fix would do. */
export interface FixPlan {
  readonly renames: readonly PlannedRename[]
  readonly refused: readonly RefusedRename[]
  /** What is wrong but for which no name can be told. */
  readonly unresolved: readonly NoProposal[]
  /** The file system of the ingress takes names that differ only in case as one. */
  readonly ignoresCase: boolean
}

export interface FixSelection {
  /** Globs on paths relative to the ingress, as in fairlead.yaml; a folder names what is below it. Default: everything. */
  readonly only?: readonly string[]
}

const maxNameBytes = 255

function swapCase(name: string): string {
  return name.replace(/[a-zA-Z]/g, letter => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()))
}

/** Whether a file system takes names that differ only in case as one, asked with a path that is there. */
function foldsCase(path: string): boolean {
  const swapped = join(dirname(path), swapCase(basename(path)))
  const [one, other] = [statOf(path), statOf(swapped)]
  return (
    swapped !== path && one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev && !isListed(swapped)
  )
}

/** Names that some file systems take as one. */
function folded(path: string): string {
  return path.normalize('NFC').toLowerCase()
}

/** What the last update saw of a file. */
interface FileRow {
  readonly size: number
  readonly modified: number
}

/** The rows of some files, in one pass: the catalog has no index by path. */
function rowsOf(database: DatabaseSync, paths: ReadonlySet<string>): ReadonlyMap<string, FileRow> {
  const rows = new Map<string, FileRow>()
  for (const { path, size, modified } of database.prepare('select filepath_relative as path, size, modified from files').iterate()) {
    if (paths.has(String(path))) rows.set(String(path), { size: Number(size), modified: Number(modified) })
  }
  return rows
}

/** Checks proposals against the disk, one by one. */
class Examiner {
  readonly ignoresCase: boolean
  private readonly ingress: string
  private readonly device: bigint | undefined
  private readonly own: readonly string[]
  private readonly catalogued: ReadonlyMap<string, FileRow>

  constructor(project: Project, catalogued: ReadonlyMap<string, FileRow>, sample: string | undefined) {
    const { ingressDirectory, stagingDirectory, specificationFiles } = project.config
    this.ingress = ingressDirectory
    this.device = statOf(realpathSync.native(ingressDirectory))?.dev
    this.own = [project.file, join(project.folder, '.fairlead'), stagingDirectory, ...specificationFiles]
    this.catalogued = catalogued
    this.ignoresCase = foldsCase(ingressDirectory) || (sample !== undefined && foldsCase(within(ingressDirectory, sample)))
  }

  examine(proposal: Proposal): PlannedRename | RefusedRename {
    const { kind, from, to } = proposal
    const refuse = (reason: string, isOutdated = false): RefusedRename => ({ ...proposal, reason, isOutdated })
    const source = within(this.ingress, from)
    if (Buffer.byteLength(baseOf(to)) > maxNameBytes) return refuse('the new name is too long for a file system')
    const stat = statOf(source)
    const seen = stat === undefined ? undefined : seenOf(stat)
    if (stat === undefined || seen?.kind !== kind) return refuse('it is no longer there', true)
    if (kind === 'file') {
      const known = this.catalogued.get(from)
      if (known?.size !== Number(stat.size) || known.modified !== modifiedOf(stat))
        return refuse('it has changed since the last update', true)
    }
    if (stat.dev !== this.device) return refuse('it is on another file system')
    if (kind === 'directory' && this.own.some(path => path === source || path.startsWith(`${source}/`)))
      return refuse('it contains files of the project itself')
    for (const path of [from, to]) {
      try {
        refuseLinks(this.ingress, path)
      } catch (error) {
        if (FairleadError.is(error)) return refuse(error.message, true)
        throw error
      }
    }
    const target = statOf(within(this.ingress, to))
    const isSame = target !== undefined && target.ino === stat.ino && target.dev === stat.dev
    return { ...proposal, seen, isCaseOnly: isSame && !isListed(within(this.ingress, to)) }
  }

  isTaken(to: string): boolean {
    return statOf(within(this.ingress, to)) !== undefined
  }
}

/** Takes renames out whose target two want, or that something has which stays where it is; then those that waited for them. */
function refuseCollisions(renames: readonly PlannedRename[], examiner: Examiner): { kept: PlannedRename[]; refused: RefusedRename[] } {
  const key = (path: string) => (examiner.ignoresCase ? folded(path) : path)
  const wanted = new Map<string, number>()
  for (const { to } of renames) wanted.set(key(to), (wanted.get(key(to)) ?? 0) + 1)
  const refused: RefusedRename[] = []
  const refuse = (rename: PlannedRename, reason: string) => refused.push({ ...proposalOf(rename), reason, isOutdated: false })
  let kept = renames.filter(rename => {
    const isAlone = wanted.get(key(rename.to)) === 1
    if (!isAlone) refuse(rename, 'several would get this name')
    return isAlone
  })
  const taken = new Map(kept.map(rename => [rename, !rename.isCaseOnly && examiner.isTaken(rename.to)]))
  for (let before = -1; before !== kept.length;) {
    before = kept.length
    // A directory is renamed after all files, so it may take the name of a file, and a file never that of a directory.
    const freed = new Map(kept.map(({ from, kind }) => [key(from), kind]))
    kept = kept.filter(rename => {
      const by = freed.get(key(rename.to))
      const isBlocked = taken.get(rename) === true && (by === undefined || (by === 'directory' && rename.kind === 'file'))
      if (isBlocked) refuse(rename, 'the name is taken')
      return !isBlocked
    })
  }
  return { kept, refused }
}

function proposalOf({ kind, from, to, why }: Proposal): Proposal {
  return { kind, from, to, why }
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1
}

function byFrom(a: Proposal, b: Proposal): number {
  return a.from < b.from ? -1 : 1
}

/**
 * The legal name of everything that is misnamed, as the last update found it, checked against what now lies on the disk;
 * nothing is changed. Throws `not-found` before the first update, `config-invalid` for specifications.
 */
export async function planFix(project: Project, { only = [] }: FixSelection = {}): Promise<FixPlan> {
  const specifications = await loadSpecifications(project)
  const isMeant = pathFilter(only, [])
  const database = openCatalog(project.catalogFolder)
  try {
    const { proposals, none } = proposeNames(database, specifications)
    const wanted = proposals.filter(({ from }) => isMeant(from))
    const rows = wanted.length === 0 ? new Map<string, FileRow>() : rowsOf(database, new Set(wanted.map(({ from }) => from)))
    const examiner = new Examiner(project, rows, wanted[0]?.from)
    const examined = wanted.map(proposal => examiner.examine(proposal))
    const { kept, refused } = refuseCollisions(
      examined.filter(one => 'seen' in one),
      examiner,
    )
    return {
      renames: kept.toSorted(byFrom),
      refused: [...refused, ...examined.filter(one => 'reason' in one)].toSorted(byFrom),
      unresolved: none.filter(({ path }) => isMeant(path)).toSorted(byPath),
      ignoresCase: examiner.ignoresCase,
    }
  } finally {
    database.close()
  }
}
