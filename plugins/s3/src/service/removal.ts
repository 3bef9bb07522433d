import { createHash } from 'node:crypto'
import { FairleadError, inParallel, type Context } from '@fairlead/core'
import { toKey } from '../mapping.ts'
import type { Store } from './objects.ts'
import { payloadOfBytes } from './payload.ts'
import { escapeXml, type Row } from './xml.ts'
import type { Call } from './wire.ts'

// oxlint-disable-next-line no-control-regex -- exactly what XML 1.0 has no way to write
const notInXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/
/** Single deletes in flight at once. */
const atOnce = 16

/** Removes objects: several in one request. What is not there is no error. */
export class Removal {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  async remove(paths: readonly string[], context: Context): Promise<void> {
    const named = paths.filter(path => !notInXml.test(path))
    const single = named.length === 1 ? paths : paths.filter(path => notInXml.test(path))
    await this.#each(single, context)
    if (named.length < 2) return
    try {
      await this.#batch(named, context)
    } catch (cause) {
      if (!FairleadError.is(cause, 'unsupported')) throw cause
      await this.#each(named, context)
    }
  }

  async #each(paths: readonly string[], context: Context): Promise<void> {
    await inParallel(paths, atOnce, async path => {
      const call: Call = { method: 'DELETE', key: toKey(this.#store.root, path), path, permission: 's3:DeleteObject' }
      try {
        await (await this.#store.wire.send(call, context)).bytes()
      } catch (cause) {
        if (!FairleadError.is(cause, 'not-found') || this.#store.wire.isMissingBucket(cause)) throw cause
      }
    })
  }

  async #batch(paths: readonly string[], context: Context): Promise<void> {
    const { root, wire } = this.#store
    const objects = paths.map(path => `<Object><Key>${escapeXml(toKey(root, path))}</Key></Object>`).join('')
    const bytes = Buffer.from(`<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>${objects}</Delete>`)
    const { body, payload } = payloadOfBytes(bytes, 'none', false)
    const call: Call = {
      method: 'POST',
      query: 'delete=',
      // The one request that is refused without it, by every service.
      headers: { 'content-type': 'application/xml', 'content-md5': createHash('md5').update(bytes).digest('base64') },
      body,
      payload,
      permission: 's3:DeleteObject',
    }
    const failed = (await wire.ask(call, context)).rows.filter(({ name, fields }) => name === 'Error' && fields.Code !== 'NoSuchKey')
    if (failed.length > 0) throw await this.#refused(failed, call)
  }

  /** The answer is a success even where single keys were refused. One that may pass later is told first. */
  async #refused(rows: readonly Row[], call: Call): Promise<FairleadError> {
    const { wire, root } = this.#store
    const place = await wire.place()
    const errors = rows.map(({ fields }) => {
      const { Key: key = '', Code: code = '', Message: message = '' } = fields
      const path = key.startsWith(root) ? key.slice(root.length) : key
      return wire.failure({ status: 0, code, message, fields, headers: {}, page: false }, { ...call, path }, place).with({ path })
    })
    const first = errors.find(({ retry }) => retry === 'later') ?? errors[0]
    if (first === undefined) return new FairleadError('unexpected', 'The service failed to remove objects without saying which.')
    if (errors.length === 1) return first
    const { code, retry, path, hint } = first
    return new FairleadError(code, `${errors.length} objects were not removed, the first of them: ${first.message}`, {
      retry,
      ...(path !== undefined && { path }),
      ...(hint !== undefined && { hint }),
    })
  }
}
