import type { Log } from '@fairlead/core'
import { AzureFailure } from '../errors.ts'
import type { Sdk } from './sdk.ts'

/** The container as a whole: made, private, where the settings ask for it and a write finds none. */
export class Container {
  readonly #sdk: Sdk
  /** Whether the first write makes it. */
  readonly comes: boolean
  readonly #log: Log

  constructor(sdk: Sdk, create: boolean, log: Log) {
    this.#sdk = sdk
    this.comes = create
    this.#log = log
  }

  /** Runs a write; where it finds no container and one is to be made, makes it and runs the write once more. */
  async ensured<T>(signal: AbortSignal, write: () => Promise<T>): Promise<T> {
    try {
      return await write()
    } catch (cause) {
      if (!this.comes || !(cause instanceof AzureFailure) || cause.code !== 'ContainerNotFound') throw cause
      const container = await this.#sdk.container()
      // Without an access level nobody but the account gets in.
      const { succeeded } = await container.createIfNotExists({ abortSignal: signal })
      if (succeeded) this.#log.info('created the container', { container: container.containerName })
      return await write()
    }
  }
}
