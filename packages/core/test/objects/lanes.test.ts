import { describe, expect, test } from 'vitest'
import { createLanes, type Lanes } from '../../src/host/objects/lanes.ts'
import { parallel } from '../../src/host/objects/parallel.ts'

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

interface Service {
  /** Milliseconds to an answer. */
  readonly latency: number
  /** Requests a second at most. */
  readonly most: number
}

/** Sends requests to a service with a time of its own; the milliseconds it took. */
function drive(lanes: Lanes, clock: { at: number }, service: Service, requests: number): number {
  const began = clock.at
  const ends: number[] = []
  let left = requests
  let free = clock.at
  const start = (): void => {
    while (left > 0 && lanes.take()) {
      left--
      free = Math.max(free, clock.at) + 1000 / service.most
      ends.push(Math.max(free, clock.at + service.latency))
    }
  }
  start()
  for (let end = ends.shift(); end !== undefined; end = ends.shift()) {
    clock.at = end
    lanes.moved(4096)
    lanes.give()
    start()
  }
  return clock.at - began
}

function searching(): { readonly lanes: Lanes; readonly clock: { at: number } } {
  const clock = { at: 0 }
  return { lanes: createLanes({ now: () => clock.at }), clock }
}

describe('the number of requests in flight', () => {
  test('grows as long as that moves more', () => {
    const { lanes, clock } = searching()
    drive(lanes, clock, { latency: 50, most: 3000 }, 20_000)
    // 150 in flight are what 3000 a second and 50 ms ask for.
    expect(lanes.limit).toBeGreaterThanOrEqual(128)
  })

  test.each([
    ['a service on this machine', { latency: 0.3, most: 4000 }, 5000],
    ['one that is 20 ms away', { latency: 20, most: 4000 }, 5000],
    ['one that is 100 ms away', { latency: 100, most: 4000 }, 50_000],
  ])('comes within a tenth of the best fixed number, for %s', (_what, service, requests) => {
    const fixed = [1, 2, 4, 8, 16, 32, 64, 128, 256].map(number => {
      const clock = { at: 0 }
      return drive(createLanes({ fixed: number, now: () => clock.at }), clock, service, requests)
    })
    const { lanes, clock } = searching()
    expect(drive(lanes, clock, service, requests)).toBeLessThan(Math.min(...fixed) * 1.1)
  })

  test('stays small where more would only wait', () => {
    const { lanes, clock } = searching()
    drive(lanes, clock, { latency: 1, most: 2000 }, 20_000)
    expect(lanes.limit).toBeLessThanOrEqual(40)
  })

  test('never goes beyond its bound', () => {
    const { lanes, clock } = searching()
    drive(lanes, clock, { latency: 1000, most: 1_000_000 }, 50_000)
    expect(lanes.limit).toBeLessThanOrEqual(256)
  })

  test('is halved when the service pushes back, once for refusals that come together', () => {
    const { lanes, clock } = searching()
    drive(lanes, clock, { latency: 50, most: 3000 }, 20_000)
    const before = lanes.limit
    lanes.backOff()
    lanes.backOff()
    expect(lanes.limit).toBe(Math.floor(before / 2))
    clock.at += 2000
    lanes.backOff()
    expect(lanes.limit).toBe(Math.floor(before / 4))
  })

  test('stays what it was told', () => {
    const clock = { at: 0 }
    const lanes = createLanes({ fixed: 3, now: () => clock.at })
    drive(lanes, clock, { latency: 50, most: 3000 }, 2000)
    lanes.backOff()
    expect(lanes.limit).toBe(3)
  })
})

describe('places that items and their parts share', () => {
  test('are never more than there are, and parts of what has begun come before the next item', async () => {
    const lanes = createLanes({ fixed: 4 })
    let running = 0
    let most = 0
    const begun: string[] = []
    await parallel(['a', 'b', 'c'], lanes, async (item, signal) => {
      begun.push(item)
      await parallel(
        [1, 2, 3, 4, 5, 6],
        lanes,
        async part => {
          most = Math.max(most, ++running)
          begun.push(`${item}${part}`)
          await turn()
          running--
        },
        signal,
        { holding: true },
      )
    })
    expect(most).toBeLessThanOrEqual(4)
    expect(begun.filter(name => name.length === 2)).toHaveLength(18)
    expect(lanes.busy).toBe(0)
  })

  test('with one place the parts of an item go one after the other', async () => {
    const lanes = createLanes({ fixed: 1 })
    const order: string[] = []
    await parallel(['a', 'b'], lanes, async (item, signal) =>
      parallel(
        [1, 2],
        lanes,
        async part => {
          await turn()
          order.push(`${item}${part}`)
        },
        signal,
        { holding: true },
      ),
    )
    expect(order).toEqual(['a1', 'a2', 'b1', 'b2'])
  })

  test('leave an item no more pieces at once than it may have', async () => {
    const lanes = createLanes({ fixed: 10 })
    let running = 0
    let most = 0
    const piece = async (): Promise<void> => {
      most = Math.max(most, ++running)
      await turn()
      running--
    }
    await parallel(Array.from({ length: 20 }), lanes, piece, undefined, { atMost: 3 })
    expect(most).toBe(3)
  })

  test('an abort ends a wait for a place', async () => {
    const lanes = createLanes({ fixed: 1 })
    lanes.take()
    const controller = new AbortController()
    const waiting = parallel([1], lanes, async () => undefined, controller.signal)
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })
})
