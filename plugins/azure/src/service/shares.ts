import type { UserDelegationKey } from '@azure/storage-blob'
import { FairleadError, type Clock, type Share, type ShareRequest } from '@fairlead/core'
import { toName } from '../mapping.ts'
import { blobOf, type Place } from './objects.ts'
import type { Sdk } from './sdk.ts'

/** The version whose form of signature is made: any newer service reads it. */
const signatureVersion = '2023-11-03'
const minuteMs = 60_000

/** The longest time that a link can last which no account key signs: seven days, less what clocks may differ. */
export const maxDelegatedSeconds = 7 * 24 * 3600 - 10 * 60

/** Links: an address with a signature of its own, which the service checks. None can be taken back alone. */
export class Shares {
  readonly #place: Place
  readonly #sdk: Sdk
  readonly #clock: Clock
  #delegation: { readonly key: UserDelegationKey; readonly until: number } | undefined

  constructor(place: Place, sdk: Sdk, clock: Clock) {
    this.#place = place
    this.#sdk = sdk
    this.#clock = clock
  }

  async create({ path, method, expires }: ShareRequest, signal: AbortSignal): Promise<Share> {
    const now = this.#clock.now()
    // A signature tells its end in whole seconds.
    const end = new Date(Math.floor((expires?.getTime() ?? now.getTime() + 60 * minuteMs) / 1000) * 1000)
    const url = await this.signed(path, method === 'PUT' ? 'cw' : 'r', end, signal)
    if (url === undefined)
      throw new FairleadError(
        'unsupported',
        'Links are signed with the key of the account or a login of Azure AD, and this connection has neither.',
        {
          hint: 'Store a key of the account with `fairlead client set`, or log in with azure-ad=true.',
        },
      )
    return { url, path, kind: 'signed-url', expires: end, created: now, revocable: false }
  }

  /** The address of a blob, signed for these permissions until then; undefined where there is nothing to sign with. */
  async signed(path: string, permissions: string, end: Date, signal: AbortSignal): Promise<URL | undefined> {
    const { wire, root } = this.#place
    const { account } = wire
    const url = new URL(wire.address(blobOf(this.#place, path)))
    if (account.credential.kind !== 'key' && account.credential.kind !== 'azure-ad') return undefined
    const { BlobSASPermissions, SASProtocol, generateBlobSASQueryParameters } = await this.#sdk.library()
    const values = {
      containerName: account.container,
      blobName: toName(root, path),
      permissions: BlobSASPermissions.parse(permissions),
      expiresOn: end,
      version: signatureVersion,
      protocol: url.protocol === 'https:' ? SASProtocol.Https : SASProtocol.HttpsAndHttp,
    }
    const key = await this.#sdk.sharedKey()
    const signature =
      key === undefined
        ? generateBlobSASQueryParameters(values, await this.#delegated(end, signal), account.name)
        : generateBlobSASQueryParameters(values, key)
    url.search = signature.toString()
    return url
  }

  /** A key that the service lends to a login, kept while it lasts. */
  async #delegated(end: Date, signal: AbortSignal): Promise<UserDelegationKey> {
    const now = this.#clock.now().getTime()
    if (this.#delegation !== undefined && this.#delegation.until >= end.getTime()) return this.#delegation.key
    const until = new Date(Math.max(end.getTime(), now + 60 * minuteMs))
    const key = await (await this.#sdk.service()).getUserDelegationKey(new Date(now - 5 * minuteMs), until, { abortSignal: signal })
    this.#delegation = { key, until: until.getTime() }
    return key
  }
}
