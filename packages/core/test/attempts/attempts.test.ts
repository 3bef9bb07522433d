import { FairleadError } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import { createRateLimiter } from '../../src/host/attempts/attempts-limiter.ts'
import { createAttempts } from '../../src/host/attempts/attempts.ts'
import type { TransferEvent } from '../../src/host/client.ts'
import { bareConnection, type FakeOptions, manualClock, memoryTokens, quiet } from './support.ts'

function setup(options: Partial<FakeOptions> & { readonly maxAttempts?: number; readonly random?: () => number } = {}) {
  const clock = manualClock()
  const tokens = memoryTokens()
  const connection = bareConnection({ clock, tokens, ...options })
  const base = { connection, name: 'archive', clock, log: quiet, tokens, random: () => 1, ...options }
  return { clock, tokens, connection, base, attempts: createAttempts(base) }
}

/** Work that fails as listed, one failure a call, and then returns `done`. */
function failing(...failures: readonly Error[]) {
  let calls = 0
  const work = async () => {
    const failure = failures[calls++]
    if (failure !== undefined) throw failure
    return 'done'
  }
  return { work, calls: () => calls }
}

const unavailable = () => new FairleadError('unavailable', 'status 503')
const expired = () => new FairleadError('unauthenticated', 'status 401')
const failureOf = async (promise: Promise<unknown>): Promise<FairleadError> => {
  const thrown = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (!FairleadError.is(thrown)) throw new Error('no FairleadError came out', { cause: thrown })
  return thrown
}
const stat = { name: 'stat', path: 'a/b' }

describe('repeating', () => {
  test('an operation that may pass later is repeated until it passes', async () => {
    const { attempts } = setup()
    const { work, calls } = failing(unavailable(), unavailable())
    expect(await attempts.run(stat, work)).toBe('done')
    expect(calls()).toBe(3)
  })

  test('delays grow exponentially up to a cap, with the jitter at its upper end', async () => {
    const { attempts, clock } = setup({ maxAttempts: 9 })
    await attempts.run(stat, failing(...Array.from({ length: 8 }, unavailable)).work)
    expect(clock.slept).toEqual([300, 600, 1200, 2400, 4800, 9600, 19_200, 20_000])
  })

  test('jitter may take a delay down to nothing', async () => {
    const { attempts, clock } = setup({ random: () => 0 })
    await attempts.run(stat, failing(unavailable()).work)
    expect(clock.slept).toEqual([0])
  })

  test('the last failure says that it was retried to the end', async () => {
    const { attempts } = setup({ maxAttempts: 3 })
    const { work, calls } = failing(...Array.from({ length: 9 }, unavailable))
    const error = await failureOf(attempts.run(stat, work))
    expect(error).toMatchObject({ code: 'unavailable', retry: 'exhausted', connection: 'archive', operation: 'stat', path: 'a/b' })
    expect(error.hint).toContain('3 times')
    expect(calls()).toBe(3)
  })

  test('a failure whose plugin says nothing of it says what to do next, and a hint of the plugin stays', async () => {
    const { attempts } = setup()
    const bare = failing(new FairleadError('permission-denied', 'status 403'))
    expect((await failureOf(attempts.run(stat, bare.work))).hint).toContain('fairlead client show archive')
    const told = failing(new FairleadError('permission-denied', 'status 403', { hint: 'Join the group.' }))
    expect((await failureOf(attempts.run(stat, told.work))).hint).toBe('Join the group.')
  })

  test('refused credentials are stored again by a command that names the secret, unless the plugin names one', async () => {
    const { attempts } = setup()
    const bare = failing(new FairleadError('unauthenticated', 'status 401', { hint: 'Look into the portal.' }))
    expect((await failureOf(attempts.run(stat, bare.work))).hint).toContain('fairlead client set archive SETTING')
    const told = failing(new FairleadError('unauthenticated', 'status 401', { hint: 'Store it: fairlead client set archive sas' }))
    expect((await failureOf(attempts.run(stat, told.work))).hint).toBe('Store it: fairlead client set archive sas')
  })

  test('a failure that can never pass comes out at once', async () => {
    const { attempts } = setup()
    const { work, calls } = failing(new FairleadError('not-found', 'nothing there'))
    expect(await failureOf(attempts.run(stat, work))).toMatchObject({ code: 'not-found', retry: 'never', connection: 'archive' })
    expect(calls()).toBe(1)
  })

  test('a body that can be read once gets a single attempt', async () => {
    const { attempts } = setup({ refresh: async () => undefined })
    for (const failure of [unavailable(), expired()]) {
      const { work, calls } = failing(failure)
      await failureOf(attempts.run({ name: 'write', path: 'x', repeatable: false }, work))
      expect(calls()).toBe(1)
    }
  })

  test('each repetition is told as an event', async () => {
    const { attempts } = setup()
    const events: TransferEvent[] = []
    await attempts.run(stat, failing(unavailable()).work, { onEvent: event => events.push(event) })
    expect(events).toEqual([{ type: 'retry', operation: 'stat', path: 'a/b', attempt: 1, delayMs: 300, code: 'unavailable' }])
  })
})

describe('Retry-After', () => {
  const limited = (retryAfterMs: number) => new FairleadError('rate-limited', 'status 429', { retryAfterMs })

  test('the time the service asks for is waited for', async () => {
    const { attempts, clock } = setup({ random: () => 0 })
    await attempts.run(stat, failing(limited(7_000)).work)
    expect(clock.slept[0]).toBe(7_000)
  })

  test('nobody waits for hours: the error says how long it would be', async () => {
    const { attempts, clock } = setup()
    const error = await failureOf(attempts.run(stat, failing(limited(3_600_000)).work))
    expect(error).toMatchObject({ code: 'rate-limited', retry: 'exhausted', retryAfterMs: 3_600_000 })
    expect(error.hint).toContain('3600 s')
    expect(clock.slept).toEqual([])
  })

  test('other operations of the account wait for it too, over connections that share a limiter', async () => {
    const { attempts, base, clock } = setup({ random: () => 0 })
    const limiter = createRateLimiter(clock)
    const [one, other] = [createAttempts({ ...base, limiter }), createAttempts({ ...base, limiter })]
    expect(await failureOf(one.run({ ...stat, repeatable: false }, failing(limited(5_000)).work))).toMatchObject({ code: 'rate-limited' })
    await other.run(stat, failing().work)
    expect(clock.slept).toEqual([5_000])
    await attempts.run(stat, failing().work)
    expect(clock.slept).toEqual([5_000])
  })

  test('operations keep a distance after a refusal, and forget it when all goes well', async () => {
    const { clock } = setup()
    const limiter = createRateLimiter(clock)
    limiter.slowDown(1_000)
    await limiter.turn()
    await limiter.turn()
    await limiter.turn()
    expect(clock.slept.slice(1)).toEqual([25, 25])
    for (let count = 0; count < 20; count++) limiter.succeeded()
    await Promise.all([limiter.turn(), limiter.turn()])
    expect(clock.slept).toHaveLength(3)
  })
})

describe('aborting', () => {
  test('an aborted operation does not start', async () => {
    const { attempts } = setup()
    const { work, calls } = failing()
    const reason = new Error('enough')
    await expect(attempts.run(stat, work, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(calls()).toBe(0)
  })

  test('an abort during the delay comes out as its own reason', async () => {
    const { attempts } = setup()
    const controller = new AbortController()
    const reason = { why: 'not even an error' }
    const run = attempts.run(stat, failing(unavailable()).work, { signal: controller.signal, onEvent: () => controller.abort(reason) })
    await expect(run).rejects.toBe(reason)
  })

  test('what a plugin throws because of the abort is replaced by the reason', async () => {
    const { attempts } = setup()
    const controller = new AbortController()
    const run = attempts.run(
      stat,
      async () => {
        controller.abort('stop')
        throw new DOMException('This operation was aborted', 'AbortError')
      },
      { signal: controller.signal },
    )
    await expect(run).rejects.toBe('stop')
  })
})

describe('mapping', () => {
  test("what is no FairleadError goes through the connection's toError", async () => {
    const { attempts } = setup({ toError: (_cause, at) => new FairleadError('quota-exceeded', `${at.name}: the disk is full`) })
    expect(await failureOf(attempts.run(stat, failing(new Error('ENOSPC')).work))).toMatchObject({
      code: 'quota-exceeded',
      message: 'stat: the disk is full',
      path: 'a/b',
    })
  })

  test('a toError that throws is the fault of the plugin', async () => {
    const { attempts } = setup({
      toError: () => {
        throw new TypeError('oops')
      },
    })
    expect(await failureOf(attempts.run(stat, failing(new Error('x')).work))).toMatchObject({ code: 'plugin-invalid' })
  })
})

describe('token refresh', () => {
  /** A service that takes only its current token, and a connection that fetches it anew. */
  function guarded(refresh?: () => Promise<void>) {
    const state = { valid: 1, held: 0, refreshes: 0 }
    const made = setup({
      refresh: async () => {
        state.refreshes++
        await new Promise(resolve => setImmediate(resolve))
        if (refresh !== undefined) return refresh()
        state.held = state.valid
      },
    })
    const work = async () => {
      const token = state.held
      await new Promise(resolve => setImmediate(resolve))
      if (token !== state.valid) throw expired()
      return 'done'
    }
    return { state, work, ...made }
  }

  test('an expired token is refreshed and the operation repeated, without a delay', async () => {
    const { attempts, work, state, clock } = guarded()
    expect(await attempts.run(stat, work)).toBe('done')
    expect(state.refreshes).toBe(1)
    expect(clock.slept).toEqual([])
  })

  test('eight operations at once make one refresh', async () => {
    const { attempts, work, state } = guarded()
    expect(await Promise.all(Array.from({ length: 8 }, () => attempts.run(stat, work)))).toEqual(Array.from({ length: 8 }, () => 'done'))
    expect(state.refreshes).toBe(1)
  })

  test('an operation that began before a finished refresh just repeats', async () => {
    const { attempts, work, state } = guarded()
    let release: () => void = () => undefined
    const slow = new Promise<void>(resolve => {
      release = resolve
    })
    let first = true
    const late = attempts.run(stat, async () => {
      if (!first) return work()
      first = false
      await slow
      throw expired()
    })
    await attempts.run(stat, work)
    release()
    expect(await late).toBe('done')
    expect(state.refreshes).toBe(1)
  })

  test('a second refusal after a refresh names the command that logs in again', async () => {
    const { attempts, state } = guarded()
    const { work, calls } = failing(expired(), expired(), expired())
    const error = await failureOf(attempts.run(stat, work))
    expect(error).toMatchObject({ code: 'unauthenticated', retry: 'never', operation: 'stat', path: 'a/b' })
    expect(error.hint).toContain('fairlead client set archive')
    expect(calls()).toBe(2)
    expect(state.refreshes).toBe(1)
  })

  test('a refresh that is itself refused is not tried a second time by those who wait for it', async () => {
    const { attempts, work, state } = guarded(async () => {
      throw new FairleadError('unauthenticated', 'the login has ended')
    })
    const runs = await Promise.all(Array.from({ length: 4 }, () => failureOf(attempts.run(stat, work))))
    expect(runs.map(error => error.message)).toEqual(Array.from({ length: 4 }, () => 'the login has ended'))
    expect(runs[0]?.hint).toContain('fairlead client set archive')
    expect(state.refreshes).toBe(1)
  })

  test('a refresh that breaks on the network is tried again with a delay', async () => {
    let broken = true
    const made = guarded(async () => {
      if (broken) {
        broken = false
        throw new FairleadError('network', 'the connection broke off')
      }
      made.state.held = made.state.valid
    })
    expect(await made.attempts.run(stat, made.work)).toBe('done')
    expect(made.clock.slept).toEqual([300])
    expect(made.state.refreshes).toBe(2)
  })

  test('two connections with one token cache refresh one after the other', async () => {
    let running = 0
    let most = 0
    const refresh = async () => {
      most = Math.max(most, ++running)
      await new Promise(resolve => setImmediate(resolve))
      running--
    }
    const { base, connection } = setup({ refresh })
    const pair = [createAttempts(base), createAttempts({ ...base, connection })]
    await Promise.all(pair.map(attempts => attempts.run(stat, failing(expired()).work)))
    expect(most).toBe(1)
  })

  test('an abort does not wait for the refresh, which goes on for the others', async () => {
    const { attempts, work, state } = guarded()
    const controller = new AbortController()
    const others = attempts.run(stat, work)
    const mine = attempts.run(
      stat,
      async () => {
        setImmediate(() => controller.abort('stop'))
        throw expired()
      },
      { signal: controller.signal },
    )
    await expect(mine).rejects.toBe('stop')
    expect(await others).toBe('done')
    expect(state.refreshes).toBe(1)
  })

  test('a connection without refresh says at once how to log in', async () => {
    const { attempts } = setup()
    const { work, calls } = failing(expired())
    expect((await failureOf(attempts.run(stat, work))).hint).toContain('fairlead client set archive')
    expect(calls()).toBe(1)
  })
})
