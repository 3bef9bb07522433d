import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensureParent, forgetFolders, readIfThere, syncPath, temporaryPrefix, writeWhole } from './files.ts'
import type { StagingLayout } from './layout.ts'
import { holds, moveBack, moveFile, type MovingFile } from './move-file.ts'
import { brokenStaging, documentIds, parseStaged, type StagedAsset } from './staged-asset.ts'

/** An asset that could not be moved, and why: all of its files that were on their way are back in the ingress, where there was room. */
export interface Refused {
  /** Path relative to the ingress. */
  readonly asset: string
  readonly message: string
}

/** What is written down before the first file of an asset is moved. */
interface MoveRecord {
  readonly ingress: string
  readonly manifest: string
}

function movingFiles(
  layout: StagingLayout,
  ingress: string,
  { asset, hashes }: StagedAsset,
  fingerprints: readonly string[] = [],
): readonly MovingFile[] {
  return asset.files.map(({ path, size }, index) => {
    const fingerprint = fingerprints[index]
    return {
      source: join(ingress, path),
      target: join(layout.content, path),
      size,
      sha256: hashes[index] ?? '',
      ...(fingerprint !== undefined && { fingerprint }),
    }
  })
}

const recordOf = (layout: StagingLayout, id: string) => join(layout.moves, `${id}.json`)

/** Why an asset could not be moved; `stuck`: something else lies where a file of it came from, so that it stays in staging. */
interface MoveFailure {
  readonly message: string
  readonly stuck: boolean
}

/** Moves all, or puts back what was moved. */
function moveAll(files: readonly MovingFile[]): MoveFailure | undefined {
  for (const [index, file] of files.entries()) {
    const problem = moveFile(file)
    if (problem === undefined) continue
    const isHere = file.fingerprint === undefined && holds(file.target, file)
    const stuck = files.slice(0, index + (isHere ? 1 : 0)).filter(one => !moveBack(one))[0]
    const why = problem === 'missing' ? `${file.source} no longer exists` : `${file.source} has changed since it was checked`
    if (stuck === undefined) return { message: why, stuck: false }
    return { message: `${why}, and ${stuck.target} can't be moved back: something else is at ${stuck.source}`, stuck: true }
  }
  return undefined
}

/** Leaves a file in the ingress, where it still is or can go back to. Whether it is there. */
function isBack(file: MovingFile): boolean {
  if (!holds(file.source, file)) return moveBack(file)
  if (holds(file.target, file)) rmSync(file.target)
  return true
}

/**
 * Moves the files of one asset from the ingress to staging. What is on its way is written down first, so whenever this is
 * killed {@link resumeMoves} goes on: no file is ever on neither side. Gives why, when the asset had to be put back.
 */
export function moveAsset(
  layout: StagingLayout,
  ingress: string,
  staged: StagedAsset,
  { manifest, fingerprints }: { readonly manifest: string; readonly fingerprints: readonly string[] },
): string | undefined {
  const record = recordOf(layout, staged.id)
  const text: MoveRecord = { ingress, manifest }
  ensureParent(record)
  writeWhole(record, JSON.stringify(text), { durable: true })
  const files = movingFiles(layout, ingress, staged, fingerprints)
  let problem: MoveFailure | undefined
  try {
    problem = moveAll(files)
  } catch (cause) {
    // The system refuses it, as on a disk that can only be read: a move that was not begun needs no ending.
    if (files.filter(file => !isBack(file)).length === 0) rmSync(record)
    throw cause
  }
  if (problem?.stuck === false) rmSync(record)
  if (problem === undefined)
    for (const folder of new Set(staged.asset.files.map(({ path }) => dirname(join(layout.content, path))))) syncPath(folder)
  return problem?.message
}

/** Forgets a move whose asset is whole and described. */
export function endMove(layout: StagingLayout, id: string): void {
  rmSync(recordOf(layout, id), { force: true })
}

/** Removes what killed writers of records left, and the folder of records when none is left. */
export function tidyMoves({ moves }: StagingLayout): void {
  if (!existsSync(moves)) return
  const names = readdirSync(moves)
  const stale = names.filter(name => name.startsWith(temporaryPrefix))
  for (const name of stale) rmSync(join(moves, name), { force: true })
  if (stale.length < names.length) return
  rmdirSync(moves)
  forgetFolders()
}

/** The assets whose move was begun and not ended. */
export function* begunMoves(layout: StagingLayout): Generator<{ readonly staged: StagedAsset; readonly ingress: string }> {
  for (const id of documentIds(layout.moves)) {
    const text = readIfThere(recordOf(layout, id))
    if (text === undefined) continue
    const { ingress, manifest } = parseRecord(text) ?? {}
    const staged = manifest === undefined ? undefined : parseStaged(manifest)
    if (ingress === undefined || staged?.id !== id) throw brokenStaging(recordOf(layout, id))
    yield { staged, ingress }
  }
}

function parseRecord(text: string): MoveRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('ingress' in value) || !('manifest' in value)) return undefined
    const { ingress, manifest } = value
    return typeof ingress === 'string' && typeof manifest === 'string' ? { ingress, manifest } : undefined
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}

/**
 * Ends the moves that a killed create began: a file that is at its place in staging with the right content counts as
 * moved, the others are moved now, and `describe` makes the asset visible. An asset that can't be completed, since a file
 * of it changed meanwhile, goes back to the ingress; a file whose place there is taken stays, with the record of its move.
 */
export function resumeMoves(layout: StagingLayout, describe: (staged: StagedAsset) => void): readonly Refused[] {
  const refused: Refused[] = []
  for (const { staged, ingress } of begunMoves(layout)) {
    const problem = moveAll(movingFiles(layout, ingress, staged))
    if (problem === undefined) describe(staged)
    else refused.push({ asset: staged.asset.path, message: problem.message })
    // As long as a file is stuck, its record says whose it is, so that nothing takes it for a stray.
    if (problem?.stuck !== true) endMove(layout, staged.id)
  }
  return refused
}
