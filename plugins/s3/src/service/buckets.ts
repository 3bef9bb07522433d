import type { ConnectionInit, Context } from '@fairlead/core'
import type { options } from '../manifest.ts'
import { sdkParts } from './credentials.ts'
import type { Wire } from './wire.ts'

/** The bucket as a whole: made when there is none, and only when the settings say so. */
export class Buckets {
  readonly #init: ConnectionInit<typeof options>
  readonly #wire: Wire
  /** Whether the first write makes it. Nobody makes one without keys. */
  readonly #comes: boolean
  #making: Promise<void> | undefined

  constructor(init: ConnectionInit<typeof options>, wire: Wire) {
    this.#init = init
    this.#wire = wire
    this.#comes = init.settings['create-bucket'] && !init.settings.anonymous
  }

  /** Runs a write; where it finds no bucket, makes one if that is allowed and runs it again. */
  async needed<T>(work: () => Promise<T>, context: Context): Promise<T> {
    if (!this.#comes) return await work()
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
      if (!this.#comes || !this.#wire.isMissingBucket(cause)) throw cause
      return nothing
    }
  }

  /**
   * The SDK names the region of its client as the bucket's, whatever it is called, and leaves out us-east-1, the one that must
   * not be named: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
   */
  async #make({ signal }: Context): Promise<void> {
    const { host, settings } = this.#init
    const { S3Client, S3ServiceException, CreateBucketCommand } = await import('@aws-sdk/client-s3')
    const place = await this.#wire.place()
    const { region, endpoint, bucket, aws } = place
    // It is let go of without being closed: its sockets are the host's.
    const client = new S3Client({
      ...(await sdkParts(host)),
      credentials: async () => await this.#wire.credentials.keys(),
      region,
      maxAttempts: 1,
      ...(!aws && { endpoint, forcePathStyle: settings['path-style'] ?? true }),
      ...(settings.endpoint !== undefined && aws && { endpoint }),
    })
    try {
      await client.send(new CreateBucketCommand({ Bucket: bucket }), { abortSignal: signal })
      host.log.info(`created the bucket "${bucket}" in ${region}`)
    } catch (cause) {
      if (!(cause instanceof S3ServiceException)) throw cause
      const { name: code, message, $metadata } = cause
      // Another process was first.
      if (code === 'BucketAlreadyOwnedByYou') return
      const failure = { status: $metadata.httpStatusCode ?? 0, code, message, fields: {}, headers: {}, page: false }
      throw this.#wire.failure(failure, { method: 'PUT', permission: 's3:CreateBucket' }, place)
    }
  }
}
