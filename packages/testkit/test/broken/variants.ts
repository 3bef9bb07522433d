import { groupNames, type GroupName } from '../../src/index.ts'

/** Each broken plugin with a case that must find it out; only that case's group is run. */
export const expectations = {
  ignoresAbort: 'abort/ends a request that gets no answer',
  swallowsNotFound: 'read/says not-found for what is not there, by stat and by read',
  rangeOffByOne: 'read/reads exactly the bytes of a range, the end exclusive',
  ignoresReadCondition: 'read/reads on the condition of an etag, and refuses another one as precondition-failed',
  truncatesBodies: 'read/streams a big body without losing a byte',
  dropsLastPage: 'list/lists 10,000 objects, each once, and stops asking when the caller stops',
  repeatsBetweenPages: 'list/lists 10,000 objects, each once, and stops asking when the caller stops',
  listsByStringPrefix: 'list/takes a prefix as a folder, not as the beginning of a name',
  unorderedListing: "list/lists in the order of the paths' bytes",
  ignoresAbsent: 'write/writes only where nothing is, when asked to, small and big',
  ignoresMatch: 'write/replaces only the etag it was told, and refuses another one as precondition-failed',
  partsInArrivalOrder: 'write/stores a big body whole, from memory and from a stream',
  goneUploadStillThere: 'resume/starts an upload over when the service has forgotten it',
  losesMetadata: 'write/keeps metadata with the object, small and big',
  keepsHalfABody: 'write/leaves what was there when the source of a small body breaks',
  foldsCase: 'paths/tells apart two names that differ in case only',
  decodesPaths: 'paths/keeps a name with what looks quoted',
  trimsNames: 'paths/keeps a name with spaces',
  removesNeighbours: 'remove/deletes a folder with everything below it, and no neighbour whose name begins alike',
  leaksSecret: 'secrets/shows no secret when the service refuses it',
  unauthenticatedAsDenied: 'token/refreshes once for eight operations whose token expires together',
  refreshesOnce: 'token/refreshes once for eight operations whose token expires together',
  forgetsRetryAfter: 'retry/waits as long as Retry-After says, then goes on',
  givesUpAtOnce: 'retry/repeats what the service could not do just now',
  revokeDoesNothing: 'share/takes a link back, and leaves the others',
  expiryIgnored: 'share/makes a link that ends',
  throwsPlainErrors: 'errors/says permission-denied for status 403, at once',
  answersWithDates: 'commands/answers "count" with what JSON can hold, and shows no secret',
  answersWithSecret: 'commands/answers "count" with what JSON can hold, and shows no secret',
  doesMoreThanItDeclares: 'manifest/defines each operation exactly when its capability is declared, and widens none',
  doesLessThanItDeclares: 'write/copies an object within the service',
} as const satisfies Readonly<Record<string, `${GroupName}/${string}`>>

/** The name of a broken plugin. */
export type Variant = keyof typeof expectations

/** The group of a case's id. */
export function groupOf(id: string): GroupName | undefined {
  return groupNames.find(name => id.startsWith(`${name}/`))
}
