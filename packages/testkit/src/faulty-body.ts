import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from './fault-plan.ts'

/** How a body is passed on. */
export interface BodyHooks {
  count(bytes: number): void
  /** The fault that a body meets now that so many of its bytes have come. */
  takeFault(bytes: number): Fault | undefined
  breakOff(): void
  /** Whoever takes the body, or sends it, has closed. */
  closed(): void
}

const tick = 20

/** Passes a body on, piece by piece, until a fault meets it. The bytes before the fault do arrive. */
export function copyBody(from: Readable, to: Writable, hooks: BodyHooks): void {
  void pump(from, to, hooks).catch(() => hooks.closed())
}

async function pump(from: Readable, to: Writable, hooks: BodyHooks): Promise<void> {
  let seen = 0
  let bytesPerSecond: number | undefined
  // Whoever broke off says what becomes of the rest.
  for await (const piece of from.iterator({ destroyOnReturn: false })) {
    const chunk = Buffer.isBuffer(piece) ? piece : Buffer.from(piece)
    const before = seen
    seen += chunk.byteLength
    const fault = hooks.takeFault(seen)
    if (fault?.kind === 'slow') bytesPerSecond = fault.bytesPerSecond
    if (fault?.kind === 'reset' || fault?.kind === 'stall') {
      const kept = chunk.subarray(0, Math.max(0, (fault.afterBytes ?? 0) - before))
      hooks.count(kept.byteLength)
      await write(to, kept)
      if (fault.kind === 'stall') return
      await sleep(tick)
      return hooks.breakOff()
    }
    hooks.count(chunk.byteLength)
    await (bytesPerSecond === undefined ? write(to, chunk) : drip(to, chunk, bytesPerSecond))
  }
  to.end()
}

async function drip(to: Writable, chunk: Buffer, bytesPerSecond: number): Promise<void> {
  const step = Math.max(1, Math.floor((bytesPerSecond * tick) / 1000))
  for (let at = 0; at < chunk.byteLength; at += step) {
    await write(to, chunk.subarray(at, at + step))
    await sleep(tick)
  }
}

async function write(to: Writable, chunk: Buffer): Promise<void> {
  if (chunk.byteLength === 0 || to.write(chunk)) return
  await new Promise<void>((resolve, reject) => {
    const done = (): void => {
      to.off('drain', done).off('close', closed)
      resolve()
    }
    const closed = (): void => {
      to.off('drain', done)
      reject(new Error('the other side closed'))
    }
    to.once('drain', done).once('close', closed)
  })
}
