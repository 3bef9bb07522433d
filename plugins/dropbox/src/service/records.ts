import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FairleadError, mediaTypeByName, type Host } from '@fairlead/core'
import type { file_properties } from 'dropbox'
import { isTagged } from '../errors.ts'
import type { Kept } from '../mapping.ts'
import type { Group } from './json.ts'
import type { Wire } from './wire.ts'

/** By this name the template is found again. */
const templateName = 'Fairlead'
/** A value of a property has at most 1024 bytes, so a record goes in pieces. */
const fieldBytes = 1024
const fieldNames = ['record', 'record2', 'record3', 'record4'] as const
/** Less than all pieces hold, since no character is cut in two. */
const mostBytes = fieldBytes * fieldNames.length - 3 * fieldNames.length
/** How long it is believed that there is no template: another process may make one. */
const noneForMs = 60_000

type Groups = file_properties.PropertyGroup[]

/** Templates that are known, and since when (milliseconds since 1970). */
interface Known {
  readonly ids: readonly string[]
  readonly at: number
}

/**
 * Content type and metadata of files, as a property group of a template that belongs to the app and its user. The template is made
 * when there is first something to keep; accounts of a team have none that this login could use.
 */
export class Records {
  readonly #wire: Wire
  readonly #host: Host
  readonly #enabled: boolean
  #known: Known | undefined

  constructor(wire: Wire, host: Host, enabled: boolean) {
    this.#wire = wire
    this.#host = host
    this.#enabled = enabled
  }

  /** Templates whose groups may hold a record; none where nothing was ever kept. */
  async templates(signal: AbortSignal): Promise<readonly string[]> {
    if (!this.#enabled) return []
    const now = this.#host.clock.now().getTime()
    this.#known ??= this.#load()
    if (this.#known !== undefined && (this.#known.ids.length > 0 || now - this.#known.at < noneForMs)) return this.#known.ids
    return this.#remember(await this.#ask(signal))
  }

  /** What a listing or a look at a file is asked for, so that records come along. */
  async wanted(signal: AbortSignal): Promise<{ include_property_groups?: file_properties.TemplateFilterBase }> {
    const ids = await this.templates(signal)
    return ids.length === 0 ? {} : { include_property_groups: { '.tag': 'filter_some', filter_some: [...ids] } }
  }

  /**
   * The groups of a file that is written. Where a template is known each write sets its group, if to nothing: a file that is replaced
   * may keep the groups it had.
   */
  async groups(path: string, kept: Kept, signal: AbortSignal): Promise<{ property_groups?: Groups }> {
    if (!this.#enabled) return {}
    const record = recordOf(path, kept)
    let [id] = await this.templates(signal)
    if (id === undefined && record === undefined) return {}
    id ??= await this.#make(signal)
    return { property_groups: [{ template_id: id, fields: fieldsOf(path, record) }] }
  }

  /** Reads the record of a file. What is no record of ours is passed over. */
  read(groups: readonly Group[] | undefined): Kept {
    const group = groups?.find(({ template_id }) => this.#known?.ids.includes(template_id) === true)
    const text = fieldNames.map(name => group?.fields.find(field => field.name === name)?.value ?? '').join('')
    if (text === '') return {}
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      this.#host.log.warn("a property group of a file can't be read", { characters: text.length })
      return {}
    }
    const { contentType, metadata }: Readonly<Record<string, unknown>> = { ...Object(value) }
    const pairs = Object.entries(Object(metadata)).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
    return {
      ...(typeof contentType === 'string' && { contentType }),
      ...(metadata !== undefined && { metadata: Object.fromEntries(pairs) }),
    }
  }

  /** Runs what names templates; where they are no more, asks which there are and runs it again. */
  async withTemplates<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      if (!isTagged(cause, 'template_not_found')) throw cause
      this.#known = { ids: [], at: 0 }
      return await work()
    }
  }

  async #ask(signal: AbortSignal): Promise<string[]> {
    try {
      const { template_ids } = await this.#wire.call(async (sdk, options) => await sdk.filePropertiesTemplatesListForUser(options), signal)
      const ours: string[] = []
      for (const id of template_ids.toSorted()) {
        const { name } = await this.#wire.call(
          async (sdk, options) => await sdk.filePropertiesTemplatesGetForUser({ template_id: id }, options),
          signal,
        )
        if (name === templateName) ours.push(id)
      }
      return ours
    } catch (cause) {
      signal.throwIfAborted()
      // A login that may only read files, or a gateway that has no properties, still reads files.
      if (!isTagged(cause, 'missing_scope')) throw cause
      this.#host.log.debug('this login does not have permission to read property groups, so metadata is not shown')
      return []
    }
  }

  async #make(signal: AbortSignal): Promise<string> {
    const fields = fieldNames.map(name => ({
      name,
      description: 'A piece of the JSON that Fairlead keeps of this file.',
      type: { '.tag': 'string' } as const,
    }))
    const { template_id } = await this.#wire.call(
      async (sdk, options) =>
        await sdk.filePropertiesTemplatesAddForUser(
          { name: templateName, description: 'Content type and metadata of files that Fairlead has put here.', fields },
          options,
        ),
      signal,
    )
    this.#remember([template_id])
    return template_id
  }

  #load(): Known | undefined {
    try {
      const ids: unknown = JSON.parse(readFileSync(this.#file(), 'utf8'))
      return Array.isArray(ids) ? { ids: ids.filter(id => typeof id === 'string'), at: 0 } : undefined
    } catch {
      // There is none yet, or it was lost: Dropbox is asked.
      return undefined
    }
  }

  #remember(ids: readonly string[]): readonly string[] {
    this.#known = { ids, at: this.#host.clock.now().getTime() }
    if (ids.length > 0) {
      mkdirSync(this.#host.cacheFolder(), { recursive: true })
      writeFileSync(this.#file(), JSON.stringify(ids))
    }
    return ids
  }

  #file(): string {
    return join(this.#host.cacheFolder(), 'templates.json')
  }
}

/** What is worth keeping: a content type that the name does not tell, and metadata. */
function recordOf(path: string, { contentType, metadata }: Kept): Kept | undefined {
  const type = contentType === mediaTypeByName(path) ? undefined : contentType
  if (type === undefined && metadata === undefined) return undefined
  return { ...(type !== undefined && { contentType: type }), ...(metadata !== undefined && { metadata }) }
}

function fieldsOf(path: string, record: Kept | undefined): file_properties.PropertyField[] {
  const bytes = Buffer.from(record === undefined ? '' : JSON.stringify(record))
  if (bytes.byteLength > mostBytes)
    throw new FairleadError(
      'input-invalid',
      `"${path}": its metadata takes ${bytes.byteLength} bytes, but Dropbox has room for ${mostBytes}.`,
      {
        path,
        hint: 'Shorten it.',
      },
    )
  const fields: file_properties.PropertyField[] = []
  for (let at = 0; at < bytes.byteLength;) {
    let end = Math.min(at + fieldBytes, bytes.byteLength)
    // A character is not cut in two.
    while (end < bytes.byteLength && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
    fields.push({ name: fieldNames[fields.length] ?? 'record4', value: bytes.toString('utf8', at, end) })
    at = end
  }
  return fields
}
