import type { Capabilities } from '../../contract/capabilities.ts'
import type { Entry } from '../../contract/entry.ts'
import { FairleadError } from '../../contract/errors.ts'
import type { Source } from '../../contract/source.ts'
import type { WriteOptions } from '../client.ts'
import { objectChecksum } from './digester.ts'
import { checkCondition, type Gate, type PlacedPath } from './refuse.ts'
import type { ClientRuntime } from '../runtime.ts'

type Write = Exclude<Capabilities['write'], false>

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const visibleAscii = /^[\x20-\x7e]*$/
const sha256Form = /^(?:sha256:)?([0-9a-f]{64})$/
const encoder = new TextEncoder()

/** Refuses, before any request, what the client does not declare (`unsupported`) or has no room for (`input-invalid`). */
export function checkWrite(gate: Gate, write: Write, path: string, source: Source, options: WriteOptions): void {
  const { size } = source
  if (size === undefined && !write.unknownSize)
    throw gate.unsupported('write', path, `can't write a body of unknown size to "${path}"`, 'Write it to a file first.')
  if (size === 0 && !write.empty)
    throw gate.unsupported('write', path, `can't store an empty object at "${path}"`, 'Leave the empty file out.')
  if (size !== undefined && size > (write.maxBytes ?? size)) throw tooBig(gate, write, path, size)
  checkCondition(gate, write.conditions, path, options.condition)
  if (options.modified !== undefined && write.modified === false) {
    throw gate.unsupported('write', path, "can't store a modification time", 'Write without one.')
  }
  if (options.metadata !== undefined && Object.keys(options.metadata).length > 0)
    checkMetadata(gate, write.metadata, path, options.metadata)
  if (options.sha256 !== undefined) plainHex(gate, path, options.sha256)
}

function checkMetadata(gate: Gate, rules: Write['metadata'], path: string, metadata: Readonly<Record<string, string>>): void {
  if (rules === false) throw gate.unsupported('write', path, "can't store metadata", 'Write without metadata.')
  const invalid = (message: string, hint: string): FairleadError =>
    gate.error('input-invalid', 'write', path, `the metadata of "${path}": ${message}.`, hint)
  let bytes = 0
  for (const [key, value] of Object.entries(metadata)) {
    bytes += encoder.encode(key).byteLength + encoder.encode(value).byteLength
    if (key === '' || (rules.keys === 'token' && !token.test(key)))
      throw invalid(`"${key}" is not a key it can store`, "Use letters, digits and !#$%&'*+-.^_`|~ in keys.")
    if (rules.values === 'ascii' && !visibleAscii.test(value))
      throw invalid(`the value of "${key}" has characters that are not ASCII`, 'Use printable ASCII in values.')
  }
  if (bytes > rules.maxBytes) throw invalid(`${bytes} bytes of keys and values, but at most ${rules.maxBytes} can be stored`, 'Shorten it.')
}

/** `input-invalid`: more than the store takes. */
export function tooBig(gate: Gate, write: Write, path: string, bytes: number): FairleadError {
  return gate.error(
    'input-invalid',
    'write',
    path,
    `"${path}" has ${bytes} bytes or more, but the store accepts at most ${write.maxBytes ?? 0}.`,
    'Split it into smaller files.',
  )
}

/** The 64 hexadecimal digits of `sha256:<hex>` or `<hex>`; `input-invalid` for anything else. */
function plainHex(gate: Gate, path: string, sha256: string): string {
  const hex = sha256Form.exec(sha256)?.[1]
  if (hex === undefined)
    throw gate.error(
      'input-invalid',
      'write',
      path,
      `"${sha256}" is not a SHA-256.`,
      'Write it as sha256: and 64 lower-case hexadecimal digits.',
    )
  return hex
}

/** `input-invalid`: the source gave another number of bytes than it said. */
export function wrongSourceSize(gate: Gate, path: string, said: number | undefined, gave: number): FairleadError {
  return gate.error(
    'input-invalid',
    'write',
    path,
    `the source of "${path}" returned ${gave} bytes, but announced ${said ?? 'fewer'}.`,
    'Make sure that nothing writes to the file, and send it again.',
  )
}

/** `input-invalid`: the source is not what it was when the transfer began. */
export function sourceChanged(gate: Gate, path: string): FairleadError {
  return gate.error(
    'input-invalid',
    'write',
    path,
    `the source of "${path}" changed while it was sent.`,
    'Make sure that nothing writes to the file, and send it again.',
  )
}

/** What a source threw, as a failure that is not retried. */
export function sourceError(gate: Gate, path: string, reason: unknown): FairleadError {
  if (FairleadError.is(reason)) return reason.with({ operation: 'write', path })
  const message = reason instanceof Error ? reason.message : String(reason)
  return new FairleadError('input-invalid', `the source of "${path}" can't be read: ${message}.`, {
    operation: 'write',
    path,
    cause: reason,
    hint: 'Check that the file is there and readable.',
  })
}

/** `integrity` unless the body has the SHA-256 the caller said. */
export function checkExpected(gate: Gate, path: string, expected: string | undefined, found: string | undefined): void {
  if (expected === undefined || plainHex(gate, path, expected) === found) return
  throw gate.error(
    'integrity',
    'write',
    path,
    `the source of "${path}" has SHA-256 ${found ?? 'unknown'}, and ${expected} was expected.`,
    'Hash the file again: it has changed, or its hash was of another one.',
  )
}

/** What was sent, to hold the answer against. */
export interface SentBody {
  readonly bytes: number
  readonly digest: { readonly algorithm: string; readonly value: string } | undefined
}

/** Holds what the service says it stored against what was sent: `integrity` where they differ, with the bad object removed. */
export async function checkWritten(runtime: ClientRuntime, gate: Gate, placed: PlacedPath, entry: Entry, sent: SentBody): Promise<void> {
  const checksum = objectChecksum(entry)
  const problem =
    entry.size !== undefined && entry.size !== sent.bytes
      ? `${sent.bytes} bytes were sent and ${entry.size} arrived`
      : checksum !== undefined && checksum.algorithm === sent.digest?.algorithm && checksum.value !== sent.digest.value
        ? `${checksum.algorithm} ${sent.digest.value} was sent and ${checksum.value} arrived`
        : undefined
  if (problem === undefined) return
  await removeBad(runtime, placed)
  throw gate.error('integrity', 'write', placed.logical, `"${placed.logical}" was stored wrong: ${problem}.`, 'Send it again.')
}

/** Removes an object that must not be taken for good; a failure to is told and does not hide the reason. */
export async function removeBad(runtime: ClientRuntime, placed: PlacedPath): Promise<void> {
  const { connection } = runtime
  if (connection.doRemove === undefined) return
  try {
    await runtime.attempts.run({ name: 'delete', path: placed.logical }, async context => connection.doRemove?.([placed.stored], context))
  } catch (error) {
    runtime.log.warn('an object that was stored wrong could not be removed', {
      path: placed.logical,
      error: FairleadError.is(error) ? error.message : String(error),
    })
  }
}
