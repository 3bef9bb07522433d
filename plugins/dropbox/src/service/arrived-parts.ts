import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { hash } from 'node:crypto'
import { join } from 'node:path'
import type { PartReceipt } from '@fairlead/core'

/** One session: its parts by number, and who waits for more of them. */
interface Known {
  readonly parts: Map<number, PartReceipt>
  readonly waiting: Set<() => void>
}

/**
 * Which parts of an upload have arrived. Dropbox tells it of a session in order, but not of one whose parts go at once; so each is
 * noted in the cache folder when it is confirmed, and whoever sends the last part waits here for all that come before it.
 */
export class ArrivedParts {
  readonly #folder: () => string
  readonly #sessions = new Map<string, Known>()

  constructor(folder: () => string) {
    this.#folder = folder
  }

  /** A part was confirmed. */
  note(session: string, part: PartReceipt): void {
    const { number, offset, size } = part
    const known = this.#session(session)
    mkdirSync(this.#folder(), { recursive: true, mode: 0o700 })
    appendFileSync(this.#file(session), `${number} ${offset} ${size}\n`)
    known.parts.set(number, part)
    for (const look of [...known.waiting]) look()
  }

  /** Resolves when everything in front of an offset has arrived; rejects with the signal's reason. */
  async before(session: string, offset: number, signal: AbortSignal): Promise<void> {
    const known = this.#session(session)
    if (bytesIn(known) >= offset) return
    signal.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const end = (): void => {
        known.waiting.delete(look)
        signal.removeEventListener('abort', abort)
      }
      const look = (): void => {
        if (bytesIn(known) < offset) return
        end()
        resolve()
      }
      const abort = (): void => {
        end()
        reject(signal.reason)
      }
      known.waiting.add(look)
      signal.addEventListener('abort', abort, { once: true })
    })
  }

  /** What was noted, in order of the parts' numbers; each part once. */
  list(session: string): PartReceipt[] {
    const parts = new Map<number, PartReceipt>()
    for (const line of this.#read(session).split('\n')) {
      const [number, offset, size] = line.split(' ').map(Number)
      // The last line may have been cut off with its process.
      if (number !== undefined && offset !== undefined && size !== undefined && size > 0) parts.set(number, { number, offset, size })
    }
    return [...parts.values()].toSorted((a, b) => a.number - b.number)
  }

  forget(session: string): void {
    this.#sessions.delete(session)
    rmSync(this.#file(session), { force: true })
  }

  #session(session: string): Known {
    let known = this.#sessions.get(session)
    if (known === undefined) {
      known = { parts: new Map(this.list(session).map(part => [part.number, part])), waiting: new Set() }
      this.#sessions.set(session, known)
    }
    return known
  }

  #read(session: string): string {
    try {
      return readFileSync(this.#file(session), 'utf8')
    } catch {
      // Nothing was noted, or the cache was emptied: then the parts are sent again.
      return ''
    }
  }

  /** A session's id lets in, so it is not the name of its file. */
  #file(session: string): string {
    return join(this.#folder(), hash('sha256', session))
  }
}

function bytesIn({ parts }: Known): number {
  let bytes = 0
  for (const { size } of parts.values()) bytes += size
  return bytes
}
