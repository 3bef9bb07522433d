import { lstatSync, opendirSync } from 'node:fs'
import { sep } from 'node:path'
import { createTextSorter, type Entry, type ListRequest, type Log, type Page } from '@fairlead/core'
import { ownFolder, toEntry, toFile } from '../mapping.ts'
import type { Confinement } from './confine.ts'
import { sortedNames, type SortedNames } from './sorted-names.ts'
import { isMissing } from './system-error.ts'

interface Frame {
  /** Stored path of the folder. */
  readonly path: string
  readonly file: string
  /** A folder's name ends with a slash, which is also where it sorts. */
  readonly names: SortedNames
}

/** Small enough for the entries of a page to be gone before the collector takes them for lasting. */
const pageSize = 1000
const walksKept = 8

/**
 * Pages of a listing in order of path. A walk in progress is kept under its cursor, so the next page goes on where the
 * last one stopped; a cursor of another process finds its place again by name.
 */
export class Listings {
  readonly #confinement: Confinement
  readonly #log: Log
  readonly #walks = new Map<string, Frame[]>()

  constructor(confinement: Confinement, log: Log) {
    this.#confinement = confinement
    this.#log = log
  }

  page(request: ListRequest, cursor: string | undefined, signal: AbortSignal): Page<Entry> {
    const root = this.#confinement.root()
    if (root === undefined) return { items: [] }
    const key = `${request.recursive ? 'r' : 'f'} ${request.prefix} ${cursor ?? ''}`
    const frames = this.#walks.get(key) ?? this.#begin(root, request, cursor)
    this.#walks.delete(key)
    const limit = request.limit ?? pageSize
    const items: Entry[] = []
    while (items.length < limit) {
      if (items.length % 1000 === 0) signal.throwIfAborted()
      const frame = frames.at(-1)
      if (frame === undefined) return { items }
      const name = frame.names.next()
      if (name === undefined) {
        frames.pop()
        continue
      }
      const isFolder = name.endsWith('/')
      const plain = isFolder ? name.slice(0, -1) : name
      const path = frame.path === '' ? plain : `${frame.path}/${plain}`
      if (isFolder && request.recursive) {
        frames.push(this.#read(path, frame.file + sep + plain))
        continue
      }
      const stats = lstatSync(frame.file + sep + plain, { bigint: true, throwIfNoEntry: false })
      if (stats !== undefined && (stats.isFile() || stats.isDirectory())) items.push(toEntry(path, stats))
    }
    const last = items.at(-1)?.path ?? ''
    this.#keep(`${request.recursive ? 'r' : 'f'} ${request.prefix} ${last}`, frames)
    return { items, cursor: last }
  }

  #keep(key: string, frames: Frame[]): void {
    this.#walks.set(key, frames)
    const oldest = this.#walks.keys().next().value
    if (this.#walks.size > walksKept && oldest !== undefined) this.#walks.delete(oldest)
  }

  #begin(root: string, request: ListRequest, cursor: string | undefined): Frame[] {
    const file = toFile(root, request.prefix)
    if (request.prefix !== '' && this.#confinement.stat(root, file)?.isDirectory() !== true) return []
    let frame = this.#read(request.prefix, file)
    const frames = [frame]
    if (cursor === undefined) return frames
    let rest = request.prefix === '' ? cursor : cursor.slice(request.prefix.length + 1)
    for (let slash = rest.indexOf('/'); request.recursive && slash >= 0; slash = rest.indexOf('/')) {
      if (!frame.names.skipPast(rest.slice(0, slash + 1))) return frames
      const plain = rest.slice(0, slash)
      frame = this.#read(frame.path === '' ? plain : `${frame.path}/${plain}`, frame.file + sep + plain)
      frames.push(frame)
      rest = rest.slice(slash + 1)
    }
    const isFolder = !request.recursive && lstatSync(frame.file + sep + rest, { throwIfNoEntry: false })?.isDirectory() === true
    frame.names.skipPast(isFolder ? `${rest}/` : rest)
    return frames
  }

  /** A folder that went away meanwhile is empty. Links and special files are no objects. */
  #read(path: string, file: string): Frame {
    const names = createTextSorter()
    try {
      const folder = opendirSync(file, { bufferSize: 1024 })
      try {
        for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
          if (path === '' && entry.name === ownFolder) continue
          if (entry.name.includes('\ufffd')) this.#log.warn(`A name in "${path}" is not valid UTF-8; it is left out.`)
          else if (entry.isDirectory()) names.add(`${entry.name}/`)
          else if (entry.isFile()) names.add(entry.name)
        }
      } finally {
        folder.closeSync()
      }
    } catch (error) {
      if (!isMissing(error)) throw error
    }
    return { path, file, names: sortedNames(names) }
  }
}
