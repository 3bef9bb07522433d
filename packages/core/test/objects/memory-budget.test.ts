import { describe, expect, test } from 'vitest'
import { createAccount, createMemoryBudget } from '../../src/host/objects/memory-budget.ts'

describe('the memory that bodies share', () => {
  test('costs no wait while there is some', () => {
    const budget = createMemoryBudget(10)
    expect(budget.take(4)).toBeUndefined()
    expect(budget.take(6)).toBeUndefined()
  })

  test('is given in order, so that a big body is not passed by small ones for ever', async () => {
    const budget = createMemoryBudget(10)
    const order: string[] = []
    await budget.take(6)
    const [big, small] = [budget.take(8), budget.take(1)]
    expect([big, small]).not.toContain(undefined)
    const waiting = [Promise.resolve(big).then(() => order.push('big')), Promise.resolve(small).then(() => order.push('small'))]
    budget.give(6)
    await Promise.all(waiting)
    expect(order).toEqual(['big', 'small'])
  })

  test('gives a body that is bigger than all of it its turn when nothing else is held', async () => {
    const budget = createMemoryBudget(10)
    await budget.take(1)
    const big = budget.take(100)
    expect(big).toBeDefined()
    budget.give(1)
    await big
    expect(budget.take(1)).toBeDefined()
  })

  test('ends a wait with the reason of its signal, and lets the next one in', async () => {
    const budget = createMemoryBudget(10)
    await budget.take(6)
    const controller = new AbortController()
    const first = budget.take(8, controller.signal)
    const second = budget.take(4)
    controller.abort('enough')
    await expect(first).rejects.toBe('enough')
    await second
  })

  test('comes back with the account that took it', async () => {
    const budget = createMemoryBudget(10)
    {
      using account = createAccount(budget)
      await account.take(5)
      await account.take(5)
      account.give(2)
    }
    expect(budget.take(10)).toBeUndefined()
  })
})
