/** How a service knows who asks. */
export const authentications = ['none', 'api-key', 'oauth2', 'basic'] as const
/** One of {@link authentications}. */
export type Authentication = (typeof authentications)[number]

/** What a client can be generated with, in the order in which it is written. */
export const capabilityNames = ['write', 'list', 'read', 'share', 'remove'] as const
/** One of {@link capabilityNames}. */
export type CapabilityName = (typeof capabilityNames)[number]

/** What installs the packages of a project and runs its scripts. */
export const packageManagers = ['npm', 'pnpm', 'yarn'] as const
/** One of {@link packageManagers}. */
export type PackageManager = (typeof packageManagers)[number]

/** Everything that a new client is made by. */
export interface Choices {
  /** The name of the npm package. */
  readonly name: string
  /** The name of the client: what stands before `://` in a reference. */
  readonly scheme: string
  /** What people call the service. */
  readonly title: string
  readonly auth: Authentication
  /** What is generated against the made-up service; the rest is for its author to declare and to write. */
  readonly capabilities: readonly CapabilityName[]
  readonly packageManager: PackageManager
  /** Absolute. */
  readonly directory: string
}
