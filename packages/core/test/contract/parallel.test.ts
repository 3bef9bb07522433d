import { setImmediate } from 'node:timers/promises'
import { inParallel } from '@fairlead/core'
import { describe, expect, test } from 'vitest'

describe('work on several items in parallel', () => {
  test('is done on each once, and never on more at a time than was said', async () => {
    const done: number[] = []
    let [now, most] = [0, 0]
    await inParallel(new Set(Array.from({ length: 20 }, (_, index) => index)), 3, async item => {
      most = Math.max(most, (now += 1))
      await setImmediate()
      now -= 1
      done.push(item)
    })
    expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index))
    expect(most).toBe(3)
  })

  test('is no work where there are no items', async () => {
    await inParallel([], 4, async () => {
      throw new Error('there was one')
    })
  })

  test('throws the first failure when all that was under way has ended, and begins nothing more', async () => {
    const begun: number[] = []
    const ended: number[] = []
    const work = inParallel([0, 1, 2, 3, 4, 5], 3, async item => {
      begun.push(item)
      if (item === 1) throw new Error('first')
      await setImmediate()
      await setImmediate()
      ended.push(item)
      if (item === 2) throw new Error('second')
    })
    await expect(work).rejects.toThrow('first')
    expect(begun).toEqual([0, 1, 2])
    expect(ended).toEqual([0, 2])
  })
})
