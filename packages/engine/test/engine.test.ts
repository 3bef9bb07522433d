import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createEngine, type Engine } from '../src/index.ts'
import type after from './handlers/after.ts'
import type double from './handlers/double.ts'
import type fail from './handlers/fail.ts'

const module = (name: string) => new URL(`./handlers/${name}.ts`, import.meta.url)
type TestHandlers = { after: typeof after; double: typeof double; fail: typeof fail; none: () => void }
const handlers = { after: module('after'), double: module('double'), fail: module('fail'), none: module('none') }

async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const result of results) all.push(result)
  return all
}

async function caught(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
  } catch (thrown) {
    return thrown
  }
  return expect.fail('nothing was thrown')
}

describe.each([0, 2])('an engine of %i threads', threads => {
  let engine: Engine<TestHandlers>
  beforeAll(() => {
    engine = createEngine<TestHandlers>({ threads, handlers })
  })
  afterAll(() => engine.close())

  it('gives one result a unit in the order of the units', async () => {
    const units = Array.from({ length: 1000 }, (_, index) => index)
    expect(await collect(engine.run('double', units, { batch: 7 }))).toEqual(units.map(unit => unit * 2))
  })

  it('takes units from an async iterable', async () => {
    async function* units() {
      yield* [1, 2, 3]
    }
    expect(await collect(engine.run('double', units()))).toEqual([2, 4, 6])
  })

  it('gives nothing for no units', async () => {
    expect(await collect(engine.run('double', []))).toEqual([])
  })

  it('keeps the code, path and hint of a failure', async () => {
    const error = await caught(collect(engine.run('fail', ['typed'])))
    expect(FairleadError.is(error, 'not-found') && error.toJSON()).toMatchObject({
      path: 'a/b',
      hint: 'Look elsewhere.',
      message: 'there is no such thing',
    })
  })

  it('names the handler when it throws an error of another kind', async () => {
    const error = await caught(collect(engine.run('fail', ['plain'])))
    expect(FairleadError.is(error, 'unexpected') && error.message).toBe('handler "fail" failed: it broke')
  })

  it('runs on after a failure', async () => {
    await caught(collect(engine.run('fail', ['plain'])))
    expect(await collect(engine.run('double', [4]))).toEqual([8])
  })

  it('refuses a module without a handler', async () => {
    expect(FairleadError.is(await caught(collect(engine.run('none', [1 as never]))), 'plugin-invalid')).toBe(true)
  })

  it('ends with the reason of its signal', async () => {
    const reason = new Error('enough')
    const stop = new AbortController()
    const results = engine.run(
      'double',
      Array.from({ length: 100 }, (_, index) => index),
      { signal: stop.signal },
    )
    await results.next()
    stop.abort(reason)
    expect(await caught(collect(results))).toBe(reason)
  })

  it('reads no further units than it needs when the caller stops listening', async () => {
    let read = 0
    function* units() {
      for (;;) yield read++
    }
    for await (const result of engine.run('double', units())) if (result >= 20) break
    expect(read).toBeLessThan(20)
  })
})

describe('worker threads', () => {
  it('give results as they end when order does not matter', async () => {
    await using engine = createEngine<TestHandlers>({ threads: 2, handlers })
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-engine-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const last = join(folder, 'last')
    const results: string[] = []
    for await (const result of engine.run('after', [last, '', ''], { ordered: false })) {
      if (results.push(result) === 2) writeFileSync(last, '')
    }
    expect(results).toEqual(['', '', last])
  })

  it('that end without an answer are a typed failure', async () => {
    await using engine = createEngine<TestHandlers>({ threads: 1, handlers })
    const error = await caught(collect(engine.run('fail', ['exit'])))
    expect(FairleadError.is(error, 'unexpected') && error.message).toContain('ended with code 3')
    expect(await collect(engine.run('double', [1]))).toEqual([2])
  })

  it('are stopped by an abort even in synchronous work', async () => {
    await using engine = createEngine<TestHandlers>({ threads: 1, handlers })
    const stop = new AbortController()
    const run = caught(collect(engine.run('fail', ['spin'], { signal: stop.signal })))
    stop.abort(new Error('stop'))
    expect(await run).toMatchObject({ message: 'stop' })
    expect(await collect(engine.run('double', [1]))).toEqual([2])
  })
})

it.each([-1, 1.5, 1000])('refuses %d threads', threads => {
  expect(() => createEngine<TestHandlers>({ threads, handlers })).toThrow('must be a whole number from 0 to 256')
})
