import { randomUUID } from 'node:crypto'
import { FairleadError, type ConnectionInit, type Context, type WriteCondition } from '@fairlead/core'
import type { options } from '../manifest.ts'
import { payloadOfBytes } from './payload.ts'
import { canaryHeaders } from './constant-headers.ts'
import type { FoundConditions } from './remembered.ts'
import type { Call, Wire } from './wire.ts'
import { encodeKey, encodeQuery } from './signer.ts'

const all: FoundConditions = { absent: true, match: true, copy: true, source: true }

/**
 * Whether the endpoint honours conditions on writes. AWS does; others may take the header and ignore it, which shows only by
 * trying: once for each endpoint and bucket, before the first write that relies on one, on an object of the client's own
 * beside it. What was found is remembered between processes.
 */
export class Conditions {
  readonly #init: ConnectionInit<typeof options>
  readonly #wire: Wire
  readonly #constant: Readonly<Record<string, string>>
  #trying: Promise<FoundConditions> | undefined
  #found: FoundConditions | undefined

  constructor(init: ConnectionInit<typeof options>, wire: Wire, constant: Readonly<Record<string, string>>) {
    this.#init = init
    this.#wire = wire
    this.#constant = canaryHeaders(constant)
  }

  /** What a connection may declare: all, until the endpoint was found to ignore them. */
  get declared(): ReadonlyArray<'absent' | 'match'> {
    if (this.#init.settings.conditions === 'none') return []
    const found = this.#found ?? this.#wire.remembered.conditions
    return (['absent', 'match'] as const).filter(name => found?.[name] !== false)
  }

  /** Makes sure that a condition means something here: `unsupported` otherwise. `key` says where the canary may lie. */
  async check(condition: WriteCondition | undefined, key: string, path: string, context: Context): Promise<void> {
    if (condition === undefined) return
    const found = await this.found(key, path, context)
    if (found[condition.if]) return
    const { bucket, endpoint } = await this.#wire.place()
    throw new FairleadError(
      'unsupported',
      `"${path}" was to be written on a condition, and ${endpoint} ignores conditions on writes to "${bucket}".`,
      {
        path,
        hint: 'From now on, the connection works without them. Run the same command again, with one writer at a time.',
      },
    )
  }

  /** Whether a copy is held to the etag of its source. Nothing is tried out where conditions are not to be relied on. */
  async holdsSources(key: string, path: string, context: Context): Promise<boolean> {
    return this.#init.settings.conditions !== 'none' && (await this.found(key, path, context)).source
  }

  /** What the endpoint honours, tried out where nobody knows; `path` is what a failure of that is told of. */
  async found(key: string, path: string, context: Context): Promise<FoundConditions> {
    const found = this.#found ?? this.#wire.remembered.conditions
    if (found !== undefined) return (this.#found = found)
    if ((await this.#wire.place()).aws) return (this.#found = all)
    this.#trying ??= this.#try(key, path, context).finally(() => {
      this.#trying = undefined
    })
    return await this.#trying
  }

  async #try(key: string, path: string, context: Context): Promise<FoundConditions> {
    const { log } = this.#init.host
    const place = await this.#wire.place()
    const canary = `${key.slice(0, key.lastIndexOf('/') + 1)}.fairlead-canary-${randomUUID()}`
    const versions: string[] = []
    const { body, payload, headers } = payloadOfBytes(Buffer.from('canary\n'), 'none', place.protocol === 'https:')
    const put: Call = {
      method: 'PUT',
      key: canary,
      headers: { ...headers, ...this.#constant },
      body,
      payload,
      permission: 's3:PutObject',
      // Where even this can't be written, what was wanted can't be either: that is what the error is to name.
      path,
    }
    const keep = ({ 'x-amz-version-id': version }: Readonly<Record<string, string>>): void => {
      if (version !== undefined) versions.push(version)
    }
    const write = async (call: Call): Promise<void> => {
      const answer = await this.#wire.send(call, context)
      keep(answer.headers)
      await answer.bytes()
    }
    const honours = async (call: Call, extra: Readonly<Record<string, string>>): Promise<boolean> =>
      await refuses(async () => await write({ ...call, headers: { ...call.headers, ...extra } }))
    // Until this has been written there is nothing to remove, and a refusal of it is no answer to the question.
    await write(put)
    try {
      const absent = await honours(put, { 'if-none-match': '*' })
      const match = await honours(put, { 'if-match': '"00000000000000000000000000000000"' })
      const whole = absent && (await this.#honoursAtEnd(canary, path, keep, context))
      const copy: Call = {
        method: 'PUT',
        key: canary,
        path,
        permission: 's3:PutObject',
        headers: { ...this.#constant, 'x-amz-copy-source': `/${place.bucket}/${encodeKey(canary)}`, 'x-amz-metadata-directive': 'REPLACE' },
      }
      const found = {
        absent: absent && whole,
        match: match && whole,
        copy: absent && (await honours(copy, { 'if-none-match': '*' })),
        source: await honours(copy, { 'x-amz-copy-source-if-match': '"00000000000000000000000000000000"' }),
      }
      this.#found = found
      this.#wire.remembered.keepConditions(found)
      if (!found.absent || !found.match)
        log.warn(`${place.endpoint} ignores conditional writes: two writers at once can overwrite each other`)
      return found
    } finally {
      await this.#remove(canary, versions)
    }
  }

  /** Whether a body in parts is held to its condition when it is completed. */
  async #honoursAtEnd(
    canary: string,
    path: string,
    keep: (headers: Readonly<Record<string, string>>) => void,
    context: Context,
  ): Promise<boolean> {
    const place = await this.#wire.place()
    const at = { key: canary, path, permission: 's3:PutObject' } as const
    const begun = await this.#wire.ask({ ...at, method: 'POST', query: 'uploads=', headers: this.#constant }, context)
    const uploadId = encodeQuery(begun.fields.UploadId ?? '')
    try {
      const { body, payload } = payloadOfBytes(Buffer.from('canary\n'), 'none', place.protocol === 'https:')
      const part = await this.#wire.send({ ...at, method: 'PUT', query: `partNumber=1&uploadId=${uploadId}`, body, payload }, context)
      const list = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag ?? ''}</ETag></Part></CompleteMultipartUpload>`
      const complete = payloadOfBytes(Buffer.from(list), 'none', false)
      const end: Call = {
        ...at,
        method: 'POST',
        query: `uploadId=${uploadId}`,
        headers: { 'content-type': 'application/xml', 'if-none-match': '*' },
        body: complete.body,
        payload: complete.payload,
      }
      return await refuses(async () => keep((await this.#wire.askFully(end, context)).headers))
    } finally {
      await this.#wire.send({ ...at, method: 'DELETE', query: `uploadId=${uploadId}` }, afterwards()).catch((cause: unknown) => {
        this.#init.host.log.trace('the test upload has already ended', { reason: String(cause) })
      })
    }
  }

  async #remove(canary: string, versions: readonly string[]): Promise<void> {
    const queries = versions.length > 0 ? versions.map(version => `versionId=${encodeQuery(version)}`) : ['']
    for (const query of queries) {
      try {
        await this.#wire.send({ method: 'DELETE', key: canary, query, permission: 's3:DeleteObject', path: canary }, afterwards())
      } catch (cause) {
        if (FairleadError.is(cause, 'not-found')) continue
        this.#init.host.log.warn(`a small object that showed what the endpoint honours could not be removed: "${canary}"`, {
          reason: String(cause),
        })
      }
    }
  }
}

/** Whether work that must not succeed is refused for its condition. Who does not know the condition at all is not relied on either. */
async function refuses(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return false
  } catch (cause) {
    if (FairleadError.is(cause, 'precondition-failed')) return true
    if (FairleadError.is(cause, 'unsupported') || FairleadError.is(cause, 'input-invalid')) return false
    throw cause
  }
}

/** For putting things away, which is wanted just when the caller's own signal was raised. */
function afterwards(): Context {
  return { signal: AbortSignal.timeout(30_000) }
}
