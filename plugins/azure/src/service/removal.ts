import { inParallel } from '@fairlead/core'
import { AzureFailure } from '../errors.ts'
import { blobOf, type Place } from './objects.ts'
import type { Sdk } from './sdk.ts'

/** Up to so many are deleted one by one: the SDK's batch takes longer to load than they do. */
const oneByOne = 8
/** What a batch is refused with where the account does not do batches. */
const noBatches: ReadonlySet<number> = new Set([400, 405, 415, 501])

/** Deletes blobs: each by itself, or many in one request. */
export class Removal {
  readonly #place: Place
  readonly #sdk: Sdk
  readonly #snapshots: boolean
  #batches = true

  constructor(place: Place, sdk: Sdk, snapshots: boolean) {
    this.#place = place
    this.#sdk = sdk
    this.#snapshots = snapshots
  }

  async remove(paths: readonly string[], signal: AbortSignal): Promise<void> {
    if (paths.length > oneByOne && this.#batches) {
      try {
        return await this.#batch(paths, signal)
      } catch (cause) {
        if (!noBatches.has(statusOf(cause))) throw cause
        this.#batches = false
      }
    }
    await inParallel(paths, oneByOne, async path => this.#one(path, signal))
  }

  async #one(path: string, signal: AbortSignal): Promise<void> {
    try {
      const headers = this.#snapshots ? { 'x-ms-delete-snapshots': 'include' } : {}
      await this.#place.wire.send({ method: 'DELETE', blob: blobOf(this.#place, path), headers, signal })
    } catch (cause) {
      if (!(cause instanceof AzureFailure) || cause.code !== 'BlobNotFound') throw cause
    }
  }

  async #batch(paths: readonly string[], signal: AbortSignal): Promise<void> {
    const client = await this.#sdk.batch()
    const credential = await this.#sdk.credential()
    const { credential: login } = this.#place.wire.account
    const sas = login.kind === 'sas' ? `?${login.query}` : ''
    const urls = paths.map(path => this.#place.wire.address(blobOf(this.#place, path)) + sas)
    const options = { abortSignal: signal, ...(this.#snapshots && { deleteSnapshots: 'include' as const }) }
    const { subResponses } = await client.deleteBlobs(urls, credential, options)
    for (const { status, errorCode, bodyAsText = '', _request } of subResponses) {
      if (status < 300 || errorCode === 'BlobNotFound' || status === 404) continue
      const path = paths[urls.indexOf(_request.url)]
      throw new AzureFailure(status, errorCode === undefined ? {} : { 'x-ms-error-code': errorCode }, bodyAsText, path)
    }
  }
}

function statusOf(cause: unknown): number {
  if (cause instanceof AzureFailure) return cause.status
  return cause instanceof Error && 'statusCode' in cause ? Number(cause.statusCode) : 0
}
