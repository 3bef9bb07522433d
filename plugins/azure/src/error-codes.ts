import type { ErrorCode, Retry } from '@fairlead/core'

/** What a code of the service means to a user; `{account}`, `{container}`, `{connection}` and the blob's `{name}` are filled in. */
export interface Meaning {
  readonly code: ErrorCode
  readonly what: string
  readonly hint: string
  readonly retry?: Retry
}

const later = 'Run the command again in a minute.'
const choose = 'Choose another name.'
const report = 'Run it again with FAIRLEAD_LOG_LEVEL=debug and report the output.'
const look = 'Check what is there now, then run the command again.'
const lease =
  'Fairlead does not break leases. Wait until its holder releases it, or run: az storage blob lease break --container-name {container} --account-name {account} --blob-name {name}'
const role =
  'Ask the owner of the account {account} for access, or use another credential: fairlead client set {connection} account-key (or sas)'
const again = 'Store the credential again: fairlead client set {connection} account-key (or sas, or connection-string)'
const tierHint = "Choose another one, or use the account's default: fairlead client unset {connection} tier"

/** https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes and .../common-rest-api-error-codes */
export const meanings: Readonly<Record<string, Meaning>> = {
  // What is there.
  BlobNotFound: { code: 'not-found', what: 'there is nothing at this path', hint: 'See what is there with `fairlead ls`.' },
  ResourceNotFound: { code: 'not-found', what: 'there is nothing at this path', hint: 'See what is there with `fairlead ls`.' },
  ContainerNotFound: {
    code: 'not-found',
    what: 'the account "{account}" has no container "{container}"',
    hint: 'Check its name, or let the first write create it: fairlead client set {connection} create-container=true',
  },
  ContainerBeingDeleted: { code: 'unavailable', what: 'the container "{container}" is being deleted', hint: later },
  ContainerDisabled: { code: 'permission-denied', what: 'the container "{container}" is disabled', hint: role },
  BlobAlreadyExists: { code: 'precondition-failed', what: 'something already exists at this path', hint: look },
  ContainerAlreadyExists: { code: 'already-exists', what: 'the container "{container}" already exists', hint: choose },
  ConditionNotMet: { code: 'precondition-failed', what: 'it has changed', hint: look },
  TargetConditionNotMet: { code: 'precondition-failed', what: 'it has changed', hint: look },
  SourceConditionNotMet: { code: 'precondition-failed', what: 'the source changed while it was copied', hint: look },
  UnmodifiedSinceConditionNotMet: { code: 'precondition-failed', what: 'it changed in the meantime', hint: look },
  InvalidBlobType: {
    code: 'precondition-failed',
    what: 'a page or append blob is there, which a block blob does not replace block by block',
    hint: 'Delete it first with `fairlead remove`, or choose another path.',
  },
  BlobArchived: {
    code: 'unsupported',
    what: "it is in the archive tier, where it can't be read or copied",
    hint: 'Rehydrate it, which takes hours: az storage blob set-tier --tier Hot --container-name {container} --account-name {account} --name {name}',
  },
  BlobBeingRehydrated: {
    code: 'unavailable',
    what: 'it is being rehydrated from the archive tier',
    hint: 'That takes up to 15 hours; run the command again later.',
    retry: 'never',
  },
  BlobNotArchived: { code: 'precondition-failed', what: 'it is not in the archive tier', hint: look },
  BlobImmutableDueToPolicy: {
    code: 'permission-denied',
    what: 'a policy or legal hold prevents it from being changed or deleted',
    hint: 'Choose another path, or have the policy lifted.',
  },
  SnapshotsPresent: {
    code: 'precondition-failed',
    what: 'it has snapshots, which would go with it',
    hint: 'To delete them too: --set delete-snapshots=true',
  },
  InvalidRange: { code: 'range-invalid', what: 'it has no such bytes', hint: 'Request bytes within the object.' },
  InvalidVersionForPageBlobOperation: { code: 'unsupported', what: 'page blobs are not handled so', hint: choose },

  // Leases.
  LeaseIdMissing: { code: 'precondition-failed', what: 'a lease on it prevents changes', hint: lease },
  LeaseIdMismatchWithBlobOperation: { code: 'precondition-failed', what: 'there is a lease on it', hint: lease },
  LeaseIdMismatchWithContainerOperation: {
    code: 'precondition-failed',
    what: 'there is a lease on the container "{container}"',
    hint: lease,
  },
  LeaseAlreadyPresent: { code: 'precondition-failed', what: 'there is a lease on it', hint: lease },
  LeaseLost: { code: 'precondition-failed', what: 'the lease on it ended', hint: look },

  // Blocks.
  InvalidBlockList: {
    code: 'precondition-failed',
    what: 'the service dropped blocks of this upload: another writer finished an upload to this path, or a week has passed',
    hint: 'Run the same command again: it sends the object from the start.',
  },
  InvalidBlobOrBlock: {
    code: 'precondition-failed',
    what: 'another program has an unfinished upload at this path whose blocks do not go with ours',
    hint: 'Let it finish, or delete its remains by writing a small object to the path and deleting it, or choose another path.',
  },
  InvalidBlockId: {
    code: 'precondition-failed',
    what: 'blocks of another program at this path do not go with ours',
    hint: 'Choose another path, or let it finish.',
  },
  BlockCountExceedsLimit: {
    code: 'quota-exceeded',
    what: 'there are too many unfinished blocks at this path',
    hint: 'Choose another path, or wait a week until the service drops them.',
  },
  BlockListTooLong: { code: 'input-invalid', what: 'it has more than 50,000 blocks', hint: 'Use bigger ones: --set part-size=64MiB' },
  RequestBodyTooLarge: {
    code: 'input-invalid',
    what: 'the service does not accept an object this large',
    hint: 'Use smaller parts: --set part-size=8MiB',
  },

  // Integrity.
  Md5Mismatch: { code: 'integrity', what: 'the bytes that arrived were not those that were sent', hint: later, retry: 'later' },
  Crc64Mismatch: { code: 'integrity', what: 'the bytes that arrived were not those that were sent', hint: later, retry: 'later' },

  // Who may do what.
  AuthenticationFailed: {
    code: 'unauthenticated',
    what: 'the service does not accept this credential for the account "{account}"',
    hint: again,
  },
  InvalidAuthenticationInfo: { code: 'unauthenticated', what: "the service can't read this credential, or it has expired", hint: again },
  NoAuthenticationInformation: { code: 'unauthenticated', what: 'the service wants a credential', hint: again },
  AuthorizationPermissionMismatch: { code: 'permission-denied', what: 'this credential does not have the permission', hint: role },
  AuthorizationFailure: {
    code: 'permission-denied',
    what: "the account's rules do not allow this credential or this network",
    hint: "Check the account's firewall and whether it allows keys, or use another credential.",
  },
  AuthorizationProtocolMismatch: { code: 'permission-denied', what: 'the SAS counts for https only', hint: 'Use an https endpoint.' },
  AuthorizationSourceIPMismatch: {
    code: 'permission-denied',
    what: 'the SAS does not count for the address of this machine',
    hint: 'Ask for a SAS that does.',
  },
  AuthorizationServiceMismatch: {
    code: 'permission-denied',
    what: 'the SAS is not for blobs',
    hint: 'Ask for one whose services include "b".',
  },
  AuthorizationResourceTypeMismatch: {
    code: 'permission-denied',
    what: 'the SAS is not for containers and objects',
    hint: 'Ask for an account SAS whose resource types are "co" (and "s" to create containers).',
  },
  KeyBasedAuthenticationNotPermitted: {
    code: 'permission-denied',
    what: 'the account "{account}" does not allow access with keys',
    hint: 'Log in with Azure AD: fairlead client set {connection} azure-ad=true',
  },
  InsufficientAccountPermissions: { code: 'permission-denied', what: 'this credential does not have the permission', hint: role },
  AccountIsDisabled: { code: 'permission-denied', what: 'the account "{account}" is disabled', hint: role },
  PublicAccessNotPermitted: { code: 'permission-denied', what: 'the account "{account}" has nothing public', hint: again },
  InsufficientPermissions: { code: 'permission-denied', what: 'this credential does not have the permission', hint: role },

  // Not now.
  ServerBusy: { code: 'rate-limited', what: 'the account accepts no more requests at the moment', hint: later },
  OperationTimedOut: { code: 'timeout', what: 'the service did not finish in time', hint: later },
  InternalError: { code: 'unavailable', what: 'the service failed', hint: later },
  AccountBeingCreated: { code: 'unavailable', what: 'the account "{account}" is still being created', hint: later },
  PendingCopyOperation: { code: 'unavailable', what: 'a copy to this path is under way', hint: later },
  BlobBeingCopied: { code: 'unavailable', what: 'a copy to this path is under way', hint: later },
  IngressExceedsAccountLimit: { code: 'rate-limited', what: 'the account accepts no more data at the moment', hint: later },
  EgressExceedsAccountLimit: { code: 'rate-limited', what: 'the account sends no more data at the moment', hint: later },
  IncrementalCopyBlobMismatch: { code: 'unsupported', what: 'incremental copies are not handled', hint: choose },

  // Copies.
  CannotVerifyCopySource: {
    code: 'not-found',
    what: "the service can't read the source of the copy",
    hint: 'Check that it exists and can be read.',
  },
  CopyIdMismatch: { code: 'precondition-failed', what: 'another copy to this path was begun', hint: look },
  NoPendingCopyOperation: { code: 'precondition-failed', what: 'no copy is under way', hint: look },

  // What was asked.
  OutOfRangeInput: { code: 'path-invalid', what: 'its name is too long for the service, or has too many parts', hint: 'Shorten it.' },
  InvalidResourceName: { code: 'path-invalid', what: 'the service does not accept this name', hint: choose },
  InvalidUri: { code: 'path-invalid', what: 'the service does not accept this name', hint: choose },
  InvalidMetadata: {
    code: 'input-invalid',
    what: 'the service does not accept this metadata',
    hint: 'Use letters and digits in keys and ASCII in values.',
  },
  EmptyMetadataKey: { code: 'input-invalid', what: 'a key of metadata is empty', hint: 'Give it a name.' },
  MetadataTooLarge: { code: 'input-invalid', what: 'it has more than 8 KiB of metadata', hint: 'Shorten it.' },
  InvalidTag: {
    code: 'config-invalid',
    what: 'the service does not accept these tags',
    hint: 'Check them: fairlead client show {connection}',
  },
  TagsTooLarge: { code: 'config-invalid', what: 'there are more tags than the service allows', hint: 'Use 10 or fewer.' },
  InvalidBlobTier: { code: 'config-invalid', what: 'the account does not have this access tier', hint: tierHint },
  BlobAccessTierNotSupportedForAccountType: { code: 'config-invalid', what: 'an account of this type has no access tiers', hint: tierHint },
  BlobTierInadequateForContentLength: {
    code: 'config-invalid',
    what: 'the access tier does not accept an object this large',
    hint: tierHint,
  },
  FeatureVersionMismatch: { code: 'unsupported', what: 'it uses a feature that this protocol version does not have', hint: report },
  UnsupportedHeader: { code: 'unsupported', what: 'the service does not support part of the request', hint: report },
  FeatureNotSupportedForAccount: {
    code: 'unsupported',
    what: 'the account "{account}" does not support this; for example, accounts with a hierarchical namespace have no tags',
    hint: 'Leave it out: fairlead client unset {connection} tags',
  },
  AccountRequiresHttps: { code: 'config-invalid', what: 'the account "{account}" accepts only https', hint: 'Use an https endpoint.' },
  RequestUrlFailedToParse: {
    code: 'config-invalid',
    what: "the service can't read the address",
    hint: 'Check the endpoint: fairlead client show {connection}',
  },
  InvalidQueryParameterValue: { code: 'input-invalid', what: 'the service does not accept a value of the request', hint: report },
  InvalidHeaderValue: { code: 'input-invalid', what: 'the service does not accept a value of the request', hint: report },
  InvalidInput: { code: 'input-invalid', what: 'the service does not accept a value of the request', hint: report },
  InvalidMd5: { code: 'input-invalid', what: "the service can't read a checksum", hint: report },
}
