import { FairleadError, type CopyRequest, type Entry } from '@fairlead/core'
import { isTagged } from '../errors.ts'
import { entryOf, isRevision, toDropboxPath } from '../mapping.ts'
import { fileIn } from './json.ts'
import type { Objects } from './objects.ts'
import type { Records } from './records.ts'
import type { Removal } from './removal.ts'
import type { Wire } from './wire.ts'

/**
 * Copies within Dropbox. It copies only to where nothing is, so what a copy replaces is removed right before; it can be brought back
 * from the deleted files. Property groups do not come along and are set again.
 */
export class Copies {
  readonly #wire: Wire
  readonly #records: Records
  readonly #objects: Objects
  readonly #removal: Removal
  readonly #root: string

  constructor(wire: Wire, records: Records, objects: Objects, removal: Removal, root: string) {
    this.#wire = wire
    this.#records = records
    this.#objects = objects
    this.#removal = removal
    this.#root = root
  }

  async copy({ from, to, condition }: CopyRequest, signal: AbortSignal): Promise<Entry> {
    const source = await this.#objects.stat(from, signal)
    if (source.kind === 'prefix')
      throw new FairleadError('not-found', `"${from}": this is a folder, not a file.`, { path: from, hint: 'Copy the files in it.' })
    if (condition?.if === 'match' && !isRevision(condition.etag))
      throw new FairleadError('precondition-failed', `"${to}": another file is there.`, { path: to, hint: 'Check what is there now.' })
    if (condition?.if === 'match') await this.#removal.revision(to, condition.etag, signal)
    const copied = await this.#replacing(from, to, condition === undefined, signal)
    const { contentType, metadata } = source
    const kept = { ...(contentType !== undefined && { contentType }), ...(metadata !== undefined && { metadata }) }
    await this.#records.withTemplates(async () => {
      const { property_groups: groups } = await this.#records.groups(to, kept, signal)
      if (groups === undefined || groups.every(({ fields }) => fields.length === 0)) return
      const argument = { path: toDropboxPath(this.#root, to), property_groups: groups }
      await this.#wire.call(async (sdk, options) => await sdk.filePropertiesPropertiesOverwrite(argument, options), signal)
    })
    return entryOf(to, copied, kept)
  }

  async #replacing(from: string, to: string, replace: boolean, signal: AbortSignal): Promise<ReturnType<typeof fileIn>> {
    try {
      return await this.#once(from, to, signal)
    } catch (cause) {
      if (!replace || !isTagged(cause, 'to/conflict/file')) throw cause
      await this.#removal.files([to], signal)
      return await this.#once(from, to, signal)
    }
  }

  async #once(from: string, to: string, signal: AbortSignal): Promise<ReturnType<typeof fileIn>> {
    const argument = { from_path: toDropboxPath(this.#root, from), to_path: toDropboxPath(this.#root, to), autorename: false }
    return fileIn((await this.#wire.call(async (sdk, options) => await sdk.filesCopyV2(argument, options), signal)).metadata)
  }
}
