import { FairleadError } from '@fairlead/core'

/** Where a bucket answers, and how its requests are addressed. */
export interface Place {
  readonly protocol: 'http:' | 'https:'
  /** As it is signed and sent. */
  readonly host: string
  /** What goes before a key: `/bucket` with path style, else nothing; a path of the endpoint comes first. */
  readonly base: string
  readonly region: string
  readonly bucket: string
  /** True for AWS itself, whose behaviour is documented. */
  readonly aws: boolean
  /** Where the service itself answers, without the bucket. */
  readonly endpoint: string
}

/** What decides where a bucket answers. */
export interface PlaceSettings {
  readonly bucket: string
  readonly endpoint?: URL
  readonly pathStyle?: boolean
}

const dnsName = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/
const awsHost = /(?:^|\.)amazonaws\.com(?:\.cn)?$/
const awsRegion = /(?:^|\.)s3[.-](?:dualstack\.)?([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com/

/** The region an endpoint of AWS names in its host. */
export function regionOfEndpoint(endpoint: URL | undefined): string | undefined {
  return endpoint === undefined ? undefined : awsRegion.exec(endpoint.hostname)?.[1]
}

/** Refuses bucket names that would lead elsewhere: `config-invalid`. */
export function checkBucket(bucket: string): void {
  const refuse = (what: string, hint: string): never => {
    throw new FairleadError('config-invalid', `The bucket "${bucket}" ${what}.`, { hint })
  }
  if (bucket.startsWith('arn:'))
    refuse('is an ARN', 'Give the alias of the access point instead: it ends in -s3alias and is used like a bucket name.')
  if (bucket.endsWith('--x-s3')) refuse('is a directory bucket, which has a protocol of its own', 'Use a general purpose bucket.')
  if (bucket.includes('/')) refuse('contains a slash', 'Give only the name of the bucket, and the folder in it with the setting "prefix".')
  if (!/^[A-Za-z0-9._:-]{1,255}$/.test(bucket) || bucket === '.' || bucket === '..')
    refuse('is not a bucket name', 'Names are letters, digits, "-" and ".".')
}

/** Where a bucket answers in a region. `config-invalid` for an endpoint that is no place of its own. */
export function placeOf({ bucket, endpoint, pathStyle }: PlaceSettings, region: string): Place {
  if (endpoint !== undefined && (endpoint.search !== '' || endpoint.hash !== '' || endpoint.username !== '' || endpoint.password !== ''))
    throw new FairleadError('config-invalid', `The endpoint of the bucket "${bucket}" has more than host and path.`, {
      hint: 'Give it like https://s3.example.com; keys are settings of their own.',
    })
  if (endpoint !== undefined && endpoint.protocol !== 'http:' && endpoint.protocol !== 'https:')
    throw new FairleadError('config-invalid', `The endpoint ${endpoint.href} is not an http address.`, {
      hint: 'Give it like https://s3.example.com.',
    })
  const aws = endpoint === undefined || awsHost.test(endpoint.hostname)
  const host = endpoint === undefined || isRegional(endpoint) ? regionalHost(region) : endpoint.host
  const protocol = endpoint?.protocol === 'http:' ? 'http:' : 'https:'
  const inPath = pathStyle ?? (!aws || !dnsName.test(bucket))
  const path = (endpoint?.pathname ?? '').replace(/\/+$/, '')
  return {
    protocol,
    host: inPath ? host : `${bucket}.${host}`,
    base: inPath ? `${path}/${bucket}` : path,
    region,
    bucket,
    aws,
    endpoint: `${protocol}//${host}${path}`,
  }
}

/** Whether an endpoint is AWS's own for one region, so that another region means another host. */
function isRegional(endpoint: URL): boolean {
  return /^s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/.test(endpoint.hostname) && endpoint.port === ''
}

function regionalHost(region: string): string {
  return `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
}
