import { describe, expect, test } from 'vitest'
import { parallel } from '../../src/host/objects/parallel.ts'

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

describe('working in parallel', () => {
  test('works on each item once, never on more than the limit at a time, taking none ahead', async () => {
    let taken = 0
    let running = 0
    let most = 0
    const done: number[] = []
    const items = function* () {
      for (; taken < 50; taken++) yield taken
    }
    await parallel(items(), 4, async item => {
      most = Math.max(most, ++running)
      expect(taken - done.length).toBeLessThanOrEqual(5)
      await turn()
      running--
      done.push(item)
    })
    expect(most).toBe(4)
    expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index))
  })

  test('aborts the others at the first failure, waits for them, and throws it', async () => {
    const ended: number[] = []
    let returned = false
    const items = async function* () {
      try {
        for (let item = 1; ; item++) yield item
      } finally {
        returned = true
      }
    }
    const failure = new Error('two')
    const working = parallel(items(), 3, async (item, signal) => {
      if (item === 2) {
        await turn()
        throw failure
      }
      while (!signal.aborted) await turn()
      await turn()
      ended.push(item)
      throw new Error('later')
    })
    await expect(working).rejects.toBe(failure)
    expect(ended.toSorted()).toEqual([1, 3])
    expect(returned).toBe(true)
  })

  test('throws the reason of the signal when the work has stopped', async () => {
    const stop = new AbortController()
    const reason = new Error('enough')
    let running = 0
    const working = parallel(
      [1, 2, 3, 4],
      2,
      async (item, signal) => {
        running++
        if (item === 2) stop.abort(reason)
        while (!signal.aborted) await turn()
        running--
      },
      stop.signal,
    )
    await expect(working).rejects.toBe(reason)
    expect(running).toBe(0)
  })

  test('throws what the items themselves throw', async () => {
    const items = async function* (): AsyncGenerator<number> {
      yield 1
      throw new Error('listing broke')
    }
    await expect(parallel(items(), 2, async () => undefined)).rejects.toThrow('listing broke')
  })
})
