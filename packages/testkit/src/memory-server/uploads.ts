import { randomUUID } from 'node:crypto'
import { refuse } from './refusal.ts'
import type { ObjectAttributes, ObjectStore, StoreCondition, StoredObject } from './store.ts'

/** One part as it is listed. */
export interface UploadedPart {
  readonly number: number
  readonly offset: number
  readonly size: number
}

interface Upload {
  readonly id: string
  readonly path: string
  readonly attributes: ObjectAttributes
  readonly condition: StoreCondition
  readonly sequential: boolean
  readonly started: number
  readonly parts: Map<number, { readonly offset: number; readonly body: Uint8Array }>
}

/** Unfinished uploads of one store: parts in any order, or (sequential) each one where the last one ended. */
export class UploadTable {
  readonly #store: ObjectStore
  readonly #uploads = new Map<string, Upload>()

  constructor(store: ObjectStore) {
    this.#store = store
  }

  begin(path: string, attributes: ObjectAttributes, condition: StoreCondition, sequential: boolean): string {
    const id = randomUUID()
    this.#uploads.set(id, { id, path, attributes, condition, sequential, started: Date.now(), parts: new Map() })
    return id
  }

  put(id: string, number: number, offset: number, body: Uint8Array): UploadedPart {
    const upload = this.#get(id)
    if (upload.sequential && offset !== this.received(id))
      refuse(409, `the next byte of this upload is ${this.received(id)}, not ${offset}`)
    upload.parts.set(number, { offset, body })
    return { number, offset, size: body.byteLength }
  }

  parts(id: string): { readonly sequential: boolean; readonly parts: readonly UploadedPart[] } {
    const upload = this.#get(id)
    const parts = [...upload.parts].map(([number, part]) => ({ number, offset: part.offset, size: part.body.byteLength }))
    return { sequential: upload.sequential, parts: parts.sort((a, b) => a.number - b.number) }
  }

  received(id: string): number {
    return [...this.#get(id).parts.values()].reduce((sum, part) => sum + part.body.byteLength, 0)
  }

  /** Puts the named parts together by their numbers. */
  complete(id: string, numbers: readonly number[]): StoredObject {
    const upload = this.#get(id)
    const wanted = upload.sequential ? [...upload.parts.keys()] : numbers
    const bodies = [...wanted]
      .sort((a, b) => a - b)
      .map(number => upload.parts.get(number)?.body ?? refuse(400, `part ${number} has not arrived`))
    const object = this.#store.put(upload.path, Buffer.concat(bodies), upload.attributes, upload.condition)
    this.#uploads.delete(id)
    return object
  }

  abort(id: string): void {
    this.#uploads.delete(id)
  }

  pending(): ReadonlyArray<{ readonly id: string; readonly path: string; readonly started: number }> {
    return [...this.#uploads.values()].map(({ id, path, started }) => ({ id, path, started }))
  }

  /** Forgets every unfinished upload, as a service does when they are too old. */
  expire(): void {
    this.#uploads.clear()
  }

  #get(id: string): Upload {
    return this.#uploads.get(id) ?? refuse(410, 'this upload is gone')
  }
}
