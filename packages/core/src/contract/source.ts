/** Bytes `start` to `end`, both counted from 0; `end` is exclusive, absent means to the end of the body. */
export interface ByteRange {
  readonly start: number
  readonly end?: number
}

/** A re-openable body to upload, so that a part or a request that broke can be sent again. */
export interface Source {
  /** Bytes; absent when it can't be known before reading. */
  readonly size?: number
  readonly contentType?: string
  /** False: it can be opened once only, so nothing of it is ever retried. */
  readonly replayable: boolean
  /** Changes when the content may have changed (a file: device, inode, size, mtimeNs, ctimeNs). Without it nothing resumes in a new process. */
  readonly fingerprint?: string
  /** The whole body in one piece, for small ones: about twice as fast as a stream. */
  bytes?(): Uint8Array
  open(range?: ByteRange): Promise<ReadableStream<Uint8Array>>
}

/** A source over bytes in memory. */
export function bytesSource(bytes: Uint8Array | string, contentType?: string): Source {
  const body = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes
  return {
    size: body.byteLength,
    replayable: true,
    ...(contentType !== undefined && { contentType }),
    bytes: () => body,
    open: async range => {
      const part = range === undefined ? body : body.subarray(range.start, range.end)
      return new ReadableStream({
        type: 'bytes',
        start(controller) {
          // A copy: a byte stream takes the memory of what it is given, and a Buffer's slice would be the caller's.
          if (part.byteLength > 0) controller.enqueue(new Uint8Array(part))
          controller.close()
        },
      })
    },
  }
}

/** A source over a stream that can be read once: it is sent in one piece and never retried. */
export function streamSource(
  stream: ReadableStream<Uint8Array>,
  details: { readonly size?: number; readonly contentType?: string } = {},
): Source {
  return { ...details, replayable: false, open: async () => stream }
}
