/** Which requests a fault is for; without it, any. */
export interface FaultMatch {
  readonly method?: RegExp
  /** Of the path with its query. */
  readonly path?: RegExp
}

/** What a refusal says beside its status; default JSON that says that it was injected. */
export interface FaultAnswer {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What goes wrong, once it meets its request. */
export type Fault = { readonly match?: FaultMatch } & (
  | {
      readonly kind: 'status'
      readonly status: number
      readonly retryAfterSeconds?: number
      readonly answer?: FaultAnswer
      /** How many requests it meets, default 1. */
      readonly times?: number
    }
  /** The connection is reset when that many bytes of a body went by; bodies that are shorter pass. Default: the response. */
  | { readonly kind: 'reset'; readonly afterBytes: number; readonly of?: 'request' | 'response'; readonly times?: number }
  /** The body stops after that many bytes and the connection stays open; shorter bodies pass. Without a count, no answer at all. */
  | { readonly kind: 'stall'; readonly afterBytes?: number; readonly of?: 'request' | 'response'; readonly times?: number }
  /** The body of one request goes by at that rate. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number; readonly of?: 'request' | 'response'; readonly times?: number }
  /** The token of the next request with one is worthless from now on: refused until another is used. Default status 401. */
  | { readonly kind: 'expire-token'; readonly status?: number; readonly answer?: FaultAnswer }
)

interface Planned {
  readonly fault: Fault
  left: number
}

/** The faults that are still to come, in the order they were injected. */
export class FaultPlan {
  #planned: Planned[] = []
  readonly #expired = new Map<string, Fault>()

  add(fault: Fault): void {
    this.#planned.push({ fault, left: 'times' in fault ? (fault.times ?? 1) : 1 })
  }

  clear(): void {
    this.#planned = []
  }

  /** What the whole request meets before anything is passed on. */
  take(method: string, path: string, token: string | undefined): Fault | undefined {
    if (token !== undefined) {
      const expiry = this.#use(({ kind, match }) => kind === 'expire-token' && matches(match, method, path))
      if (expiry !== undefined) this.#expired.set(token, expiry)
      const expired = this.#expired.get(token)
      if (expired !== undefined) return expired
    }
    return this.#use(
      fault =>
        (fault.kind === 'status' || (fault.kind === 'stall' && fault.afterBytes === undefined)) && matches(fault.match, method, path),
    )
  }

  /** What a body meets now that so many of its bytes have come. */
  takeBody(method: string, path: string, of: 'request' | 'response', bytes: number): Fault | undefined {
    return this.#use(fault => {
      if (
        fault.kind === 'status' ||
        fault.kind === 'expire-token' ||
        (fault.of ?? 'response') !== of ||
        !matches(fault.match, method, path)
      )
        return false
      if (fault.kind === 'slow') return true
      return fault.afterBytes !== undefined && bytes > fault.afterBytes
    })
  }

  #use(wanted: (fault: Fault) => boolean): Fault | undefined {
    const planned = this.#planned.find(({ fault }) => wanted(fault))
    if (planned === undefined) return undefined
    planned.left -= 1
    if (planned.left <= 0) this.#planned = this.#planned.filter(other => other !== planned)
    return planned.fault
  }
}

function matches(match: FaultMatch | undefined, method: string, path: string): boolean {
  return (match?.method?.test(method) ?? true) && (match?.path?.test(path) ?? true)
}
