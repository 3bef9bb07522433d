import { lstatSync, realpathSync, statSync, unlinkSync, type Stats } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { FairleadError } from '../../contract/errors.ts'
import { checkPath, normalizePath } from '../../contract/path-rules.ts'
import { printable } from '../../contract/reference.ts'
import { isAllowedName, targetRules } from '../assets/target-rules.ts'
import { localError } from './local-error.ts'
import { itemAt, systemCode, walkLocal } from './local-walk.ts'
import { type LocalPlace, type Looked, type PlaceListOptions } from './place.ts'

/** A file or folder of this machine as a place. Nothing is looked at before it is used. */
export function localPlace(path: string): LocalPlace {
  const root = resolve(path)
  const file = (inner: string): string => (inner === '' ? root : root + (root.endsWith(sep) ? '' : sep) + inner.replaceAll('/', sep))
  let rules: LocalPlace['rules'] | undefined
  // Items come in order, so the folder that was looked at last is mostly that of the next one.
  let confined: string | undefined

  /** Refuses a folder below the root that is reached by a link, or is no folder. */
  const confine = (folder: string): void => {
    if (folder === '' || folder === confined) return
    for (let end = folder.indexOf('/'); ; end = folder.indexOf('/', end + 1)) {
      const part = file(end < 0 ? folder : folder.slice(0, end))
      const stats = statOf(part)
      if (stats === undefined) return
      if (!stats.isDirectory()) throw notFolder(part, stats)
      if (end < 0) break
    }
    confined = folder
  }
  /** Nothing is there for who would have to go through a link, as nothing behind one is listed. */
  const isConfined = (folder: string): boolean => {
    try {
      confine(folder)
      return true
    } catch (error) {
      if (FairleadError.is(error)) return false
      throw error
    }
  }
  return {
    kind: 'local',
    title: path,
    root,
    get rules() {
      return (rules ??= targetRules(root))
    },
    file,
    below: inner => localPlace(inner === '' ? path : join(path, inner)),
    target(inner) {
      const normal = normalizePath(inner)
      rules ??= targetRules(root)
      if (normal === '' || normal !== inner || !isAllowedName(inner, rules)) {
        throw new FairleadError(
          'path-invalid',
          `"${printable(inner)}" can't be created in "${printable(path)}": this system does not allow its name.`,
          {
            path: inner,
            hint: 'Copy it to another system, or under another name.',
          },
        )
      }
      checkPath(inner, rules)
      confine(folderOf(inner))
      const target = file(inner)
      const there = statOf(target)
      if (there !== undefined && !there.isFile() && !there.isDirectory() && !there.isSymbolicLink()) throw special(target)
      return target
    },
    look: async options => lookAt(path, root, options?.folder === true),
    async *list(options: PlaceListOptions = {}) {
      const looked = lookAt(path, root, true)
      if (looked === undefined) throw missing(path)
      // A link to a folder that a person named is followed; those below are not.
      for (const batch of walkLocal(realpathSync(root), options)) {
        options.signal?.throwIfAborted()
        yield batch
        await turn()
      }
    },
    stat: async inner => (isConfined(folderOf(inner)) ? itemAt(inner, file(inner), () => undefined) : undefined),
    async remove(paths) {
      for (const inner of paths) {
        const normal = normalizePath(inner)
        confine(folderOf(normal))
        try {
          unlinkSync(file(normal))
        } catch (cause) {
          const code = systemCode(cause)
          if (code !== 'ENOENT') {
            throw new FairleadError(
              code === 'EACCES' || code === 'EPERM' ? 'permission-denied' : 'unexpected',
              `"${printable(file(normal))}" can't be removed (${code}).`,
              {
                path: file(normal),
                cause,
                hint: 'Check the permissions of its folder.',
              },
            )
          }
        }
      }
    },
    address: file,
  }
}

/** What is there, a link being itself. What the system says no to is an error of this file alone. */
function statOf(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false })
  } catch (cause) {
    throw localError(cause, file)
  }
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

function lookAt(path: string, root: string, wantsFolder: boolean): Looked {
  let stats: Stats | undefined
  try {
    stats = statSync(root, { throwIfNoEntry: false })
  } catch (cause) {
    const code = systemCode(cause)
    if (code === 'ENOTDIR') return undefined
    throw new FairleadError(code === 'EACCES' ? 'permission-denied' : 'path-invalid', `"${printable(path)}" can't be accessed (${code}).`, {
      path,
      cause,
      hint: code === 'EACCES' ? 'Check the permissions of the folders above it.' : 'Check the path.',
    })
  }
  if (stats === undefined) {
    if (root.includes('\uFFFD'))
      throw new FairleadError('path-invalid', `The name of "${printable(path)}" is not valid UTF-8.`, { path, hint: 'Rename it.' })
    return undefined
  }
  if (stats.isDirectory()) return { kind: 'folder' }
  if (!stats.isFile() || wantsFolder) {
    throw new FairleadError(
      'input-invalid',
      `"${printable(path)}" is ${stats.isFile() ? 'a file and no folder' : 'neither a file nor a folder'}.`,
      {
        path,
        hint: stats.isFile() ? 'Remove the trailing slash.' : 'Give a regular file or a folder.',
      },
    )
  }
  const real = realpathSync(root)
  const item = itemAt(basename(real), real, () => undefined)
  return item === undefined ? undefined : { kind: 'item', item, parent: localPlace(dirname(real)) }
}

function notFolder(file: string, stats: Stats): FairleadError {
  const isLink = stats.isSymbolicLink()
  return new FairleadError(
    isLink ? 'path-invalid' : 'already-exists',
    isLink
      ? `"${printable(file)}" is a symbolic link: Fairlead does not write or remove anything through one.`
      : `"${printable(file)}" is a file, so it can't contain anything.`,
    {
      path: file,
      hint: isLink
        ? 'Replace the link with a folder, or give the folder it points to.'
        : 'Rename one of the two, or exclude one with --exclude.',
    },
  )
}

/** A device or a pipe would be replaced by a file, and not written into. */
function special(file: string): FairleadError {
  return new FairleadError('already-exists', `"${printable(file)}" is neither a file nor a folder, and is not replaced.`, {
    path: file,
    hint: 'Choose another file; `fairlead cat` writes an object to standard output.',
  })
}

/** Refuses (`already-exists`) a place that can't become a folder, since it is, or lies in, something else. */
export function refuseBlocked({ root }: LocalPlace): void {
  for (let folder = root, last = ''; folder !== last; last = folder, folder = dirname(folder)) {
    let stats: Stats | undefined
    try {
      stats = statSync(folder, { throwIfNoEntry: false })
    } catch (cause) {
      if (systemCode(cause) !== 'ENOTDIR') throw localError(cause, folder)
    }
    if (stats === undefined) continue
    if (!stats.isDirectory()) throw notFolder(folder, stats)
    return
  }
}

function missing(path: string): FairleadError {
  return new FairleadError('not-found', `There is no file or folder "${printable(path)}".`, { path, hint: 'Check the path.' })
}
