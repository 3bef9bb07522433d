import { closeSync, fsync, linkSync, lstatSync, openSync, renameSync, rmSync, type BigIntStats } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { FairleadError, type Clock, type Entry, type WriteAttributes } from '@fairlead/core'
import { etagOf, toEntry, toFile } from '../mapping.ts'
import type { Confinement } from './confine.ts'
import { exclusively } from './exclusive.ts'
import { hasMetadata, prepareMetadata, withMetadata } from './object-metadata.ts'
import { isMissing, systemCode, systemError } from './system-error.ts'

const fsyncAsync = promisify(fsync)
const attempts = 5

/** What putting a body in place needs. */
export interface CommitSetting {
  readonly confinement: Confinement
  readonly clock: Clock
  readonly durable: boolean
}

/**
 * Puts a finished temporary file in the place of an object: in one step, under its condition, with its metadata. Others
 * see what was there before or all of the new content. The temporary file is gone afterwards, whatever happens.
 */
export async function commit(
  setting: CommitSetting,
  root: string,
  temporary: string,
  attributes: WriteAttributes,
  signal: AbortSignal,
): Promise<Entry> {
  const file = toFile(root, attributes.path)
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        setting.confinement.makeParents(root, file)
        const { confinement } = setting
        const place = (present: BigIntStats | undefined) => putInPlace(root, temporary, file, attributes, present)
        const replaces = lstatSync(file, { throwIfNoEntry: false }) !== undefined
        if (replaces || attributes.condition?.if === 'match' || hasMetadata(attributes))
          await exclusively(root, setting.clock, signal, () => place(confinement.stat(root, file)))
        // The folders above were looked at just now, and nothing was there.
        else place(undefined)
        break
      } catch (error) {
        // Another process that removed the last neighbour may have taken the folder away in between.
        if (!isMissing(error) || attempt === attempts || lstatSync(temporary, { throwIfNoEntry: false }) === undefined) throw error
      }
    }
  } finally {
    rmSync(temporary, { force: true })
  }
  if (setting.durable) await flushFolder(dirname(file))
  const stats = lstatSync(file, { bigint: true })
  return withMetadata(root, toEntry(attributes.path, stats), stats)
}

function putInPlace(root: string, temporary: string, file: string, attributes: WriteAttributes, present: BigIntStats | undefined): void {
  if (present?.isDirectory() === true) throw systemError('EISDIR', file)
  const { condition, path } = attributes
  if (condition?.if === 'absent' && present !== undefined) throw failedCondition(path, 'something already exists there')
  if (condition?.if === 'match' && present === undefined) throw failedCondition(path, 'nothing is there any more')
  if (condition?.if === 'match' && present !== undefined && etagOf(present) !== condition.etag)
    throw failedCondition(path, 'it was changed in the meantime')
  const finish =
    hasMetadata(attributes) || present !== undefined ? prepareMetadata(root, attributes, lstatSync(temporary, { bigint: true })) : undefined
  if (condition?.if === 'absent') linkNew(temporary, file, path)
  else renameSync(temporary, file)
  finish?.()
}

/** A hard link is made only where nothing is: the one call that decides between two writers. */
function linkNew(temporary: string, file: string, path: string): void {
  try {
    linkSync(temporary, file)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw failedCondition(path, 'something already exists there')
    throw error
  }
}

function failedCondition(path: string, what: string): FairleadError {
  return new FairleadError('precondition-failed', `"${path}": ${what}.`, { path, hint: 'Check what is there now, then decide again.' })
}

async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    await fsyncAsync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
