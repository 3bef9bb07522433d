import type { Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { Address } from '../address.ts'

/** What is read from a socket at once. */
const bufferBytes = 1024 * 1024

let buffer: Uint8Array | undefined

/** The memory that all lines read into: a piece is used up before another one is read, and the next finds it in the processor's cache. */
function sharedBuffer(): Uint8Array {
  buffer ??= Buffer.allocUnsafeSlow(bufferBytes)
  return buffer
}

/** Up to this a body is copied behind its head: cheaper than two pieces for the system. */
const togetherBytes = 16 * 1024

/** Who hears what arrives on a line. A piece is good only until the call returns; false stops the reading until `resume`. */
export interface Listener {
  arrived(piece: Buffer): boolean
  /** The server sends nothing more. */
  finished(): void
  /** The connection is gone, for this reason where there is one. */
  broke(cause: unknown): void
  /** Nothing moved for the idle timeout. */
  idle(): void
}

/**
 * One connection that reads into the same memory each time. node:http allocates and copies for every piece, which for a big
 * body costs more than all else that is done with it.
 */
export class Line {
  readonly socket: Socket
  listener: Listener | undefined
  #cause: unknown

  constructor(to: Address, secureContext: SecureContext | undefined) {
    const where = {
      host: to.hostname,
      port: to.port === '' ? (to.secure ? 443 : 80) : Number(to.port),
      noDelay: true,
      keepAlive: true,
      onread: {
        buffer: sharedBuffer(),
        callback: (count: number, { buffer: memory, byteOffset }: Uint8Array): boolean =>
          this.#arrived(Buffer.from(memory, byteOffset, count)),
      },
    }
    const net = process.getBuiltinModule('node:net')
    this.socket = to.secure
      ? process.getBuiltinModule('node:tls').connect({
          ...where,
          ALPNProtocols: ['http/1.1'],
          // An address is no name that a certificate could be asked for by.
          ...(net.isIP(to.hostname) === 0 && { servername: to.hostname }),
          ...(secureContext !== undefined && { secureContext }),
        })
      : net.connect(where)
    this.socket.on('error', cause => (this.#cause ??= cause))
    this.socket.on('end', () => {
      if (this.listener === undefined) this.socket.destroy()
      else this.listener.finished()
    })
    this.socket.on('timeout', () => {
      if (this.listener === undefined) this.socket.destroy()
      else this.listener.idle()
    })
    this.socket.on('close', () => this.listener?.broke(this.#cause))
  }

  /** Sends one request; whoever listens hears the answer to it. */
  ask(listener: Listener, head: string, body: Uint8Array | undefined, idleTimeoutMs: number): void {
    const { socket } = this
    this.listener = listener
    if (socket.timeout !== idleTimeoutMs) socket.setTimeout(idleTimeoutMs)
    if (body === undefined || body.byteLength === 0) socket.write(head, 'latin1')
    else if (body.byteLength <= togetherBytes) socket.write(Buffer.concat([Buffer.from(head, 'latin1'), body]))
    else {
      socket.cork()
      socket.write(head, 'latin1')
      socket.write(body)
      socket.uncork()
    }
    // After an answer, or a wait for room, the reading was stopped.
    socket.resume()
  }

  #arrived(piece: Buffer): boolean {
    if (this.listener !== undefined) return this.listener.arrived(piece)
    // Nothing was asked for: what comes now is no answer to the next request.
    this.socket.destroy()
    return false
  }
}
