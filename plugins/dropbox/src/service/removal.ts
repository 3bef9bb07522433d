import { inParallel, type Clock } from '@fairlead/core'
import type { files } from 'dropbox'
import { DropboxFailure, isTagged } from '../errors.ts'
import { toDropboxPath } from '../mapping.ts'
import type { Wire } from './wire.ts'

/** Files looked at a time. */
const width = 8
/** A file may be replaced between the look and the removal, so often at most. */
const tries = 3
const pollMs = [100, 200, 400, 800, 1500]

/**
 * Removes files and folders. They go to the deleted files, from where the website brings them back for a time. Removing a path
 * takes everything below it, so a single file is removed by the revision that was seen: a folder is never taken for one.
 */
export class Removal {
  readonly #wire: Wire
  readonly #root: string
  readonly #clock: Clock

  constructor(wire: Wire, root: string, clock: Clock) {
    this.#wire = wire
    this.#root = root
    this.#clock = clock
  }

  /** Removes files; what is not there, or is a folder, is passed over. */
  async files(paths: readonly string[], signal: AbortSignal): Promise<void> {
    let places = paths.map(path => toDropboxPath(this.#root, path))
    for (let left = tries; places.length > 0; left -= 1) {
      const entries = await this.#seen(places, signal)
      const [only] = entries
      const failures =
        entries.length === 1 && only !== undefined ? await this.#removeOne(only, signal) : await this.#removeMany(entries, signal)
      const again = failures.filter(({ failure }) => isTagged(failure, 'path_write/conflict/file') && left > 1)
      const [worst] = failures.filter(item => !again.includes(item))
      if (worst !== undefined) throw worst.failure
      places = again.map(({ entry }) => entry.path)
    }
  }

  /** Removes what is at a path with everything below it. */
  async all(path: string, signal: AbortSignal): Promise<void> {
    const [failed] = await this.#removeOne({ path: toDropboxPath(this.#root, path) }, signal)
    if (failed !== undefined) throw failed.failure
  }

  /** Removes a file of this revision; a file of another one is the failure of {@link isTagged} `path_write/conflict/file`. */
  async revision(path: string, rev: string, signal: AbortSignal): Promise<void> {
    const [failed] = await this.#removeOne({ path: toDropboxPath(this.#root, path), parent_rev: rev }, signal)
    if (failed !== undefined) throw failed.failure
  }

  async #seen(places: readonly string[], signal: AbortSignal): Promise<files.DeleteArg[]> {
    const entries: files.DeleteArg[] = []
    await inParallel(places, width, async path => {
      try {
        const found = await this.#wire.metadata({ path }, signal)
        if (found.kind === 'file') entries.push({ path, parent_rev: found.file.rev })
      } catch (cause) {
        if (!isTagged(cause, 'path/not_found')) throw cause
      }
    })
    return entries
  }

  async #removeOne(entry: files.DeleteArg, signal: AbortSignal): Promise<readonly Failed[]> {
    try {
      await this.#wire.call(async (sdk, options) => await sdk.filesDeleteV2(entry, options), signal)
      return []
    } catch (cause) {
      if (!(cause instanceof DropboxFailure) || cause.tags.length === 0) throw cause
      return isTagged(cause, 'path_lookup/not_found') ? [] : [{ entry, failure: cause }]
    }
  }

  /** Many at once are a job, whose end is asked for. */
  async #removeMany(entries: readonly files.DeleteArg[], signal: AbortSignal): Promise<readonly Failed[]> {
    if (entries.length === 0) return []
    const launched = await this.#wire.call(async (sdk, options) => await sdk.filesDeleteBatch({ entries: [...entries] }, options), signal)
    const result = launched['.tag'] === 'async_job_id' ? await this.#ended(launched.async_job_id, signal) : launched
    if (result['.tag'] === 'failed') throw new DropboxFailure(409, {}, { error: { '.tag': 'failed', failed: result.failed } })
    const results = result['.tag'] === 'complete' ? result.entries : []
    return results.flatMap((item, index) => {
      const entry = entries[index]
      if (item['.tag'] !== 'failure' || entry === undefined) return []
      const failure = new DropboxFailure(409, {}, { error: item.failure })
      return isTagged(failure, 'path_lookup/not_found') ? [] : [{ entry, failure }]
    })
  }

  async #ended(job: string, signal: AbortSignal): Promise<Exclude<files.DeleteBatchJobStatus, { '.tag': 'in_progress' }>> {
    for (let round = 0; ; round += 1) {
      const status = await this.#wire.call(async (sdk, options) => await sdk.filesDeleteBatchCheck({ async_job_id: job }, options), signal)
      if (status['.tag'] !== 'in_progress') return status
      await this.#clock.sleep(pollMs[Math.min(round, pollMs.length - 1)] ?? 1500, signal)
    }
  }
}

interface Failed {
  readonly entry: files.DeleteArg
  readonly failure: DropboxFailure
}
