import { randomUUID, timingSafeEqual } from 'node:crypto'
import { refuse } from './refusal.ts'

/** Bearer tokens that run out, bought with the server's key. */
export class TokenTable {
  readonly #key: string
  readonly #lifetimeMs: number
  readonly #expires = new Map<string, number>()
  #issued = 0

  constructor(key: string, lifetimeMs: number) {
    this.#key = key
    this.#lifetimeMs = lifetimeMs
  }

  /** How many tokens were given out: one refresh is one more. */
  get issued(): number {
    return this.#issued
  }

  issue(key: string): string {
    if (!same(key, this.#key)) refuse(401, 'this key is not known')
    const token = `memory-token-${randomUUID()}`
    this.#expires.set(token, Date.now() + this.#lifetimeMs)
    this.#issued += 1
    return token
  }

  check(authorization: string | undefined): void {
    const token = authorization?.startsWith('Bearer ') === true ? authorization.slice(7) : ''
    if ((this.#expires.get(token) ?? 0) <= Date.now()) refuse(401, 'the token is missing or has expired')
  }

  /** Ends every token that was given out so far. */
  expire(): void {
    this.#expires.clear()
  }
}

function same(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.byteLength === right.byteLength && timingSafeEqual(left, right)
}
