import { randomUUID } from 'node:crypto'
import { Answer } from './answer.ts'

/** A link that anybody may follow until it ends. */
export interface Link {
  readonly id: string
  readonly path: string
  readonly created: Date
  readonly expires?: Date
}

/** The links of the made-up service. */
export class Links {
  readonly #links = new Map<string, Link>()

  create(path: string, expires: Date | undefined): Link {
    const link = { id: randomUUID(), path, created: new Date(), ...(expires !== undefined && { expires }) }
    this.#links.set(link.id, link)
    return link
  }

  /** Those that have not ended. */
  open(): readonly Link[] {
    return [...this.#links.values()].filter(({ expires }) => expires === undefined || expires.getTime() > Date.now())
  }

  follow(id: string): Link {
    const link = this.open().find(candidate => candidate.id === id)
    if (link === undefined) throw new Answer(404, 'this link has ended or was taken back')
    return link
  }

  revoke(id: string): void {
    if (!this.#links.delete(id)) throw new Answer(404, 'the link does not exist')
  }
}
