import { randomUUID } from 'node:crypto'
import { refuse } from './refusal.ts'

/** A link as the server keeps it; times in milliseconds since 1970. */
export interface StoredShare {
  readonly id: string
  readonly path: string
  readonly target: 'object' | 'prefix'
  readonly kind: 'signed-url' | 'public-link' | 'grant'
  readonly method: 'GET' | 'HEAD' | 'PUT'
  readonly created: number
  readonly expires?: number
  readonly password?: string
}

/** The links of one store. The id is the whole credential of a link, so it is as long as a random UUID. */
export class ShareTable {
  readonly #shares = new Map<string, StoredShare>()

  create(share: Omit<StoredShare, 'id' | 'created'>): StoredShare {
    const stored: StoredShare = { ...share, id: randomUUID(), created: Date.now() }
    this.#shares.set(stored.id, stored)
    return stored
  }

  list(): readonly StoredShare[] {
    return [...this.#shares.values()].filter(share => share.expires === undefined || share.expires > Date.now())
  }

  revoke(id: string): void {
    if (!this.#shares.delete(id)) refuse(404, 'there is no such share')
  }

  /** The share behind a link: 404 once expired or revoked, 403 for another method or password. */
  open(id: string, method: string, password: string | undefined): StoredShare {
    const share = this.list().find(candidate => candidate.id === id) ?? refuse(404, 'this link has expired or was revoked')
    const allowed = method === share.method || (method === 'HEAD' && share.method === 'GET')
    if (!allowed) refuse(403, `this link is for ${share.method}`)
    if (share.password !== undefined && share.password !== password) refuse(403, 'this link needs its password')
    return share
  }
}
