import type * as Library from '@azure/storage-blob'
import type { BlobBatchClient, BlobServiceClient, ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import type { Host } from '@fairlead/core'
import type { Account } from './account.ts'
import type { AzureAd } from './azure-ad.ts'
import { hostClient } from './host-client.ts'

type Login = NonNullable<Parameters<typeof Library.newPipeline>[0]>

/**
 * The SDK for what is not done often: making containers, deleting in batches, signing. It is loaded on first use, for that takes
 * longer than most commands; it speaks over the host's sockets and repeats nothing itself.
 */
export class Sdk {
  readonly #host: Host
  readonly #account: Account
  readonly #azureAd: AzureAd | undefined
  #library: Promise<typeof Library> | undefined

  constructor(host: Host, account: Account, azureAd: AzureAd | undefined) {
    this.#host = host
    this.#account = account
    this.#azureAd = azureAd
  }

  async library(): Promise<typeof Library> {
    this.#library ??= import('@azure/storage-blob')
    return await this.#library
  }

  /** The key as the SDK signs with it; undefined where the connection has none. */
  async sharedKey(): Promise<StorageSharedKeyCredential | undefined> {
    const { credential, name } = this.#account
    if (credential.kind !== 'key') return undefined
    const { StorageSharedKeyCredential } = await this.library()
    return new StorageSharedKeyCredential(name, credential.key.toString('base64'))
  }

  async service(): Promise<BlobServiceClient> {
    const { BlobServiceClient, newPipeline } = await this.library()
    return new BlobServiceClient(this.#signed(this.#account.endpoint), newPipeline(await this.credential(), this.#options()))
  }

  async container(): Promise<ContainerClient> {
    const { ContainerClient, newPipeline } = await this.library()
    const { endpoint, container } = this.#account
    return new ContainerClient(this.#signed(`${endpoint}/${container}`), newPipeline(await this.credential(), this.#options()))
  }

  async batch(): Promise<BlobBatchClient> {
    return (await this.container()).getBlobBatchClient()
  }

  /** What the SDK lets itself in with: nothing where the address has the SAS. */
  async credential(): Promise<Login> {
    const azureAd = this.#azureAd
    if (azureAd !== undefined)
      return {
        getToken: async () => {
          const { token, expires } = await azureAd.current()
          return { token, expiresOnTimestamp: expires }
        },
      }
    const { AnonymousCredential } = await this.library()
    return (await this.sharedKey()) ?? new AnonymousCredential()
  }

  #signed(url: string): string {
    const { credential } = this.#account
    return credential.kind === 'sas' ? `${url}?${credential.query}` : url
  }

  #options() {
    return { httpClient: hostClient(this.#host.http), retryOptions: { maxTries: 1 } }
  }
}
