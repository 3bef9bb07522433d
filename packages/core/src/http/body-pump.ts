/**
 * Hands over each piece of a body as it arrives; resolves at the end, rejects when the body breaks off or `take` throws. A
 * piece is good only until `take` returns.
 */
export type Pump = (take: (piece: Uint8Array) => void) => Promise<void>

/** Under this name a stream carries its pump: a shared symbol, so that two copies of this package understand each other. */
const key = Symbol.for('fairlead.bodyPump')

/** Marks a stream as one whose pieces can be had without a promise for each; it must not be read then. */
export function withPump(stream: ReadableStream<Uint8Array>, pump: Pump): ReadableStream<Uint8Array> {
  return Object.defineProperty(stream, key, { value: pump })
}

/** The pump of a stream that nobody reads yet, if it has one. */
export function pumpOf(stream: ReadableStream<Uint8Array> & { readonly [key]?: unknown }): Pump | undefined {
  const pump = stream[key]
  return typeof pump === 'function' && !stream.locked ? async take => void (await pump(take)) : undefined
}
