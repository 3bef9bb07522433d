import type { Entry } from '../../contract/entry.ts'
import { FairleadError } from '../../contract/errors.ts'
import type { Source } from '../../contract/source.ts'
import { createDigester, objectChecksum } from '../objects/digester.ts'
import type { Upload, UploadService } from './part-driver.ts'

type Algorithm = Parameters<typeof createDigester>[0]

/** The stored entry of an upload whose end was not heard of, if it is there and exactly what was sent. */
export async function alreadyStored(
  upload: Upload,
  size: number,
  digest: (algorithm: Algorithm) => Promise<string | undefined>,
): Promise<Entry | undefined> {
  const { runtime, gate, placed, options } = upload
  const doStat = runtime.connection.doStat?.bind(runtime.connection)
  if (doStat === undefined) return undefined
  try {
    const entry = await runtime.attempts.run({ name: 'stat', path: placed.logical }, context => doStat(placed.stored, context), options)
    const checksum = objectChecksum(entry)
    if (entry.size !== size || checksum === undefined) return undefined
    return (await digest(checksum.algorithm)) === checksum.value ? gate.entry(entry) : undefined
  } catch (error) {
    if (FairleadError.is(error, 'not-found')) return undefined
    throw error
  }
}

/** The entry that completing gave, or the stored one when only the answer was lost. */
export async function completed(
  upload: Upload,
  answer: Awaited<ReturnType<UploadService['complete']>>,
  size: number,
  algorithm: Algorithm | undefined,
  value: string | undefined,
): Promise<Entry> {
  if (!('unheard' in answer)) return answer
  const entry = await alreadyStored(upload, size, async wanted => (wanted === algorithm ? value : undefined))
  if (entry === undefined) throw answer.unheard
  return entry
}

/** Reads a source once and hashes it, lower-case hex. Throws the signal's reason on abort. */
export async function hashSource(source: Source, algorithm: Algorithm, signal: AbortSignal | undefined): Promise<string> {
  const digester = createDigester(algorithm)
  const stream = await source.open()
  for await (const piece of stream.values()) {
    signal?.throwIfAborted()
    digester.update(piece)
  }
  return digester.digest()
}
