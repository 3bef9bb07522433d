import { FairleadError, type ErrorCode } from '@fairlead/core'
import { expect } from 'vitest'

/** The failure of a call that must fail with that code (or one of those codes); everything about it may then be looked at. */
export async function expectError(call: Promise<unknown> | (() => unknown), ...codes: readonly ErrorCode[]): Promise<FairleadError> {
  let failure: unknown
  try {
    const result = await (typeof call === 'function' ? call() : call)
    expect.fail(`it should fail as ${codes.join(' or ')}, and gave ${JSON.stringify(result)?.slice(0, 200) ?? 'nothing'}`)
  } catch (cause) {
    failure = cause
  }
  if (!FairleadError.is(failure)) throw failure
  expect(codes, `${failure.code}: ${failure.message}`).toContain(failure.code)
  return failure
}

/** Everything of an async iterable. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
