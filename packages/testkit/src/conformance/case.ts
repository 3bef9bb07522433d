import type { Manifest } from '@fairlead/core'
import type { Bench } from './bench.ts'
import type { Need } from './harness.ts'

/** One behaviour, named as a sentence. */
export interface Case {
  readonly name: string
  /** Without these of the harness it can't be shown: it is left out with that reason. */
  readonly needs?: readonly Need[]
  run(bench: Bench): Promise<void>
}

/** Cases on one subject. Which ones there are follows from the manifest alone. */
export interface Group {
  readonly name: string
  cases(manifest: Manifest): readonly Case[]
}

/** Some cases when a condition holds, others (or none) when it does not. */
export function when(condition: boolean, cases: readonly Case[], otherwise: readonly Case[] = []): readonly Case[] {
  return condition ? cases : otherwise
}
