import type { HttpResponse } from '@fairlead/core'
import type { Socket } from 'node:net'
import { pumpOf } from '../../src/http/body-pump.ts'
import { rawServer, type Running } from './servers.ts'

/** Takes a body as a download does: each piece is used up before the next one lies in the same memory. */
export async function taken(response: HttpResponse): Promise<Buffer> {
  const pump = pumpOf(response.body)
  if (pump === undefined) throw new Error('the body has no pump')
  const pieces: Buffer[] = []
  await pump(piece => void pieces.push(Buffer.from(piece)))
  return Buffer.concat(pieces)
}

/** What a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (cause: unknown) => cause,
  )
}

/** Answers every request of a connection by the text that `answer` gives; `requests` counts them by connection. */
export async function scripted(
  answer: (request: string, socket: Socket, connection: number) => void,
): Promise<Running & { readonly requests: number[] }> {
  const requests: number[] = []
  const running = await rawServer(socket => {
    const connection = requests.push(0) - 1
    let text = ''
    socket.on('data', piece => {
      text += piece.toString('latin1')
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const request = text.slice(0, end)
        text = text.slice(end + 4)
        requests[connection] = (requests[connection] ?? 0) + 1
        answer(request, socket, connection)
      }
    })
  })
  return Object.assign(running, { requests })
}
