import { linkSync, renameSync, unlinkSync } from 'node:fs'
import { FairleadError } from '@fairlead/core'
import { isListed, isSeen, refuseLinks, statOf, within, type Seen } from './seen.ts'

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
}

function taken(path: string): FairleadError {
  return new FairleadError('already-exists', `${path} is taken; nothing is overwritten`, {
    path,
    hint: 'Move what is there away and run the command again.',
  })
}

function changed(path: string): FairleadError {
  return new FairleadError('precondition-failed', `${path} has changed`, {
    path,
    hint: 'Run: fairlead update',
  })
}

/** A second name for a file; it fails where the name is taken, whoever took it and when, as no rename of Node's does. */
function link(source: string, target: string, path: string): void {
  try {
    linkSync(source, target)
  } catch (cause) {
    const code = codeOf(cause)
    if (code === 'EEXIST') throw taken(path)
    if (code === 'EXDEV') throw new FairleadError('unsupported', `${path} would be on another file system`, { path, cause })
    const hint =
      'Renaming without overwriting needs hard links: the file system must support them, and you must own the file or be able to write to it.'
    throw new FairleadError(code === 'EACCES' ? 'permission-denied' : 'unsupported', `${path} can't be linked (${code})`, {
      path,
      hint,
      cause,
    })
  }
}

/** What the system refuses, as an error that says where. */
function refused(path: string, cause: unknown): FairleadError {
  return new FairleadError('permission-denied', `${path} can't be renamed (${codeOf(cause)})`, {
    path,
    hint: 'Check that you can write to the folders of the old and the new name, and run the command again.',
    cause,
  })
}

/**
 * Gives a file or directory another name and never overwrites: a file is linked to its new name and then loses the old
 * one. Between the two a killed process leaves both names, which the next call completes. A directory can only take the
 * place of an empty one. Throws `already-exists`, `precondition-failed`, `path-invalid`, `unsupported`, `permission-denied`.
 */
export function renameSafely(ingress: string, from: string, to: string, seen: Seen): void {
  const [source, target] = [within(ingress, from), within(ingress, to)]
  refuseLinks(ingress, from)
  refuseLinks(ingress, to)
  if (!isSeen(statOf(source), seen)) throw changed(from)
  const there = statOf(target)
  if (seen.kind === 'directory') {
    if (there !== undefined) throw taken(to)
    renameDirectory(source, target, from, to)
    return
  }
  if (there !== undefined && (!isSeen(there, seen) || !isListed(target))) throw taken(to)
  if (there === undefined) {
    link(source, target, to)
    // Another file may have taken the old name since it was looked at.
    if (!isSeen(statOf(target), seen)) {
      unlinkSync(target)
      throw changed(from)
    }
  }
  try {
    unlinkSync(source)
  } catch (cause) {
    if (there === undefined) unlinkSync(target)
    throw refused(from, cause)
  }
}

function renameDirectory(source: string, target: string, from: string, to: string): void {
  try {
    renameSync(source, target)
  } catch (cause) {
    throw ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(cause)) ? taken(to) : refused(from, cause)
  }
}
