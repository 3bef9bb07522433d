import type { TransferEvent } from '@fairlead/core/host'
import type { PlainSettings } from './harness.ts'
import type { Operation } from './unwritten.ts'

/** What a process of its own is to do; it comes over standard input, for settings may hold secrets. */
export interface ChildTask {
  readonly module: string
  readonly export: string
  readonly settings: PlainSettings
  /** Operations that the plugin declares and hasn't got yet. */
  readonly unwritten: readonly Operation[]
  readonly home: string
  readonly kind: 'write' | 'download' | 'exercise'
  /** The object. */
  readonly path: string
  /** The local file. */
  readonly file: string
  /** The process kills itself (SIGKILL) when that many bytes have moved. */
  readonly killAfterBytes?: number
}

/** What it prints when it lives: everything a person or a program could get to see. */
export interface ChildReport {
  readonly events: readonly TransferEvent[]
  /** `util.inspect`, text, JSON and stack of each failure. */
  readonly failures: readonly string[]
}
