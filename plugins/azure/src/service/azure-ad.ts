import type * as Identity from '@azure/identity'
import { FairleadError, type Host } from '@fairlead/core'
import { loginClient } from './login-client.ts'

/** What a token of Azure AD must be for: https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory */
const scope = 'https://storage.azure.com/.default'
/** A token this close to its end is not begun with. */
const marginMs = 2 * 60_000
const cacheKey = 'azure-ad'

interface Token {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expires: number
}

/**
 * Tokens of Azure AD, by the credential chain of `@azure/identity`: environment, workload and managed identity, Azure CLI. The
 * package is loaded when the first one is needed; every process of the connection shares a token while it lasts.
 */
export class AzureAd {
  readonly #host: Host
  #current: Token | undefined
  /** One login for all that wait for it. */
  #coming: Promise<Token> | undefined

  constructor(host: Host) {
    this.#host = host
  }

  /** A token that counts. `config-invalid` without the package or a login. */
  async token(): Promise<string> {
    return (await this.current()).token
  }

  /** The same with its end. */
  async current(): Promise<Token> {
    if (this.#counts(this.#current)) return this.#current
    this.#coming ??= this.#next().finally(() => {
      this.#coming = undefined
    })
    return await this.#coming
  }

  async #next(): Promise<Token> {
    const stored = await this.#stored()
    this.#current = this.#counts(stored) ? stored : await this.#login()
    return this.#current
  }

  /** After a token was refused: the one that another process has bought meanwhile, or a fresh one. */
  async refresh(): Promise<void> {
    const stored = await this.#stored()
    this.#current = this.#counts(stored) && stored.token !== this.#current?.token ? stored : await this.#login()
  }

  #counts(token: Token | undefined): token is Token {
    return token !== undefined && token.expires - marginMs > this.#host.clock.now().getTime()
  }

  async #stored(): Promise<Token | undefined> {
    const text = (await this.#host.tokens.get(cacheKey))?.reveal()
    if (text === undefined) return undefined
    const [expires = '', token = ''] = text.split(' ')
    return { token, expires: Number(expires) }
  }

  async #login(): Promise<Token> {
    const { DefaultAzureCredential } = await identity()
    try {
      const given = await new DefaultAzureCredential({ httpClient: loginClient(this.#host.http) }).getToken(scope)
      const token = { token: given.token, expires: given.expiresOnTimestamp }
      await this.#host.tokens.set(cacheKey, `${token.expires} ${token.token}`)
      return token
    } catch (cause) {
      if (FairleadError.is(cause)) throw cause
      const said = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : ''
      throw new FairleadError('config-invalid', `no login of Azure AD was found: ${said.slice(0, 300)}`, {
        hint: 'Log in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.',
      })
    }
  }
}

async function identity(): Promise<typeof Identity> {
  try {
    return await import('@azure/identity')
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND')) throw cause
    throw new FairleadError('config-invalid', 'To log in with Azure AD the package @azure/identity is needed, and it is not installed.', {
      hint: 'Install it with the client: fairlead plugins install @fairlead/client-azure --with @azure/identity. In a program: npm install @azure/identity.',
    })
  }
}
