import { describe, expect, it } from 'vitest'
import { createFairness } from '../../src/host/attempts/fairness.ts'

describe('work that never waits', () => {
  it('lets timers run in between', async () => {
    const fairly = createFairness()
    let ran = false
    const timer = setTimeout(() => (ran = true), 1)
    const began = performance.now()
    while (!ran && performance.now() - began < 5000) await fairly()
    clearTimeout(timer)
    expect(ran).toBe(true)
  })
})
