import { createServer } from 'node:net'
import type { TokenEndpointResponse } from 'oauth4webapi'
import { FairleadError } from '../../contract/errors.ts'
import type { OAuthLogin } from '../../contract/login.ts'
import type { Authorization } from './authorization.ts'
import { loginCommand, loginError } from './login-error.ts'
import type { LoginRun } from './login-run.ts'
import { answerIn } from './pasted-answer.ts'

/** How often a person may paste something that can't be it. */
const mostTries = 3

/**
 * A login in a browser anywhere: what it ends with is pasted here. Either the service shows a code, or it leads to an address of
 * the loopback, which that browser can't open and which holds the code.
 */
export async function loginByPaste(run: LoginRun, authorization: Authorization): Promise<TokenEndpointResponse> {
  const { connection, login, talk, signal } = run
  const wanted = login.redirect.paste ?? 'address'
  const redirect = wanted === 'code' ? undefined : await redirectAddress(login.redirect)
  await talk.page({ way: 'paste', url: authorization.url(redirect) })
  let again: string | undefined
  for (let tries = 0; tries < mostTries; tries++) {
    const pasted = await talk.paste({ wanted, ...(again !== undefined && { again }) })
    signal?.throwIfAborted()
    const answer = answerIn(pasted, authorization.state)
    if (typeof answer === 'string') {
      again = answer
      continue
    }
    try {
      return await authorization.exchange(answer, redirect, signal)
    } catch (cause) {
      signal?.throwIfAborted()
      throw loginError(cause, connection, 'the login')
    }
  }
  throw new FairleadError(
    'input-invalid',
    `the login of connection "${connection}" received no usable input: ${again ?? 'nothing was pasted'}`,
    {
      connection,
      hint: `Run \`${loginCommand(connection)} --no-browser\` again, and paste the whole ${wanted === 'code' ? 'code' : 'address of the last page'}.`,
    },
  )
}

/** A redirect address where nothing needs to listen. */
async function redirectAddress({ ports, host = '127.0.0.1', path = '/' }: OAuthLogin['redirect']): Promise<URL> {
  return new URL(path, `http://${host}:${ports?.[0] ?? (await freePort())}`)
}

async function freePort(): Promise<number> {
  const server = createServer()
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.once('error', reject).listen(0, '127.0.0.1', () => {
    const address = server.address()
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
  })
  return promise
}
