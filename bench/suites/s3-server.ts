import { join } from 'node:path'
import { s3Server, s3Unavailable } from '@fairlead/testkit/servers'
import type { Bucket } from './s3-peers.ts'

/** A bucket that is there as long as this is held. */
export interface RunningBucket extends AsyncDisposable {
  readonly bucket: Bucket
  /** Where the server keeps its objects, one file each. */
  readonly folder: string
}

/** Why nothing can be measured on S3 here; undefined when it can. */
export function bucketUnavailable(): string | undefined {
  return s3Unavailable({ ...process.env, FAIRLEAD_REQUIRE_SERVERS: undefined })
}

/** Starts an S3 server on loopback with one bucket, its files in a folder. */
export async function startBucket(folder: string): Promise<RunningBucket> {
  const name = 'bench'
  const server = await s3Server({ folder, bucket: name })
  return {
    bucket: { url: server.url.origin, name, ...server.keys },
    folder: join(server.buckets, name),
    [Symbol.asyncDispose]: async () => await server[Symbol.asyncDispose](),
  }
}
