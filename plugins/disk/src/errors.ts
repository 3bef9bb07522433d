import { FairleadError, type ErrorCode, type Operation } from '@fairlead/core'
import { systemCode } from './service/system-error.ts'

interface Meaning {
  readonly code: ErrorCode
  readonly what: string
  readonly hint: string
  readonly retry?: 'later'
}

const meanings: Readonly<Record<string, Meaning>> = {
  ENOENT: { code: 'not-found', what: 'there is nothing at this path', hint: 'List what is there with `fairlead ls`.' },
  EEXIST: { code: 'already-exists', what: 'something already exists at this path', hint: 'Choose another path or remove it first.' },
  EACCES: {
    code: 'permission-denied',
    what: 'the file system does not allow this for this user',
    hint: 'Check the owner and mode of the path.',
  },
  EPERM: {
    code: 'permission-denied',
    what: 'the file system does not allow this for this user',
    hint: 'Check the owner and mode of the path.',
  },
  EROFS: { code: 'permission-denied', what: 'the file system is mounted read-only', hint: 'Mount it writable, or use another root.' },
  ENOSPC: { code: 'quota-exceeded', what: 'the disk is full', hint: 'Free some space, then run the same command again.' },
  EDQUOT: { code: 'quota-exceeded', what: "this user's quota is used up", hint: 'Free some space, then run the same command again.' },
  EFBIG: { code: 'quota-exceeded', what: 'the file system allows no file this large', hint: 'Use another file system.' },
  ENAMETOOLONG: { code: 'path-invalid', what: 'the path is too long for the file system', hint: 'Shorten it.' },
  ENOTDIR: { code: 'path-invalid', what: 'a part of the path is a file, not a folder', hint: 'Choose another path.' },
  EISDIR: { code: 'path-invalid', what: 'the path is a folder, not a file', hint: 'Choose another path.' },
  ENOTEMPTY: { code: 'path-invalid', what: 'the path is a folder that is not empty', hint: 'Choose another path.' },
  ELOOP: {
    code: 'path-invalid',
    what: 'a part of the path is a symbolic link, and none is followed below the root',
    hint: 'Put the files themselves there.',
  },
  EINVAL: { code: 'path-invalid', what: "the file system can't store this name", hint: 'Choose another name.' },
  EILSEQ: { code: 'path-invalid', what: "the file system can't store this name", hint: 'Choose another name.' },
  EMFILE: { code: 'unavailable', what: 'too many files are open', hint: 'Raise `ulimit -n`, or lower --concurrency.' },
  ENFILE: { code: 'unavailable', what: 'too many files are open on this machine', hint: 'Lower --concurrency.' },
  EBUSY: { code: 'unavailable', what: 'the file is in use', hint: 'Try again later.' },
  EAGAIN: { code: 'unavailable', what: 'the file system is busy', hint: 'Try again later.' },
  ESTALE: { code: 'unavailable', what: 'the network file system lost the file', hint: 'Try again; remount it if this stays.' },
  ETIMEDOUT: { code: 'timeout', what: 'the network file system does not respond', hint: 'Check the mount, then try again.' },
  EIO: { code: 'unexpected', what: 'the disk reported an input or output error', hint: 'Check the disk.' },
}

/** Maps a failed system call to the one error class; the code of the call says everything, its text nothing. */
export function toDiskError(cause: unknown, at: Operation): FairleadError {
  const errno = systemCode(cause)
  const meaning = errno === undefined ? undefined : meanings[errno]
  const place = at.path === undefined || at.path === '' ? at.name : `"${at.path}"`
  const details = { operation: at.name, ...(at.path !== undefined && { path: at.path }), cause }
  if (meaning === undefined) {
    const text = cause instanceof Error ? cause.message : String(cause)
    return new FairleadError('unexpected', `${place}: ${errno ?? text}`, {
      ...details,
      hint: 'Run it again with FAIRLEAD_LOG_LEVEL=debug and report the output.',
    })
  }
  return new FairleadError(meaning.code, `${place}: ${meaning.what} (${errno}).`, { ...details, hint: meaning.hint })
}
