import type { Capabilities, Manifest } from '@fairlead/core'

/** The settings of a bucket. Names in `env` are those of the AWS tools. */
export const options = {
  bucket: { type: 'string', help: 'The bucket, or the alias of an access point.', required: true },
  prefix: { type: 'string', help: 'The folder in the bucket to use as the root. Default: the whole bucket.', default: '' },
  endpoint: {
    type: 'url',
    help: 'The endpoint of a service other than AWS, such as https://s3.example.com.',
    env: ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'],
  },
  region: {
    type: 'string',
    help: "The bucket's region. Default: the profile's region, or the one the service reports.",
    env: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
  },
  profile: { type: 'string', help: 'A profile in ~/.aws/config, with keys, SSO or roles.', env: ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'] },
  'access-key-id': { type: 'string', help: 'The access key ID.', env: ['AWS_ACCESS_KEY_ID'] },
  'secret-access-key': { type: 'secret', help: 'The secret access key.', env: ['AWS_SECRET_ACCESS_KEY'] },
  'session-token': { type: 'secret', help: 'The session token of temporary credentials.', env: ['AWS_SESSION_TOKEN'], advanced: true },
  anonymous: { type: 'boolean', help: 'Send unsigned requests. For public buckets.', default: false },
  'path-style': {
    type: 'boolean',
    help: 'Put the bucket name in the path instead of the host name. Default: on for endpoints other than AWS and for names with dots.',
    advanced: true,
  },
  'create-bucket': { type: 'boolean', help: 'Create the bucket on the first write if it does not exist.', default: false, advanced: true },
  'storage-class': { type: 'string', help: 'The storage class of new objects, such as STANDARD_IA.', advanced: true },
  sse: {
    type: 'string',
    choices: ['AES256', 'aws:kms', 'aws:kms:dsse'],
    help: "Server-side encryption. Default: the bucket's setting.",
    advanced: true,
  },
  'sse-kms-key-id': { type: 'string', help: 'The KMS key, with sse aws:kms.', advanced: true },
  tags: { type: 'string', help: 'Tags for new objects: key=value,key=value.', advanced: true },
  acl: {
    type: 'string',
    choices: ['private', 'bucket-owner-read', 'bucket-owner-full-control', 'aws-exec-read'],
    help: 'The canned ACL of new objects. For public ones, see public-acl.',
    advanced: true,
  },
  'public-acl': {
    type: 'string',
    choices: ['public-read', 'public-read-write', 'authenticated-read'],
    help: 'A public canned ACL for new objects.',
    perCommand: true,
    advanced: true,
  },
  'requester-pays': { type: 'boolean', help: 'Pay for requests to a requester-pays bucket.', default: false, advanced: true },
  conditions: {
    type: 'string',
    choices: ['auto', 'none'],
    default: 'auto',
    help: 'auto: test once whether the endpoint supports conditional writes. none: never send them.',
    advanced: true,
  },
  checksum: {
    type: 'string',
    choices: ['crc32', 'sha256', 'sha1', 'md5', 'none'],
    default: 'crc32',
    help: "The checksum sent with each upload for the service to verify. none: send none, and do not trust the service's own.",
    advanced: true,
  },
} as const

const mebibyte = 1024 ** 2
const gibibyte = 1024 ** 3

/** The most parts of an upload, and the largest: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const partLimits = { maxParts: 10_000, partBytes: [5 * mebibyte, 5 * gibibyte] } as const

/** What a bucket can do; a connection narrows it to what its endpoint and settings allow. */
export const capabilities: Capabilities = {
  list: { recursive: true, ordered: true, after: true, directories: 'implied' },
  read: { range: true, versions: true, validator: true },
  write: {
    unknownSize: true,
    empty: true,
    maxBytes: partLimits.maxParts * partLimits.partBytes[1],
    conditions: ['absent', 'match'],
    modified: 'metadata',
    // The service keeps 2 KiB; the rest is for the modification time and the SHA-256.
    metadata: { maxBytes: 1920, keys: 'token', values: 'ascii' },
    resumable: { order: 'any', partBytes: partLimits.partBytes, multipleOf: 1, maxParts: partLimits.maxParts },
  },
  copy: { across: true, ifMatch: true },
  remove: { recursive: false, batch: 1000 },
  search: { native: false },
  share: {
    targets: ['object'],
    kinds: ['signed-url'],
    methods: ['GET', 'HEAD', 'PUT'],
    maxExpirySeconds: 7 * 24 * 3600,
    password: false,
    list: false,
    revoke: false,
  },
  assets: 'objects',
  paths: {
    segmentBytes: 1024,
    pathBytes: 1024,
    forbidden: '',
    reserved: [],
    case: 'sensitive',
    unicode: 'bytes',
    fileAndFolder: true,
  },
  checksums: ['crc32', 'sha256', 'sha1', 'md5'],
  consistency: 'strong',
}

/** The manifest of the S3 client: pure data. */
export const manifest: Manifest<typeof options> = {
  contract: 1,
  name: 's3',
  title: 'S3',
  summary: 'A bucket on Amazon S3 or any S3-compatible service.',
  package: '@fairlead/client-s3',
  options,
  credentials: ['access-key-id', 'secret-access-key', 'session-token', 'profile', 'anonymous'],
  identity: ['endpoint', 'bucket', 'prefix'],
  capabilities,
}
