import { segmentFolder } from '../manifest.ts'
import { isAnswer } from '../errors.ts'
import type { Container } from './container.ts'
import { countOf, recordsOf, textOf } from './json.ts'
import { flatName } from './segments.ts'
import { isLastPage } from './limits.ts'
import type { Wire } from './wire.ts'

/** One segment of a static large object. */
export interface Segment {
  readonly container: string
  readonly name: string
  readonly bytes: number
  readonly etag: string
}

/** Where segments may lie, as far as one look tells. */
interface Known {
  /** First parts of names below the folder of segments. */
  readonly names: Set<string>
  /** Others keep segments beside the container, so any object may be large. */
  readonly anywhere: boolean
  readonly until: number
}

const lookMs = 300_000
/** Beyond so many pages of large objects each name is looked at by itself. */
const maxPages = 10

/** What of a container's objects is in segments, so that none is left behind by who replaces or removes an object. */
export class LargeObjects {
  readonly #wire: Wire
  readonly #container: Container
  /** The container of the segments. */
  readonly segments: string
  readonly #now: () => number
  #known: Promise<Known> | undefined

  constructor(wire: Wire, container: Container, segments: string | undefined, now: () => number) {
    this.#wire = wire
    this.#container = container
    this.segments = segments ?? container.name
    this.#now = now
  }

  /** The segments of the object of that name; none where it is not large. */
  async segmentsOf(name: string, signal: AbortSignal): Promise<readonly Segment[]> {
    try {
      const query = { 'multipart-manifest': 'get', format: 'raw' }
      const response = await this.#wire.send({ container: this.#container.name, name, query, signal })
      if (response.headers['x-static-large-object'] === undefined) {
        await response.body.cancel()
        return []
      }
      return recordsOf(await response.json()).flatMap(row => {
        const [path, etag, bytes] = [textOf(row['path']), textOf(row['etag']), countOf(row['size_bytes'])]
        const [, container, segment] = /^\/?([^/]+)\/(.+)$/s.exec(path ?? '') ?? []
        return container === undefined || segment === undefined ? [] : [{ container, name: segment, bytes: bytes ?? 0, etag: etag ?? '' }]
      })
    } catch (error) {
      if (isAnswer(error, 404)) return []
      throw error
    }
  }

  /** What a write to that name replaces: its segments are to be freed afterwards. Costs nothing where no object is large. */
  async replacedBy(name: string, signal: AbortSignal): Promise<readonly Segment[]> {
    if (!(await this.mayBeLarge(name, signal)) || !(await this.isLarge(name, signal))) return []
    return (await this.segmentsOf(name, signal)).filter(segment => this.#isOnlySegment(segment))
  }

  /** Whether it lies where only segments do: a manifest may also name objects that are somebody's own. */
  #isOnlySegment({ container, name }: Segment): boolean {
    return container.endsWith('_segments') || (container === this.segments && name.startsWith(`${segmentFolder}/`))
  }

  /** Whether the object of that name is a static large object. */
  async isLarge(name: string, signal: AbortSignal): Promise<boolean> {
    const headers = await this.#wire.head({ method: 'HEAD', container: this.#container.name, name, also: [404], signal })
    return headers['x-static-large-object'] !== undefined
  }

  /** False: it surely is none. Looked up once in five minutes for the whole container. */
  async mayBeLarge(name: string, signal: AbortSignal): Promise<boolean> {
    const { names, anywhere } = await this.#look(signal)
    return anywhere || names.has(flatName(name)) || names.has(name.split('/', 1)[0] ?? '')
  }

  /** Remembers that the object of that name is large from now on. */
  async add(name: string): Promise<void> {
    const known = await this.#known
    known?.names.add(flatName(name))
  }

  async #look(signal: AbortSignal): Promise<Known> {
    const known = await this.#known
    if (known !== undefined && known.until > this.#now()) return known
    this.#known = this.#find(signal)
    try {
      return await this.#known
    } catch (error) {
      this.#known = undefined
      throw error
    }
  }

  /** Who may write and not list learns nothing, and leaves what he replaces to `fairlead client clean`. */
  async #find(signal: AbortSignal): Promise<Known> {
    const names = new Set<string>()
    const until = this.#now() + lookMs
    let marker: string | undefined
    for (let page = 0; page < maxPages; page++) {
      const query = { format: 'json', prefix: `${segmentFolder}/`, delimiter: '/', limit: '10000', marker }
      const response = await this.#wire.send({ container: this.segments, query, signal, also: [403, 404] })
      const rows = response.status === 200 ? recordsOf(await response.json()) : (await response.bytes(), [])
      for (const row of rows) names.add((textOf(row['subdir']) ?? '').slice(segmentFolder.length + 1, -1))
      if (isLastPage(rows.length, 10_000)) return { names, anywhere: await this.#othersKeepSegments(signal), until }
      marker = textOf(rows.at(-1)?.['subdir'])
    }
    return { names, anywhere: true, until }
  }

  /** The swift program and rclone keep theirs in `<container>_segments`. */
  async #othersKeepSegments(signal: AbortSignal): Promise<boolean> {
    const call = { method: 'HEAD', container: `${this.#container.name}_segments`, also: [403, 404], signal }
    return Number((await this.#wire.head(call))['x-container-object-count'] ?? 0) > 0
  }
}
