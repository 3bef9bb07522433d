import { FairleadError, type ConnectionInit } from '@fairlead/core'
import { isAnswer } from '../errors.ts'
import type { options } from '../manifest.ts'
import { folderType, textOf } from '../mapping.ts'
import { folderId, quoted } from '../names.ts'
import type { Corpus, Files } from './files.ts'
import type { Sdk } from './sdk.ts'

/** The folder below which the prefix lies. */
export interface Root {
  /** `root` stands for My Drive: an app that sees only its own files can't ask for its id. */
  readonly id: string
  readonly corpus: Corpus
}

/** The folder that the settings name, asked for once. */
export class Roots {
  readonly #init: ConnectionInit<typeof options>
  readonly #files: Files
  readonly #sdk: Sdk
  #root: Root | undefined

  constructor(init: ConnectionInit<typeof options>, files: Files, sdk: Sdk) {
    this.#init = init
    this.#files = files
    this.#sdk = sdk
  }

  async find(signal: AbortSignal): Promise<Root> {
    this.#root ??= await this.#find(signal)
    return this.#root
  }

  async #find(signal: AbortSignal): Promise<Root> {
    const { folder, drive } = this.#init.settings
    if (folder !== undefined && folder !== '') return await this.#folder(folder, signal)
    if (drive === undefined || drive === '') return { id: 'root', corpus: {} }
    const driveId = await this.#sharedDrive(drive, signal)
    return { id: driveId, corpus: { driveId } }
  }

  async #folder(text: string, signal: AbortSignal): Promise<Root> {
    const id = folderId(text)
    if (id === undefined) throw this.#wrong('folder', `"${text}" is not a folder ID or URL`, 'Copy the address of its page in Drive.')
    try {
      const found = await this.#files.get(id, signal)
      const { driveId } = found
      const corpus = driveId === undefined ? {} : { driveId }
      if (found.mimeType === folderType) return { id, corpus }
      if (found.target?.mimeType === folderType) return { id: found.target.id, corpus }
      throw this.#wrong('folder', `"${found.name}" is a file`, 'Give a folder.')
    } catch (error) {
      if (!isAnswer(error, 404)) throw error
      throw this.#wrong(
        'folder',
        `there is no folder "${id}", or this login can't see it`,
        `Ask its owner to share it with you; a login with --access app sees only what Fairlead created: \`fairlead client login ${this.#init.host.connection} --access full\`.`,
      )
    }
  }

  /** By its id or its name. */
  async #sharedDrive(text: string, signal: AbortSignal): Promise<string> {
    const answer = await this.#sdk.call(signal, async (api, request) =>
      api.drives.list({ q: `name = ${quoted(text)}`, pageSize: 2, fields: 'drives(id,name)' }, request),
    )
    const named = (answer.drives ?? []).flatMap(({ id }) => textOf(id) ?? [])
    const [first, second] = named
    if (second !== undefined)
      throw this.#wrong('drive', `there are several shared drives "${text}"`, 'Give the id of the one that you mean.')
    if (first !== undefined) return first
    try {
      const found = await this.#sdk.call(signal, async (api, request) => api.drives.get({ driveId: text, fields: 'id' }, request))
      return textOf(found.id) ?? text
    } catch (error) {
      if (!isAnswer(error, 404, 403, 400)) throw error
      throw this.#wrong('drive', `there is no shared drive "${text}" that this login can see`, 'Check its name, or ask to become a member.')
    }
  }

  #wrong(setting: string, what: string, hint: string): FairleadError {
    const { connection } = this.#init.host
    return new FairleadError('config-invalid', `setting "${setting}" of connection "${connection}": ${what}`, { connection, hint })
  }
}
