import { FairleadError } from '../../contract/errors.ts'
import { withPump } from '../body-pump.ts'
import type { HttpResponse } from '../http.ts'
import { redactUrl } from '../redact.ts'
import type { Asked, DirectAnswer } from './direct-answer.ts'
import type { ResponseHead } from './response-head.ts'

const defaultMaxBytes = 64 * 1024 * 1024

/** An answer whose head is here, as all responses are seen. */
export class DirectResponse implements HttpResponse {
  readonly status: number
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly #answer: DirectAnswer
  readonly #asked: Asked
  #taken = false
  #body: ReadableStream<Uint8Array> | undefined

  constructor(answer: DirectAnswer, head: ResponseHead, asked: Asked) {
    this.status = head.status
    this.method = asked.method
    this.headers = head.headers
    this.#answer = answer
    this.#asked = asked
  }

  get url(): URL {
    return new URL(this.#asked.url)
  }

  get body(): ReadableStream<Uint8Array> {
    this.#body ??= this.#stream()
    return this.#body
  }

  async bytes(maxBytes = defaultMaxBytes): Promise<Uint8Array> {
    if (this.#body !== undefined) throw new TypeError('the body of this response is already being read')
    const chunks: Uint8Array[] = []
    let length = 0
    await this.#each(piece => {
      length += piece.byteLength
      if (length > maxBytes)
        throw new FairleadError('unexpected', `${this.method} ${redactUrl(this.#asked.url)}: the response has more than ${maxBytes} bytes`)
      chunks.push(new Uint8Array(piece))
    })
    return Buffer.concat(chunks, length)
  }

  async text(maxBytes?: number): Promise<string> {
    return new TextDecoder().decode(await this.bytes(maxBytes))
  }

  async json(maxBytes?: number): Promise<unknown> {
    const bytes = await this.bytes(maxBytes)
    try {
      return JSON.parse(new TextDecoder().decode(bytes))
    } catch {
      throw new FairleadError('unexpected', `${this.method} ${redactUrl(this.#asked.url)}: the response is not JSON`, {
        status: this.status,
      })
    }
  }

  async #each(take: (piece: Uint8Array) => void): Promise<void> {
    if (this.#taken) throw new TypeError('the body of this response is already being read')
    this.#taken = true
    await this.#answer.each(piece => {
      take(piece)
      return true
    })
  }

  #stream(): ReadableStream<Uint8Array> {
    let wake: (() => void) | undefined
    let cancelled = false
    const stream = new ReadableStream<Uint8Array>(
      {
        pull: async controller => {
          // One piece each time: resolved by the piece, or by the end.
          const { promise, resolve } = Promise.withResolvers<void>()
          wake = resolve
          if (this.#taken) this.#answer.resume()
          else {
            this.#taken = true
            const take = (piece: Uint8Array): boolean => {
              controller.enqueue(new Uint8Array(piece))
              wake?.()
              return false
            }
            const finish = (close: () => void) => (): void => {
              // Who let go with the last piece has closed it already.
              if (!cancelled) close()
              wake?.()
            }
            this.#answer.each(take).then(
              finish(() => controller.close()),
              (reason: unknown) => finish(() => controller.error(reason))(),
            )
          }
          await promise
        },
        cancel: reason => {
          cancelled = true
          this.#answer.giveUp(reason)
        },
      },
      { highWaterMark: 0 },
    )
    return withPump(stream, async take => this.#each(take))
  }
}
