import { FairleadError, type Host } from '@fairlead/core'
import type { drive_v3 } from '@googleapis/drive'
import { DriveAnswer } from '../errors.ts'
import { recordOf } from '../mapping.ts'
import type { Tokens } from './tokens.ts'

/** What each method of the SDK takes last. */
export interface SdkRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Google's SDK, loaded at its first use, over the host's HTTP and without retries of its own: for what is asked seldom. */
export class Sdk {
  readonly #host: Host
  readonly #tokens: Tokens
  readonly #endpoint: URL | undefined
  #api: Promise<drive_v3.Drive> | undefined

  constructor(host: Host, tokens: Tokens, endpoint: URL | undefined) {
    this.#host = host
    this.#tokens = tokens
    this.#endpoint = endpoint
  }

  /** What a call answers with. Throws {@link DriveAnswer} for a status that is no success. */
  async call<T>(signal: AbortSignal, work: (api: drive_v3.Drive, request: SdkRequest) => Promise<{ readonly data: T }>): Promise<T> {
    this.#api ??= this.#open()
    const api = await this.#api
    const token = await this.#tokens.current(signal)
    try {
      return (await work(api, { headers: { authorization: `Bearer ${token}` }, signal })).data
    } catch (cause) {
      signal.throwIfAborted()
      throw answerIn(cause) ?? cause
    }
  }

  async #open(): Promise<drive_v3.Drive> {
    const { drive } = await import('@googleapis/drive')
    return drive({
      version: 'v3',
      fetchImplementation: this.#host.http.fetch,
      retry: false,
      ...(this.#endpoint !== undefined && { rootUrl: this.#endpoint.href }),
    })
  }
}

/** The SDK throws its own errors, with the answer in them, or with what our HTTP threw. */
function answerIn(cause: unknown): unknown {
  if (!(cause instanceof Error)) return undefined
  if (FairleadError.is(cause.cause)) return cause.cause
  const { response } = recordOf(cause)
  const { status, headers, data } = recordOf(
    response instanceof Response ? { ...recordOf(response), status: response.status, headers: response.headers } : response,
  )
  if (typeof status !== 'number') return undefined
  const plain = headers instanceof Headers ? Object.fromEntries(headers) : {}
  return new DriveAnswer(status, plain, typeof data === 'string' ? data : JSON.stringify(data ?? ''))
}
