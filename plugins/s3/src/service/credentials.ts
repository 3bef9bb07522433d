import { FairleadError, type ConnectionInit, type Host } from '@fairlead/core'
import type { options } from '../manifest.ts'
import type { Keys } from './signer.ts'

type Init = ConnectionInit<typeof options>

/** Keys are renewed this long before they end, so that nothing under way is refused. */
const renewAheadMs = 5 * 60 * 1000

/**
 * The keys of a connection: those of its settings, else what the AWS tools would find (environment, profile, SSO, web
 * identity, process, container, instance). Temporary ones are renewed ahead of their end.
 */
export class Credentials {
  readonly #init: Init
  readonly #stored: Keys | undefined
  #found: Keys | undefined
  #searching: Promise<Keys> | undefined

  constructor(init: Init) {
    this.#init = init
    this.#stored = storedKeys(init)
  }

  get anonymous(): boolean {
    return this.#init.settings.anonymous
  }

  /** Whether asking again may give other keys. */
  get renewable(): boolean {
    return !this.anonymous && this.#stored === undefined
  }

  /** Keys that are at hand and good for a while: no promise on the way of every small request. */
  get ready(): Keys | undefined {
    if (this.#stored !== undefined || this.#found === undefined) return this.#stored
    return this.#leftMs(this.#found) > renewAheadMs ? this.#found : undefined
  }

  /** `config-invalid` when there are none, `unauthenticated` when they ended and no new ones are to be had. */
  async keys(): Promise<Keys> {
    if (this.#stored !== undefined) return this.#stored
    const found = this.#found
    if (found === undefined) return await this.#search()
    const leftMs = this.#leftMs(found)
    if (leftMs > renewAheadMs) return found
    try {
      return await this.#search()
    } catch (cause) {
      if (leftMs <= 0) throw cause
      this.#init.host.log.debug('the keys could not be renewed ahead of their end', { reason: String(cause) })
      return found
    }
  }

  /** Looks for keys anew after the service refused those it was given. `unauthenticated` where the same ones are found. */
  async renew(): Promise<void> {
    const refused = this.#found
    const found = await this.#search()
    if (refused?.accessKeyId !== found.accessKeyId || refused.sessionToken !== found.sessionToken) return
    throw new FairleadError('unauthenticated', `The service rejected the keys of ${this.#place()}, and there are no others.`)
  }

  async #search(): Promise<Keys> {
    this.#searching ??= this.#ask().finally(() => {
      this.#searching = undefined
    })
    return await this.#searching
  }

  async #ask(): Promise<Keys> {
    const { host } = this.#init
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node')
    const { requestHandler } = await sdkParts(host)
    const profile = profileOf(this.#init)
    try {
      const found = await defaultProvider({
        ...(profile !== undefined && { profile }),
        ignoreCache: this.#found !== undefined,
        clientConfig: {
          requestHandler,
          maxAttempts: 3,
          ...(this.#init.settings.region !== undefined && { region: this.#init.settings.region }),
        },
        logger: sdkLog(host),
      })()
      const { accessKeyId, secretAccessKey, sessionToken, expiration } = found
      this.#found = {
        accessKeyId,
        secretAccessKey,
        ...(sessionToken !== undefined && { sessionToken }),
        ...(expiration !== undefined && { expiration }),
      }
      return this.#found
    } catch (cause) {
      throw this.#missing(cause)
    }
  }

  #missing(cause: unknown): FairleadError {
    const text = cause instanceof Error ? cause.message : String(cause)
    const { connection } = this.#init.host
    if (/sso|token.*(?:expired|invalid)|expired/i.test(text))
      return new FairleadError('config-invalid', `The login of ${this.#place()} has expired: ${text}`, {
        hint: `Log in again: aws sso login${this.#init.settings.profile === undefined ? '' : ` --profile ${this.#init.settings.profile}`}`,
        cause,
      })
    const named = connection === 's3' ? '' : ` AWS_ACCESS_KEY_ID feeds the connection "s3" alone, not "${connection}".`
    return new FairleadError('config-invalid', `No keys were found for "${connection}" at ${this.#place()}: ${text}`, {
      hint: `Store them with \`fairlead client set ${connection} access-key-id=ID\` and \`… secret-access-key\`, set a profile, or for a public bucket set anonymous=true.${named}`,
      cause,
    })
  }

  #place(): string {
    const { profile } = this.#init.settings
    return profile === undefined ? 'this machine' : `the profile "${profile}"`
  }

  #leftMs({ expiration }: Keys): number {
    return expiration === undefined ? Number.POSITIVE_INFINITY : expiration.getTime() - this.#init.host.clock.now().getTime()
  }
}

/** The region a profile names; undefined where there is none. The environment's own names come through the settings. */
export async function regionOfProfile(init: Init): Promise<string | undefined> {
  const { loadSharedConfigFiles } = await import('@smithy/core/config')
  const { configFile } = await loadSharedConfigFiles()
  const region = configFile[profileOf(init) ?? process.env.AWS_PROFILE ?? 'default']?.region
  return region === '' ? undefined : region
}

/**
 * The names of the environment feed the connection that is called like the client and no other, so that a second account
 * never gets the keys of the first by accident: for others the SDK is told a profile, which makes it pass the environment over.
 */
function profileOf({ host, settings }: Init): string | undefined {
  return settings.profile ?? (host.connection === 's3' ? undefined : 'default')
}

function storedKeys({ settings, host }: Init): Keys | undefined {
  if (settings.anonymous) return undefined
  const id = settings['access-key-id']
  const secret = settings['secret-access-key']
  const token = settings['session-token']
  if (id === undefined && secret === undefined) return undefined
  if (id === undefined || secret === undefined)
    throw new FairleadError(
      'config-invalid',
      `The connection "${host.connection}" has ${id === undefined ? 'a secret-access-key and no access-key-id' : 'an access-key-id and no secret-access-key'}.`,
      {
        hint: `Both must come from the same source: store both (fairlead client set ${host.connection} access-key-id=ID secret-access-key), or set both in the environment.`,
      },
    )
  return { accessKeyId: id, secretAccessKey: secret.reveal(), ...(token !== undefined && { sessionToken: token.reveal() }) }
}

/** What every client of the SDK is made with: this host's sockets. */
export async function sdkParts({ http }: Host) {
  const { NodeHttpHandler } = await import('@smithy/node-http-handler')
  return { requestHandler: new NodeHttpHandler({ httpAgent: http.agents.http, httpsAgent: http.agents.https }) }
}

/** The SDK's own words, which may hold anything, at the lowest level only; without one it would write to the console. */
function sdkLog({ log }: Host) {
  const say = (...words: readonly unknown[]): void => log.trace(words.map(word => (typeof word === 'string' ? word : '…')).join(' '))
  return { debug: say, info: say, warn: say, error: say }
}
