import { FairleadError, type Entry, type ListRequest, type Log, type Page } from '@fairlead/core'
import { isAnswer } from '../errors.ts'
import { segmentFolder } from '../manifest.ts'
import { checksumsOf, nameOf, pathOf } from '../mapping.ts'
import type { Container } from './container.ts'
import { countOf, recordsOf, textOf, type Json } from './json.ts'
import { isLastPage } from './limits.ts'
import type { Wire } from './wire.ts'

/** Large enough to cost little, small enough to be soon there. */
const pageSize = 2000
/** What sorts behind everything in the folder of segments. */
const behindSegments = `${segmentFolder}0`

/** Listings of a container, in the order of names' UTF-8 bytes, as Swift keeps them. */
export class Listings {
  readonly #wire: Wire
  readonly #container: Container
  readonly #root: string
  readonly #log: Log
  #told = false

  constructor(wire: Wire, container: Container, root: string, log: Log) {
    this.#wire = wire
    this.#container = container
    this.#root = root
    this.#log = log
  }

  async page(
    { prefix, recursive, limit = pageSize, after }: ListRequest,
    cursor: string | undefined,
    signal: AbortSignal,
  ): Promise<Page<Entry>> {
    const name = nameOf(this.#root, prefix)
    const asked = Math.min(limit, pageSize)
    const query = {
      format: 'json',
      limit: String(asked),
      prefix: name === '' ? undefined : name.endsWith('/') ? name : `${name}/`,
      delimiter: recursive ? undefined : '/',
      marker: cursor ?? (after === undefined ? undefined : nameOf(this.#root, after)),
    }
    let rows: ReturnType<typeof recordsOf>
    try {
      const response = await this.#wire.send({ container: this.#container.name, query, signal })
      rows = response.status === 204 ? [] : rowsOf(await response.json())
    } catch (error) {
      if (this.#container.mayBeMissing && isAnswer(error, 404)) return { items: [] }
      throw error
    }
    const items = rows.flatMap(row => this.#entry(row) ?? [])
    const last = nameIn(rows.at(-1))
    if (last === undefined || isLastPage(rows.length, asked)) return { items }
    // Segments may be thousands, and none of them is shown.
    return { items, cursor: this.#root === '' && last.startsWith(`${segmentFolder}/`) ? behindSegments : last }
  }

  #entry(row: Readonly<Record<string, Json>>): Entry | undefined {
    const name = nameIn(row)
    if (name === undefined) return undefined
    const folder = textOf(row['subdir']) !== undefined
    if (folder && this.#root === '' && name === `${segmentFolder}/`) return undefined
    const found = pathOf(this.#root, folder ? name.slice(0, -1) : name)
    if ('none' in found) {
      if (found.none === 'unusual') this.#tell(name)
      return undefined
    }
    return folder ? { path: found.path, kind: 'prefix' } : entryOfRow(found.path, row)
  }

  #tell(name: string): void {
    if (this.#told) return
    this.#told = true
    this.#log.warn('names with empty parts, "." or ".." between slashes are left out of listings', {
      container: this.#container.name,
      name,
    })
  }
}

/** The rows of a page. `unexpected` for another answer, which would be taken for the end, and what is missing for deleted. */
function rowsOf(answer: Json): ReturnType<typeof recordsOf> {
  if (Array.isArray(answer)) return recordsOf(answer)
  throw new FairleadError('unexpected', 'the service answered a listing with something that is none', {
    hint: 'Check what is between this machine and the service, such as a proxy, and run the same command again.',
  })
}

/** What a row of a listing tells; undefined for the markers that stand for folders. */
function entryOfRow(path: string, row: Readonly<Record<string, Json>>): Entry | undefined {
  const size = countOf(row['bytes'])
  const contentType = textOf(row['content_type'])
  if (contentType === 'application/directory' && size === 0) return undefined
  const large = textOf(row['slo_etag'])?.replaceAll('"', '')
  const etag = large ?? textOf(row['hash'])
  const changed = new Date(`${textOf(row['last_modified'])?.replace(/Z$/, '') ?? ''}Z`)
  const checksums = checksumsOf(etag, large !== undefined, undefined)
  return {
    path,
    kind: 'object',
    ...(size !== undefined && { size }),
    ...(!Number.isNaN(changed.getTime()) && { modified: changed }),
    ...(etag !== undefined && { etag }),
    ...(contentType !== undefined && { contentType }),
    ...(checksums.length > 0 && { checksums }),
  }
}

function nameIn(row: Readonly<Record<string, Json>> | undefined): string | undefined {
  return textOf(row?.['name']) ?? textOf(row?.['subdir'])
}
