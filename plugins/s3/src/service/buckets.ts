import type { ConnectionInit, Context } from '@fairlead/core'
import type { BucketLocationConstraint } from '@aws-sdk/client-s3'
import type { options } from '../manifest.ts'
import { sdkParts } from './credentials.ts'
import type { Wire } from './wire.ts'

/** The bucket as a whole: made when there is none, and only when the settings say so. */
export class Buckets {
  readonly #init: ConnectionInit<typeof options>
  readonly #wire: Wire
  #making: Promise<void> | undefined

  constructor(init: ConnectionInit<typeof options>, wire: Wire) {
    this.#init = init
    this.#wire = wire
  }

  /** Runs a write; where it finds no bucket, makes one if that is allowed and runs it again. */
  async needed<T>(work: () => Promise<T>, context: Context): Promise<T> {
    if (!this.#init.settings['create-bucket']) return await work()
    try {
      return await work()
    } catch (cause) {
      if (!this.#wire.isMissingBucket(cause)) throw cause
      this.#making ??= this.#make(context).finally(() => {
        this.#making = undefined
      })
      await this.#making
      return await work()
    }
  }

  /** Runs a listing; a bucket that the first write will make holds nothing until then. */
  async orNothing<T>(work: () => Promise<T>, nothing: T): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      if (!this.#init.settings['create-bucket'] || !this.#wire.isMissingBucket(cause)) throw cause
      return nothing
    }
  }

  /** us-east-1 is the one region that must not be named: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
  async #make({ signal }: Context): Promise<void> {
    const { host, settings } = this.#init
    const { S3Client, CreateBucketCommand, BucketLocationConstraint: constraints } = await import('@aws-sdk/client-s3')
    const { region, endpoint, bucket, aws } = await this.#wire.place()
    const isConstraint = (text: string): text is BucketLocationConstraint => Object.values<string>(constraints).includes(text)
    using client = asDisposable(
      new S3Client({
        ...(await sdkParts(host)),
        credentials: async () => await this.#wire.credentials.keys(),
        region,
        maxAttempts: 1,
        ...(!aws && { endpoint, forcePathStyle: settings['path-style'] ?? true }),
        ...(settings.endpoint !== undefined && aws && { endpoint }),
      }),
    )
    const constraint = region === 'us-east-1' ? undefined : { LocationConstraint: isConstraint(region) ? region : undefined }
    try {
      await client.value.send(
        new CreateBucketCommand({ Bucket: bucket, ...(constraint !== undefined && { CreateBucketConfiguration: constraint }) }),
        { abortSignal: signal },
      )
      host.log.info(`made the bucket "${bucket}" in ${region}`)
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : ''
      // Another process was first.
      if (name !== 'BucketAlreadyOwnedByYou') throw cause
    }
  }
}

function asDisposable<T extends { destroy(): void }>(value: T): { readonly value: T } & Disposable {
  // The handler's agents are the host's: it is let go of without them being closed.
  return { value, [Symbol.dispose]: () => undefined }
}
