import { constants, copyFileSync, linkSync, lstatSync, renameSync, rmSync, utimesSync, type BigIntStats } from 'node:fs'
import { FairleadError } from '@fairlead/core'
import { hashFile } from '@fairlead/core/host'
import { ensureParent, forgetFolders, temporarySibling } from './files.ts'
import { compareSource } from './compare-source.ts'

/** A file to stage. */
export interface StageFile {
  /** Absolute. */
  readonly source: string
  readonly target: string
  /** What the source was when the work was planned. */
  readonly fingerprint: string
  /** Lower-case hex, where it is known. */
  readonly sha256: string | null
}

/** What is done with files: `hash` only finds out what they hold. */
export type StageMode = 'copy' | 'link' | 'hash'

/** The files of one asset. */
export interface StageUnit {
  readonly mode: StageMode
  /** What makes the asset visible, and the chunks that name it: removed before the first change of its content, kept where nothing changes. */
  readonly documents: readonly string[]
  readonly files: readonly StageFile[]
}

export interface StagedFile {
  readonly sha256: string
  /** False: the same content was there already. */
  readonly written: boolean
}

function refuseChanged(file: string): never {
  throw new FairleadError('precondition-failed', `${file} has changed since the catalog was written`, {
    path: file,
    hint: 'Run: fairlead update',
  })
}

/** The stats of a source and its hash, which is trusted only as long as nothing about the file changed. */
function lookAt({ source, fingerprint, sha256 }: StageFile): { readonly stat: BigIntStats; readonly sha256: string } {
  const stat = lstatSync(source, { bigint: true, throwIfNoEntry: false })
  const state = compareSource(stat, fingerprint)
  if (stat === undefined || state === 'changed') return refuseChanged(source)
  return { stat, sha256: (state === 'same' ? sha256 : null) ?? hashFile(source) }
}

function copy(file: StageFile, temporary: string, stat: BigIntStats): void {
  // A clone where the file system has them: then nothing is copied until one of the two is written to.
  copyFileSync(file.source, temporary, constants.COPYFILE_FICLONE)
  utimesSync(temporary, Number(stat.atimeNs) / 1e9, Number(stat.mtimeNs / 1000n) / 1e6)
}

function isCrossDevice(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && ['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP'].includes(String(cause.code))
}

/** Puts the content beside its place and renames it: a hard link where that is asked for and possible, else a copy. */
function place(file: StageFile, mode: StageMode, stat: BigIntStats): void {
  const temporary = temporarySibling(file.target)
  try {
    if (mode === 'copy') copy(file, temporary, stat)
    else {
      try {
        linkSync(file.source, temporary)
      } catch (cause) {
        if (!isCrossDevice(cause)) throw cause
        copy(file, temporary, stat)
      }
    }
    renameSync(temporary, file.target)
  } finally {
    // Renaming one of two links of a file onto the other does nothing, so the temporary one may still be there.
    rmSync(temporary, { force: true })
  }
}

function isStaged(file: StageFile, mode: StageMode, stat: BigIntStats, sha256: string): boolean {
  const there = lstatSync(file.target, { bigint: true, throwIfNoEntry: false })
  if (there?.isFile() !== true || there.size !== stat.size) return false
  const isLink = there.ino === stat.ino && there.dev === stat.dev
  if (isLink) return mode === 'link'
  return mode === 'copy' && hashFile(file.target) === sha256
}

function stage(file: StageFile, mode: StageMode, hide: () => void): StagedFile {
  const { stat, sha256 } = lookAt(file)
  if (mode === 'hash' || isStaged(file, mode, stat, sha256)) return { sha256, written: false }
  hide()
  ensureParent(file.target)
  place(file, mode, stat)
  // A link raises the change time of the source, so only what content changes with it is compared again.
  const after = lstatSync(file.source, { bigint: true, throwIfNoEntry: false })
  if (after === undefined || after.size !== stat.size || after.mtimeNs !== stat.mtimeNs || after.ino !== stat.ino) {
    rmSync(file.target, { force: true })
    return refuseChanged(file.source)
  }
  return { sha256, written: true }
}

/**
 * Stages the files of one asset: hashes what isn't known, then copies or links where that is asked for. Throws `precondition-failed` when a
 * source is not what it was when the work was planned.
 */
export default function stageFiles({ mode, documents, files }: StageUnit): readonly StagedFile[] {
  forgetFolders()
  let isHidden = false
  const hide = () => {
    if (isHidden) return
    for (const document of documents) rmSync(document, { force: true })
    isHidden = true
  }
  return files.map(file => stage(file, mode, hide))
}
