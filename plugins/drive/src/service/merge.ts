import { inParallel } from '@fairlead/core'
import { isAnswer } from '../errors.ts'
import { folderType, type DriveFile } from '../mapping.ts'
import { quoted } from '../names.ts'
import type { Corpus, Files } from './files.ts'

/** Requests at a time. */
const width = 8

/** Whether a folder is one that we made: those of people are never moved. */
export function madeByUs({ mimeType, properties }: DriveFile): boolean {
  return mimeType === folderType && properties['fairlead'] === 'folder'
}

/** Moves what lies in a folder into an older one of the same name, and takes the empty one away. */
export async function mergeInto(files: Files, into: DriveFile, from: DriveFile, corpus: Corpus, signal: AbortSignal): Promise<void> {
  try {
    const children = await files.all(`${quoted(from.id)} in parents and trashed = false`, corpus, signal)
    await inParallel(children, width, async child => {
      await files.update(child.id, {}, signal, { addParents: into.id, removeParents: from.id })
    })
    await files.update(from.id, { trashed: true }, signal)
  } catch (error) {
    // Another process merges them too, and was first with a piece.
    if (!isAnswer(error, 404, 403)) throw error
  }
}
