import { isUtf8 } from 'node:buffer'
import { lstatSync, opendirSync, readdirSync, type BigIntStats } from 'node:fs'
import { sep } from 'node:path'
import { createTextSorter, type TextSorter } from '../../contract/text-sorter.ts'
import { stampOf } from '../facts/file-stamp.ts'
import { printableName } from '../machine/printable-name.ts'
import { everything } from './filters.ts'
import { joinPath, type Item, type PlaceListOptions, type PlaceProblem } from './place.ts'

/** Small enough for the items of a batch to be gone before the collector takes them for lasting. */
const batchItems = 200
/** Stands in what is decoded for bytes that are no text; a name may also hold it as itself. */
const replacement = '\uFFFD'
/** What a download that was cut off leaves beside its file, see objects/download-file.ts: nobody's content yet. */
const unfinished = /^\..*\.fairlead-part$/

interface Frame {
  readonly path: string
  readonly file: string
  /** A folder's name ends with a slash, which is also where it sorts. */
  readonly names: TextSorter
}

/**
 * The files below a folder in the order of their paths, in batches. Links are not followed; what is no file is told and left out, and
 * so is what goes away meanwhile. Only the names of the folders on the way to the current file are held.
 */
export function* walkLocal(
  root: string,
  { filter = everything, onProblem = () => undefined }: PlaceListOptions,
): Generator<readonly Item[], void, undefined> {
  const read = (path: string, file: string): Frame => ({ path, file, names: namesIn(path, file, { filter, onProblem }) })
  const frames: Frame[] = [read('', root)]
  let batch: Item[] = []
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const name = frame.names.next()
    if (name === undefined) {
      frames.pop()
      continue
    }
    if (name.endsWith('/')) {
      const plain = name.slice(0, -1)
      frames.push(read(joinPath(frame.path, plain), frame.file + sep + plain))
      continue
    }
    const item = itemAt(joinPath(frame.path, name), frame.file + sep + name, onProblem)
    if (item === undefined || !filter.wantsItem(item)) continue
    if (batch.push(item) < batchItems) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** A file as an item; undefined where none is any more. */
export function itemAt(path: string, file: string, onProblem: (problem: PlaceProblem) => void): Item | undefined {
  let stats: BigIntStats | undefined
  try {
    stats = lstatSync(file, { bigint: true, throwIfNoEntry: false })
  } catch (cause) {
    onProblem({ path, reason: 'unreadable', message: `The file can't be accessed (${systemCode(cause)}).` })
    return undefined
  }
  return stats?.isFile() === true ? localItem(path, file, stats) : undefined
}

/** A regular file's item from its stats. */
function localItem(path: string, file: string, stats: BigIntStats): Item {
  return { path, size: Number(stats.size), modifiedMs: Number(stats.mtimeNs / 1_000n) / 1000, stamp: stampOf(file, stats) }
}

function namesIn(path: string, file: string, { filter, onProblem }: Required<Pick<PlaceListOptions, 'filter' | 'onProblem'>>): TextSorter {
  const names = createTextSorter()
  let doubtful = false
  const add = (entry: { readonly name: string; isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): void => {
    const { name } = entry
    const at = joinPath(path, name)
    if (entry.isDirectory()) {
      if (!unfinished.test(name) && filter.enters(at)) names.add(`${name}/`)
    } else if (!filter.wantsPath(at)) return
    else if (entry.isFile()) {
      if (!unfinished.test(name)) names.add(name)
    } else if (entry.isSymbolicLink()) onProblem({ path: at, reason: 'symbolic-link', message: 'A symbolic link is not followed.' })
    else onProblem({ path: at, reason: 'special-file', message: 'This is neither a file nor a folder.' })
  }
  try {
    const folder = opendirSync(file, { bufferSize: 1024 })
    try {
      for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
        if (entry.name.includes(replacement)) doubtful = true
        else add(entry)
      }
    } finally {
      folder.closeSync()
    }
    if (doubtful) {
      for (const entry of readdirSync(file, { withFileTypes: true, encoding: 'buffer' })) {
        const name = entry.name.toString()
        if (!name.includes(replacement)) continue
        if (isUtf8(entry.name)) {
          add({ name, isFile: () => entry.isFile(), isDirectory: () => entry.isDirectory(), isSymbolicLink: () => entry.isSymbolicLink() })
        } else {
          onProblem({
            path: joinPath(path, printableName(entry.name)),
            reason: 'name-not-utf8',
            message: `The name of this ${entry.isDirectory() ? 'folder' : 'file'} is not valid UTF-8; rename it.`,
          })
        }
      }
    }
  } catch (cause) {
    // A folder that went away meanwhile has nothing in it.
    const code = systemCode(cause)
    if (code !== 'ENOENT') onProblem({ path, reason: 'unreadable', message: `The folder can't be read (${code}).` })
  }
  return names
}

/** Why a system call failed, as its code. */
export function systemCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
}
