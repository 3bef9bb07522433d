import { FairleadError, type Resolved } from '@fairlead/core'
import type { options } from '../manifest.ts'
import { encodeQuery } from './signer.ts'

/** The headers that a connection's settings put on everything it writes. `config-invalid` for settings that don't go together. */
export function constantHeaders(settings: Resolved<typeof options>): Readonly<Record<string, string>> {
  const { 'storage-class': storageClass, sse, 'sse-kms-key-id': key, tags, acl, 'public-acl': publicAcl } = settings
  if (key !== undefined && sse !== 'aws:kms' && sse !== 'aws:kms:dsse')
    throw new FairleadError('config-invalid', 'A KMS key is set, and sse is not aws:kms.', {
      hint: 'Set sse to aws:kms too, or unset sse-kms-key-id.',
    })
  if (acl !== undefined && publicAcl !== undefined)
    throw new FairleadError('config-invalid', 'Both acl and public-acl are set.', { hint: 'Leave public-acl out, or unset acl.' })
  const canned = publicAcl ?? acl
  return {
    ...(storageClass !== undefined && { 'x-amz-storage-class': storageClass }),
    ...(sse !== undefined && { 'x-amz-server-side-encryption': sse }),
    ...(key !== undefined && { 'x-amz-server-side-encryption-aws-kms-key-id': key }),
    ...(tags !== undefined && tags.trim() !== '' && { 'x-amz-tagging': tagging(tags) }),
    ...(canned !== undefined && { 'x-amz-acl': canned }),
  }
}

/**
 * What a canary carries of the settings: what a bucket may insist on. Not the storage class, since what is archived can't be copied and
 * is paid for by the month, nor an ACL that shows it to others.
 */
export function canaryHeaders(constant: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { 'x-amz-storage-class': _class, 'x-amz-acl': acl, ...rest } = constant
  return acl === 'bucket-owner-full-control' ? { ...rest, 'x-amz-acl': acl } : rest
}

/** `key=value,key=value` as a query string; ten tags, keys of 128 characters, values of 256: what S3 takes. */
function tagging(text: string): string {
  const refuse = (what: string): never => {
    throw new FairleadError('config-invalid', `The tags "${text}": ${what}.`, { hint: 'Write them like project=cat001,state=final.' })
  }
  const pairs = text.split(',').map(pair => {
    const at = pair.indexOf('=')
    const key = (at < 0 ? pair : pair.slice(0, at)).trim()
    const value = at < 0 ? '' : pair.slice(at + 1).trim()
    if (key === '' || key.length > 128) refuse('a key has between 1 and 128 characters')
    if (value.length > 256) refuse('a value has at most 256 characters')
    return { key, value }
  })
  if (pairs.length > 10) refuse('at most 10 are allowed')
  if (new Set(pairs.map(({ key }) => key)).size !== pairs.length) refuse('a key is there twice')
  return pairs.map(({ key, value }) => `${encodeQuery(key)}=${encodeQuery(value)}`).join('&')
}
