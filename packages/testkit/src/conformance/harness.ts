import type { Fault } from '../fault-plan.ts'
import type { RequestRecord } from '../fault-proxy.ts'

/** A setting as a person would type it; URLs and secrets as text. */
export type PlainSettings = Readonly<Record<string, string | number | boolean>>

/** What stands between the client and the service: a {@link FaultProxy} is one. */
export interface Faults {
  inject(fault: Fault): void
  clear(): void
  /** Every request so far, oldest first. */
  readonly requests: readonly RequestRecord[]
  /** Every Authorization value that went by: none of them may be seen anywhere else. */
  readonly credentials: ReadonlySet<string>
  /** Waits until the service has answered, or lost, all that a process sent before it was killed. */
  settled(): Promise<void>
}

/** One empty place on a running service, for one group of cases. Paths are as the service keeps them. */
export interface Harness extends AsyncDisposable {
  /** What connects to it. Several connections of them see the same objects. */
  readonly settings: PlainSettings
  readonly faults?: Faults
  /** How long the service may take until a change is seen; default 0. */
  readonly settleMs?: number
  /** What the service holds at a path, read behind the client's back. */
  readBack?(path: string): Promise<Uint8Array | undefined>
  /** Puts objects there behind the client's back: faster than 10,000 writes, and the only way for clients that can't write. */
  seed?(objects: Iterable<{ readonly path: string; readonly body: Uint8Array }>): Promise<void>
  /** Changes one byte of an object behind the client's back, leaving its size. */
  corrupt?(path: string): Promise<void>
  /** Makes the service forget unfinished uploads. */
  expireUploads?(): Promise<void>
  /** Where a new process finds the plugin: the URL of a module that imports no test framework, and the name it exports it by. */
  readonly child?: { readonly module: URL; readonly export: string }
}

/** What a case may need of a harness beyond its settings. */
export type Need = 'faults' | 'readBack' | 'seed' | 'corrupt' | 'expireUploads' | 'child'

/** One way to run the suite: a real server, an emulator, a folder. */
export interface Setup {
  readonly name: string
  /** True: it needs nothing that is not on this machine, so it always runs. Every plugin has one. */
  readonly hermetic: boolean
  /** Cases (`group/name`) that this setup can't show, each with its reason. */
  readonly lacks?: Readonly<Record<string, string>>
  /** Why it can't run here, if it can't. */
  unavailable?(env: NodeJS.ProcessEnv): string | undefined
  /** A fresh, empty place. */
  start(): Promise<Harness>
}
