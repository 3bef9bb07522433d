import type { ByteRange, Source } from '../../contract/source.ts'
import { createDigester, digestBytes, type Digester } from './digester.ts'

type Algorithm = Parameters<typeof createDigester>[0]

/** A source on its way out: counted, hashed and held to its size, whichever way the plugin reads it. */
export interface SentSource extends Source {
  /** Bytes of the last reading from beginning to end. */
  readonly sent: number | undefined
  /** What the source itself did wrong, as opposed to the service. It is never retried. */
  readonly failure: { readonly reason: unknown } | undefined
  /** The checksum of everything, if the last reading was from beginning to end. */
  digest(): string | undefined
}

/** What a {@link SentSource} reports to and is held to. */
export interface SentSourceOptions {
  /** Called with how far a reading has come. */
  readonly onPosition: (position: number) => void
  readonly algorithm: Algorithm | undefined
  /** Makes the error for a body that is longer or shorter than the source said, or too long for the store. */
  readonly wrongSize: (bytes: number) => Error
  readonly maxBytes: number
}

/** Wraps a source for one request. */
export function createSentSource(source: Source, options: SentSourceOptions): SentSource {
  const { algorithm, onPosition, wrongSize } = options
  let failure: { readonly reason: unknown } | undefined
  let sent: number | undefined
  let digest: (() => string) | undefined

  /** Keeps the source's own failure apart from the service's. */
  const own = (reason: unknown): unknown => {
    failure ??= { reason }
    return reason
  }
  const bytes = (): Uint8Array => {
    try {
      const whole = source.bytes?.() ?? new Uint8Array()
      if (whole.byteLength !== (source.size ?? whole.byteLength) || whole.byteLength > options.maxBytes) throw wrongSize(whole.byteLength)
      digest = algorithm === undefined ? undefined : () => digestBytes(algorithm, whole)
      sent = whole.byteLength
      return whole
    } catch (reason) {
      throw own(reason)
    }
  }
  const open = async (range?: ByteRange): Promise<ReadableStream<Uint8Array>> => {
    const start = range?.start ?? 0
    const whole = start === 0 && (range?.end === undefined || range.end === source.size)
    const end = range?.end ?? source.size
    const running: Digester | undefined = whole && algorithm !== undefined ? createDigester(algorithm) : undefined
    digest = undefined
    let position = start
    const reader = await source.open(range).then(
      stream => stream.getReader(),
      (reason: unknown) => {
        throw own(reason)
      },
    )
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          try {
            const piece = await reader.read()
            if (piece.done) {
              if (end !== undefined && position !== end) throw wrongSize(position)
              if (whole) sent = position
              if (running !== undefined) digest = onlyOnce(() => running.digest())
              controller.close()
              return
            }
            position += piece.value.byteLength
            if (position > (end ?? options.maxBytes)) throw wrongSize(position)
            running?.update(piece.value)
            onPosition(position)
            controller.enqueue(piece.value)
          } catch (reason) {
            controller.error(own(reason))
            await reader.cancel(reason)
          }
        },
        cancel: reason => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    )
  }
  return {
    replayable: source.replayable,
    ...(source.size !== undefined && { size: source.size }),
    ...(source.contentType !== undefined && { contentType: source.contentType }),
    ...(source.bytes !== undefined && { bytes }),
    open,
    get sent() {
      return sent
    },
    get failure() {
      return failure
    },
    digest: () => digest?.(),
  }
}

function onlyOnce(compute: () => string): () => string {
  let value: string | undefined
  return () => (value ??= compute())
}
