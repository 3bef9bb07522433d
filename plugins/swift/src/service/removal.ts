import { FairleadError, inParallel, type Log } from '@fairlead/core'
import { isAnswer, SwiftAnswer } from '../errors.ts'
import { encodeName, encodeSegment } from '../mapping.ts'
import type { Cluster } from './cluster.ts'
import type { Container } from './container.ts'
import { isRecord, textOf } from './json.ts'
import type { LargeObjects, Segment } from './large-objects.ts'
import type { Wire } from './wire.ts'

/** Requests at a time where names are removed one by one. */
const width = 8

/** Removes objects: many in one request where the cluster has bulk deletes, large ones with their segments. */
export class Removal {
  readonly #wire: Wire
  readonly #container: Container
  readonly #large: LargeObjects
  readonly #cluster: Cluster
  readonly #log: Log
  #bulk = true

  constructor(wire: Wire, container: Container, large: LargeObjects, cluster: Cluster, log: Log) {
    this.#wire = wire
    this.#container = container
    this.#large = large
    this.#cluster = cluster
    this.#log = log
  }

  /** Removes objects of these names; one that is not there is no error. */
  async remove(names: readonly string[], signal: AbortSignal): Promise<void> {
    const plain: string[] = []
    await inParallel(names, width, async name => {
      if ((await this.#large.mayBeLarge(name, signal)) && (await this.#large.isLarge(name, signal))) await this.#removeLarge(name, signal)
      else plain.push(name)
    })
    await this.#removeNames(this.#container.name, plain, signal)
  }

  /** Frees the segments of an object that is no more; what can't be freed now is left for `fairlead client clean`. */
  async free(segments: readonly Segment[], signal: AbortSignal): Promise<void> {
    const byContainer = Map.groupBy(segments, ({ container }) => container)
    for (const [container, group] of byContainer) {
      const names = group.map(({ name }) => name)
      try {
        await this.#removeNames(container, names, signal)
      } catch (error) {
        signal.throwIfAborted()
        this.#log.warn('segments of a replaced object could not be removed; `fairlead client clean` removes them', {
          container,
          segments: names.length,
          status: error instanceof SwiftAnswer ? error.status : undefined,
        })
      }
    }
  }

  async #removeNames(container: string, names: readonly string[], signal: AbortSignal): Promise<void> {
    if (names.length > 1 && (await this.#removeInBulk(container, names, signal))) return
    await inParallel(names, width, async name => {
      await this.#wire.head({ method: 'DELETE', container, name, also: [404], signal })
    })
  }

  /** False: this cluster has no bulk deletes. https://docs.openstack.org/api-ref/object-store/#bulk-delete */
  async #removeInBulk(container: string, names: readonly string[], signal: AbortSignal): Promise<boolean> {
    if (!this.#bulk) return false
    const info = await this.#cluster.info()
    if (info !== undefined && info.bulkDelete === undefined) return (this.#bulk = false)
    const most = Math.min(info?.bulkDelete ?? 1000, 1000)
    for (let from = 0; from < names.length; from += most) {
      const lines = names.slice(from, from + most).map(name => `${encodeSegment(container)}/${encodeName(name)}`)
      const response = await this.#wire.send({
        method: 'POST',
        query: { 'bulk-delete': '' },
        headers: { 'content-type': 'text/plain', accept: 'application/json' },
        body: `${lines.join('\n')}\n`,
        also: [400, 405, 412],
        signal,
      })
      const text = await response.text()
      if (response.status !== 200 || !text.trimStart().startsWith('{')) return (this.#bulk = false)
      checkBulk(JSON.parse(text))
    }
    return true
  }

  async #removeLarge(name: string, signal: AbortSignal): Promise<void> {
    try {
      const response = await this.#wire.send({
        method: 'DELETE',
        container: this.#container.name,
        name,
        query: { 'multipart-manifest': 'delete' },
        headers: { accept: 'application/json' },
        also: [404],
        signal,
      })
      const text = await response.text()
      if (response.status === 200 && text.trimStart().startsWith('{')) checkBulk(JSON.parse(text))
    } catch (error) {
      // It was replaced by one that is not large just now.
      if (!isAnswer(error, 400)) throw error
      await this.#removeNames(this.#container.name, [name], signal)
    }
  }
}

/** The status of a bulk operation is in its body: it began to answer before it had done anything. */
function checkBulk(answer: unknown): void {
  if (!isRecord(answer)) throw new FairleadError('unexpected', 'the bulk delete returned an unreadable response')
  const errors = Array.isArray(answer['Errors']) ? answer['Errors'] : []
  const said = errors.length > 0 ? textOf(Array.isArray(errors[0]) ? errors[0][1] : undefined) : textOf(answer['Response Status'])
  const status = Number.parseInt(said ?? '500', 10)
  if (errors.length === 0 && status < 300) return
  if (errors.length === 0 && status === 404) return
  throw new SwiftAnswer(Number.isNaN(status) ? 500 : status, {}, textOf(answer['Response Body']) ?? '', 'object')
}
