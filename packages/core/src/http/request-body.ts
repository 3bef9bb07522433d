import type { Source } from '../contract/source.ts'
import type { HttpRequest } from './http.ts'

/** A request whose body can be sent as it is. */
export interface ReadyRequest extends Omit<HttpRequest, 'body'> {
  readonly body?: Exclude<HttpRequest['body'], Source | undefined>
}

/** Opens the source that is a request's body: in one piece where it can be, else as a stream announced by its size. */
export async function withOpenBody({ body, ...request }: HttpRequest): Promise<ReadyRequest> {
  if (body === undefined) return request
  if (typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream) return { ...request, body }
  request.signal?.throwIfAborted()
  if (body.bytes !== undefined) return { ...request, body: body.bytes() }
  const announced = body.size === undefined ? {} : { 'content-length': String(body.size) }
  return { ...request, headers: { ...announced, ...request.headers }, body: await body.open() }
}
