import type { TokenEndpointResponse } from 'oauth4webapi'
import { FairleadError } from '../../contract/errors.ts'
import { untilAborted } from '../attempts/until-aborted.ts'
import type { Authorization } from './authorization.ts'
import { loginCommand, loginError } from './login-error.ts'
import type { LoginRun } from './login-run.ts'
import { openLoopback, type Taken } from './loopback.ts'

/** A login in a browser on this machine, which comes back to the loopback address. `timeout` when nobody comes back in time. */
export async function loginByBrowser(run: LoginRun, authorization: Authorization): Promise<TokenEndpointResponse> {
  const { connection, login, title, talk, signal, timeoutMs } = run
  const over = Promise.withResolvers<TokenEndpointResponse>()
  // Whoever waits is told below; a browser that comes back after the wait has ended fails here, unheard.
  over.promise.catch(() => undefined)
  let foreign = false
  let begun: Promise<Taken> | undefined

  const settle = async (answer: URLSearchParams, redirect: URL): Promise<Taken> => {
    try {
      const tokens = await authorization.exchange(answer, redirect, signal)
      over.resolve(tokens)
      return { done: true }
    } catch (cause) {
      const failed = loginError(cause, connection, 'the login')
      over.reject(failed)
      return { failed }
    }
  }

  let redirect: URL | undefined
  await using loopback = await openLoopback({
    connection,
    title,
    redirect: login.redirect,
    authorization: address => authorization.url(address),
    async take(answer) {
      if (answer.get('state') !== authorization.state || redirect === undefined) {
        foreign = true
        return { foreign: 'This page belongs to another login, perhaps an earlier one. Use the one that was opened last.' }
      }
      // A page that is loaded again is answered like the first time: its code can be used once.
      begun ??= settle(answer, redirect)
      return begun
    },
  })
  redirect = loopback.redirect
  await talk.page({ way: 'browser', url: loopback.start })
  const timer = setTimeout(() => over.reject(nobodyCame(connection, timeoutMs, foreign)), timeoutMs)
  try {
    return await untilAborted(over.promise, signal)
  } finally {
    clearTimeout(timer)
    // The page in the browser says how it ended.
    await begun
  }
}

function nobodyCame(connection: string, timeoutMs: number, foreign: boolean): FairleadError {
  const what = foreign ? 'only pages of another login came back' : 'the browser did not come back'
  return new FairleadError(
    'timeout',
    `the login of connection "${connection}" was not completed within ${Math.round(timeoutMs / 1000)} s: ${what}`,
    {
      connection,
      retry: 'never',
      hint: `Run \`${loginCommand(connection)}\` again; without a browser on this machine, add --no-browser.`,
    },
  )
}
