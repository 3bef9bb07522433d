import type { Failure } from './failure.ts'

/** What a worker thread is sent: a batch of units for one handler. */
export interface Task {
  readonly handler: string
  readonly module: string
  readonly units: readonly unknown[]
}

/** What it answers: one result a unit, or why the batch failed. */
export type Answer = { readonly results: readonly unknown[] } | { readonly failure: Failure }
