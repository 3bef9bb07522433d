import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Host } from '@fairlead/core'

/** What an endpoint was found to honour of the conditions on writes. */
export interface FoundConditions {
  readonly absent: boolean
  readonly match: boolean
  /** Whether copies honour them too. */
  readonly copy: boolean
  /** Whether copies are held to the etag of their source. */
  readonly source: boolean
}

/** What was learnt of a bucket by asking it. */
interface Learnt {
  readonly region?: string
  readonly conditions?: FoundConditions & { readonly time: number }
}

const file = 'learnt.json'
const version = 1
const dayMs = 24 * 3600 * 1000

/** What earlier processes have learnt of a bucket at an endpoint. It may be lost at any time, and is then asked for again. */
export class Remembered {
  readonly #host: Host
  readonly #bucket: string
  #learnt: Learnt | undefined

  constructor(host: Host, endpoint: string, bucket: string) {
    this.#host = host
    this.#bucket = JSON.stringify([endpoint, bucket])
  }

  get region(): string | undefined {
    return this.#read().region
  }

  /** Undefined when nobody has asked, or so long ago that the service may have changed since: what is lacking is looked for more often. */
  get conditions(): FoundConditions | undefined {
    const { conditions } = this.#read()
    if (conditions === undefined) return undefined
    const days = conditions.absent && conditions.match ? 90 : 7
    const age = this.#host.clock.now().getTime() - conditions.time
    return age >= 0 && age < days * dayMs ? conditions : undefined
  }

  keepRegion(region: string): void {
    this.#keep({ ...this.#read(), region })
  }

  keepConditions(found: FoundConditions): void {
    this.#keep({ ...this.#read(), conditions: { ...found, time: this.#host.clock.now().getTime() } })
  }

  #read(): Learnt {
    this.#learnt ??= { ...learntIn(this.#parsed(), this.#bucket) }
    return this.#learnt
  }

  #parsed(): unknown {
    try {
      return JSON.parse(readFileSync(join(this.#host.cacheFolder(), file), 'utf8'))
    } catch (cause) {
      this.#host.log.trace('nothing is remembered of the bucket', { reason: String(cause) })
      return undefined
    }
  }

  #keep(learnt: Learnt): void {
    this.#learnt = learnt
    const all = this.#parsed()
    const buckets = isRecord(all) && all.version === version && isRecord(all.buckets) ? all.buckets : {}
    const place = join(this.#host.cacheFolder(), file)
    const aside = `${place}.${process.pid}`
    try {
      writeFileSync(aside, JSON.stringify({ version, buckets: { ...buckets, [this.#bucket]: learnt } }), { mode: 0o600 })
      renameSync(aside, place)
    } catch (cause) {
      // It is asked for again then.
      this.#host.log.debug('information about the bucket could not be stored', { reason: String(cause) })
    }
  }
}

function learntIn(value: unknown, bucket: string): Learnt {
  if (!isRecord(value) || value.version !== version || !isRecord(value.buckets)) return {}
  const found = value.buckets[bucket]
  if (!isRecord(found)) return {}
  const { region, conditions } = found
  return {
    ...(typeof region === 'string' && /^[a-z0-9-]{1,40}$/.test(region) && { region }),
    ...(isRecord(conditions) &&
      typeof conditions.absent === 'boolean' &&
      typeof conditions.match === 'boolean' &&
      typeof conditions.copy === 'boolean' &&
      typeof conditions.source === 'boolean' &&
      typeof conditions.time === 'number' && {
        conditions: {
          absent: conditions.absent,
          match: conditions.match,
          copy: conditions.copy,
          source: conditions.source,
          time: conditions.time,
        },
      }),
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
