import type { DriveFile } from '../mapping.ts'

/** A name in a folder, and what was found by it. */
export interface Found {
  /** What the path reads and writes: the oldest file of that name. */
  readonly file?: DriveFile
  /** Where {@link file} is what a shortcut leads to: the shortcut. */
  readonly shortcut?: DriveFile
  /** Further files of that name. */
  readonly others: readonly DriveFile[]
  /** Folders of that name, and shortcuts to folders. */
  readonly folders: readonly DriveFile[]
}
