import { closeSync, fstatSync, ftruncateSync, futimesSync, lstatSync, mkdirSync, openSync, rmSync } from 'node:fs'
import {
  FairleadError,
  type BeginUpload,
  type Entry,
  type PartReceipt,
  type PendingUpload,
  type UploadedParts,
  type UploadPart,
  type UploadState,
  type WriteAttributes,
} from '@fairlead/core'
import { flush, writeSource } from './bodies.ts'
import { commit, type CommitSetting } from './commit.ts'
import { freshName, ownNames, ownPath, readRecord, recordNames, removeRecord, writeRecord } from './records.ts'

interface State {
  readonly id: string
  readonly path: string
  readonly started: string
  readonly size?: number
  readonly contentType?: string
  readonly modified?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly condition?: WriteAttributes['condition']
}

const idForm = /^[0-9a-f]{24}$/

/** Bodies that grow in `.fairlead/uploads` until they are complete: what has arrived is the length of the file. */
export class Uploads {
  readonly #setting: CommitSetting

  constructor(setting: CommitSetting) {
    this.#setting = setting
  }

  begin({ path, size, contentType, modified, metadata, condition }: BeginUpload): UploadState {
    const root = this.#setting.confinement.makeRoot()
    const state: State = {
      id: freshName(),
      path,
      started: this.#setting.clock.now().toISOString(),
      ...(size !== undefined && { size }),
      ...(contentType !== undefined && { contentType }),
      ...(modified !== undefined && { modified: modified.toISOString() }),
      ...(metadata !== undefined && { metadata }),
      ...(condition !== undefined && { condition }),
    }
    writeRecord(root, recordFile(root, state.id), state)
    closeSync(openSync(bodyFile(root, state.id), 'wx', 0o666))
    return { ...state }
  }

  /** Writes one part behind the ones before it. What a broken attempt left beyond its beginning is cut off first. */
  async part(state: UploadState, { number, offset, body }: UploadPart, signal: AbortSignal): Promise<PartReceipt> {
    const { id, path } = parseState(state)
    const descriptor = openSync(bodyFile(this.#setting.confinement.makeRoot(), id), 'r+')
    try {
      const arrived = fstatSync(descriptor).size
      if (arrived < offset)
        throw new FairleadError('range-invalid', `"${path}": part ${number} starts at ${offset}, but only ${arrived} bytes have arrived.`, {
          path,
          hint: 'Push it again.',
        })
      if (arrived > offset) ftruncateSync(descriptor, offset)
      return { number, offset, size: await writeSource(descriptor, body, offset, signal) }
    } finally {
      closeSync(descriptor)
    }
  }

  uploaded(state: UploadState): UploadedParts {
    const root = this.#setting.confinement.root()
    const stats = root === undefined ? undefined : lstatSync(bodyFile(root, parseState(state).id), { throwIfNoEntry: false })
    return stats === undefined ? 'gone' : { offset: stats.size }
  }

  async complete(state: UploadState, signal: AbortSignal): Promise<Entry> {
    const { id, path, size, contentType, modified, metadata, condition } = parseState(state)
    const root = this.#setting.confinement.makeRoot()
    const temporary = bodyFile(root, id)
    const descriptor = openSync(temporary, 'r+')
    try {
      const arrived = fstatSync(descriptor).size
      if (size !== undefined && size !== arrived)
        throw new FairleadError('integrity', `"${path}": ${arrived} bytes arrived, but ${size} were announced.`, {
          path,
          hint: 'Push it again.',
        })
      if (modified !== undefined) futimesSync(descriptor, new Date(modified), new Date(modified))
      if (this.#setting.durable) await flush(descriptor)
    } finally {
      closeSync(descriptor)
    }
    const attributes: WriteAttributes = {
      path,
      ...(contentType !== undefined && { contentType }),
      ...(modified !== undefined && { modified: new Date(modified) }),
      ...(metadata !== undefined && { metadata }),
      ...(condition !== undefined && { condition }),
    }
    const entry = await commit(this.#setting, root, temporary, attributes, signal)
    removeRecord(recordFile(root, id))
    return entry
  }

  abort(state: UploadState): void {
    const root = this.#setting.confinement.root()
    if (root === undefined) return
    const { id } = parseState(state)
    rmSync(bodyFile(root, id), { force: true })
    rmSync(ownPath(root, 'tmp', id), { force: true })
    removeRecord(recordFile(root, id))
  }

  /** Unfinished uploads, and the temporary files of plain writes: in progress, or killed. Their age tells which. */
  pending(): PendingUpload[] {
    const root = this.#setting.confinement.root()
    if (root === undefined) return []
    const uploads = recordNames(root, 'uploads')
      .map(id => readRecord(recordFile(root, id)))
      .filter(isState)
      .map(state => ({ state: { ...state }, path: state.path, started: new Date(state.started) }))
    const writes = ownNames(root, 'tmp')
      .filter(name => idForm.test(name))
      .flatMap(name => {
        // The modification time may be that of the source already; the change time is always our own.
        const started = lstatSync(ownPath(root, 'tmp', name), { throwIfNoEntry: false })?.ctime
        return started === undefined ? [] : [{ state: { id: name, path: '', started: started.toISOString() }, path: '', started }]
      })
    return [...uploads, ...writes]
  }
}

function bodyFile(root: string, id: string): string {
  mkdirSync(ownPath(root, 'uploads'), { recursive: true })
  return ownPath(root, 'uploads', `${id}.part`)
}

function recordFile(root: string, id: string): string {
  return ownPath(root, 'uploads', `${id}.json`)
}

function isState(value: unknown): value is State {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'string' &&
    idForm.test(value.id) &&
    'path' in value &&
    typeof value.path === 'string'
  )
}

/** The id becomes part of a file's name, so a state from a journal is checked before it is trusted. */
function parseState(state: UploadState): State {
  if (isState(state)) return state
  throw new FairleadError('input-invalid', 'This is not an upload of the disk client.', { hint: 'Push the file again.' })
}
