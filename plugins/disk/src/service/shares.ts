import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { FairleadError, normalizePath, type Clock, type Share, type ShareRequest, type TokenCache } from '@fairlead/core'
import type { Confinement } from './confine.ts'
import { freshName, ownPath, readRecord, recordNames, removeRecord, writeRecord } from './records.ts'

interface ShareRecord {
  readonly id: string
  readonly path: string
  readonly target: 'object' | 'prefix'
  readonly method: 'GET' | 'HEAD' | 'PUT'
  readonly created: string
  readonly expires?: string
}

const keyName = 'share-key'
const idForm = /^[0-9a-f]{24}$/

/**
 * Links of the form `<share-url>/s/<id>/<name>?expires=…&signature=…`. The record at the root says what is shared and is
 * gone once revoked; the signature is by a key of this user's own, so a reader of the root can't make links.
 */
export class Shares {
  readonly #confinement: Confinement
  readonly #tokens: TokenCache
  readonly #clock: Clock
  readonly #base: URL

  constructor(confinement: Confinement, tokens: TokenCache, clock: Clock, base: URL) {
    this.#confinement = confinement
    this.#tokens = tokens
    this.#clock = clock
    this.#base = base
  }

  async create({ path, target, method, expires }: ShareRequest): Promise<Share> {
    const record: ShareRecord = {
      id: freshName(),
      path,
      target,
      method,
      created: this.#clock.now().toISOString(),
      ...(expires !== undefined && { expires: expires.toISOString() }),
    }
    const key = await this.#key()
    const root = this.#confinement.makeRoot()
    writeRecord(root, this.#file(root, record.id), record)
    return this.#toShare(record, key)
  }

  async list(): Promise<Share[]> {
    const root = this.#confinement.root()
    if (root === undefined) return []
    const key = await this.#key()
    const shares: Share[] = []
    for (const id of recordNames(root, 'shares')) {
      const record = this.#record(root, id)
      if (record === undefined) continue
      if (this.#isExpired(record)) removeRecord(this.#file(root, record.id))
      else shares.push(this.#toShare(record, key))
    }
    return shares
  }

  revoke(id: string): void {
    const root = this.#confinement.root()
    if (root === undefined || this.#record(root, id) === undefined) {
      throw new FairleadError('not-found', `There is no share "${id}".`, { hint: 'List them with `fairlead share list`.' })
    }
    removeRecord(this.#file(root, id))
  }

  /** What a request for one of these links may read. */
  async open(url: URL, method: string): Promise<{ readonly path: string; readonly target: 'object' | 'prefix' }> {
    const base = this.#base.pathname.replace(/\/$/, '')
    const match = new RegExp('^/s/([0-9a-f]{24})/(.*)$').exec(url.pathname.startsWith(base) ? url.pathname.slice(base.length) : '')
    const root = this.#confinement.root()
    const record = root === undefined || match?.[1] === undefined ? undefined : this.#record(root, match[1])
    if (record === undefined || this.#isExpired(record))
      throw new FairleadError('not-found', 'This link does not exist, has expired or was revoked.', { hint: 'Ask for a new one.' })
    const given = Buffer.from(url.searchParams.get('signature') ?? '', 'base64url')
    const expected = signature(await this.#key(), record)
    if (given.byteLength !== expected.byteLength || !timingSafeEqual(given, expected)) {
      throw new FairleadError('permission-denied', 'The signature of this link is wrong.', { hint: 'Copy the link whole.' })
    }
    if (method !== record.method && !(method === 'HEAD' && record.method === 'GET')) {
      throw new FairleadError('permission-denied', `This link is for ${record.method} only.`, { hint: 'Ask for another link.' })
    }
    if (record.target === 'object') return { path: record.path, target: 'object' }
    const inner = normalizePath(decode(match?.[2] ?? ''))
    const isFolder = inner === '' || url.pathname.endsWith('/')
    return { path: [record.path, inner].filter(part => part !== '').join('/'), target: isFolder ? 'prefix' : 'object' }
  }

  #isExpired({ expires }: ShareRecord): boolean {
    return expires !== undefined && Date.parse(expires) <= this.#clock.now().getTime()
  }

  #file(root: string, id: string): string {
    return ownPath(root, 'shares', `${id}.json`)
  }

  #record(root: string, id: string): ShareRecord | undefined {
    const value = idForm.test(id) ? readRecord(this.#file(root, id)) : undefined
    return isRecord(value) && value.id === id ? value : undefined
  }

  #toShare(record: ShareRecord, key: string): Share {
    const name = record.target === 'object' ? encodeURIComponent(record.path.slice(record.path.lastIndexOf('/') + 1)) : ''
    const url = new URL(`${this.#base.href.replace(/\/$/, '')}/s/${record.id}/${name}`)
    if (record.expires !== undefined) url.searchParams.set('expires', record.expires)
    url.searchParams.set('signature', signature(key, record).toString('base64url'))
    return {
      id: record.id,
      url,
      path: record.path,
      kind: 'signed-url',
      ...(record.expires !== undefined && { expires: new Date(record.expires) }),
      created: new Date(record.created),
      revocable: true,
    }
  }

  async #key(): Promise<string> {
    return (await this.#tokens.get(keyName))?.reveal() ?? (await this.#tokens.exclusive(() => this.#makeKey()))
  }

  async #makeKey(): Promise<string> {
    const made = await this.#tokens.get(keyName)
    if (made !== undefined) return made.reveal()
    const key = randomBytes(32).toString('base64url')
    await this.#tokens.set(keyName, key)
    return key
  }
}

function signature(key: string, { id, path, target, method, expires }: ShareRecord): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify([id, path, target, method, expires ?? '']))
    .digest()
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new FairleadError('path-invalid', 'The address of this link is not well formed.', { hint: 'Copy the link whole.' })
  }
}

function isRecord(value: unknown): value is ShareRecord {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'string' &&
    'path' in value &&
    typeof value.path === 'string' &&
    'target' in value &&
    'method' in value
  )
}
