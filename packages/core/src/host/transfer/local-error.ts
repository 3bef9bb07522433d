import { FairleadError, type ErrorCode } from '../../contract/errors.ts'
import { printable } from '../../contract/reference.ts'

/** What a file system says no to, as code and next step. */
const meanings: Readonly<Record<string, readonly [code: ErrorCode, what: string, hint: string]>> = {
  ENOSPC: ['quota-exceeded', 'the disk is full', 'Free some space, then run the same command again.'],
  EDQUOT: ['quota-exceeded', 'your quota on this disk is used up', 'Free some space, then run the same command again.'],
  EROFS: ['permission-denied', 'this disk can only be read', 'Choose a folder you can write to.'],
  EACCES: ['permission-denied', 'you do not have permission to write there', 'Check the permissions of its folder.'],
  EPERM: ['permission-denied', 'the system does not permit it', 'Check the permissions of its folder.'],
  ENAMETOOLONG: ['path-invalid', 'its name is too long for this disk', 'Copy it under a shorter name.'],
  EILSEQ: ['path-invalid', 'this disk does not accept its name', 'Copy it under another name.'],
  EINVAL: ['path-invalid', 'this disk does not accept its name', 'Copy it under another name.'],
  ENOTDIR: ['already-exists', 'a file is in the place of its folder', 'Rename one of the two, or exclude one with --exclude.'],
  EEXIST: ['already-exists', 'a file is in the place of its folder', 'Rename one of the two, or exclude one with --exclude.'],
  EISDIR: ['already-exists', 'a folder is in its place', 'Rename one of the two, or exclude one with --exclude.'],
  ENOENT: ['not-found', "its folder no longer exists or can't be created", 'Check the disk that it is on.'],
  ELOOP: ['path-invalid', 'its path contains a symlink loop', 'Give the folder itself.'],
  EMFILE: ['unavailable', 'too many files are open', 'Use a lower --concurrency.'],
}

/** What the system said about a file, as an error that a person can act on; anything else as it is. */
export function localError(cause: unknown, file: string): unknown {
  if (FairleadError.is(cause) || !(cause instanceof Error) || !('code' in cause) || !('syscall' in cause)) return cause
  const system = String(cause.code)
  const [code, what, hint] = meanings[system] ?? (['unexpected', `the system reported ${system}`, 'Check the disk that it is on.'] as const)
  return new FairleadError(code, `"${printable(file)}" can't be used: ${what}.`, { path: file, cause, hint })
}
