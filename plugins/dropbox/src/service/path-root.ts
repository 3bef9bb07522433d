import type { DropboxFailure } from '../errors.ts'
import { textIn } from './json.ts'

/**
 * What paths are relative to, as the header `Dropbox-API-Path-Root` says it: nothing for the home folder, the root namespace of the
 * account (which has to be asked for, and which a team may replace), or a namespace by its id.
 */
export class PathRoot {
  readonly #setting: string
  #rootNamespace: string | undefined

  constructor(setting: string) {
    this.#setting = setting
  }

  /** Finds out what the header needs, if anything. */
  async find(account: () => Promise<unknown>): Promise<void> {
    if (this.#setting !== 'root' || this.#rootNamespace !== undefined) return
    this.#rootNamespace = textIn(await account(), 'root_info', 'root_namespace_id')
  }

  header(): string | undefined {
    if (this.#setting === 'home') return undefined
    if (this.#setting !== 'root') return JSON.stringify({ '.tag': 'namespace_id', namespace_id: this.#setting })
    return this.#rootNamespace === undefined ? undefined : JSON.stringify({ '.tag': 'root', root: this.#rootNamespace })
  }

  /** Whether a refusal told of another root namespace, which is the one from now on. */
  replaced(failure: DropboxFailure): boolean {
    const root = failure.tags.includes('invalid_root') ? failure.detail('root_namespace_id') : undefined
    if (this.#setting !== 'root' || typeof root !== 'string' || root === this.#rootNamespace) return false
    this.#rootNamespace = root
    return true
  }
}
