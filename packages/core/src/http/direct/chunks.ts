const lineEnd = '\r\n'
/** A size with its extensions, or a field behind the last chunk. */
const mostLineBytes = 16 * 1024
/** All extensions and trailing fields of one body: who sends more of them sends no content. */
const mostAsideBytes = 64 * 1024

/** Takes the chunks of a body apart (RFC 9112 §7.1). */
export class Chunks {
  #state: 'size' | 'data' | 'after' | 'trailer' | 'end' = 'size'
  #left = 0
  #line = ''
  #aside = 0

  /** Hands over the content in a piece of the body; whether its end was in it. Throws for what is no such body. */
  push(piece: Uint8Array, take: (content: Uint8Array) => void): boolean {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    let at = 0
    while (at < bytes.byteLength) {
      if (this.#state === 'end') throw malformed('something follows its last chunk')
      if (this.#state === 'data') {
        const content = bytes.subarray(at, at + this.#left)
        at += content.byteLength
        this.#left -= content.byteLength
        take(content)
        if (this.#left === 0) this.#state = 'after'
        continue
      }
      const end = bytes.indexOf(0x0a, at)
      this.#line += bytes.toString('latin1', at, end < 0 ? undefined : end + 1)
      if (this.#line.length > mostLineBytes) throw malformed('a line between its chunks is too long')
      if (end < 0) break
      at = end + 1
      if (!this.#line.endsWith(lineEnd)) throw malformed('a line between its chunks does not end')
      this.#next(this.#line.slice(0, -lineEnd.length))
      this.#line = ''
    }
    return this.#state === 'end'
  }

  #next(text: string): void {
    if (this.#state === 'after') {
      if (text !== '') throw malformed('a chunk is longer than it says')
      this.#state = 'size'
    } else if (this.#state === 'size') {
      const [, size, extensions = ''] = /^([0-9a-f]{1,12})[ \t]*(;.*)?$/i.exec(text) ?? []
      if (size === undefined) throw malformed('a chunk has no size')
      this.#setAside(extensions)
      this.#left = Number.parseInt(size, 16)
      this.#state = this.#left === 0 ? 'trailer' : 'data'
    } else if (text === '') this.#state = 'end'
    else this.#setAside(text)
  }

  #setAside(text: string): void {
    this.#aside += text.length
    if (this.#aside > mostAsideBytes) throw malformed('it has too many extensions or trailing fields')
  }
}

function malformed(what: string): Error {
  return Object.assign(new Error(`the body is not in chunks: ${what}`), { code: 'HPE_INVALID' })
}
