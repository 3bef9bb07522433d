import { createHash } from 'node:crypto'
import type { Specification } from '@fairlead/assets'

/** A specification with what tells its trait functions from others, so that facts of changed functions are measured anew. */
export interface KeyedSpecification {
  readonly specification: Specification
  /** Empty when it measures no traits: then no file is opened. */
  readonly traitKey: string
}

function keyOf({ traits }: Specification): string {
  const entries = Object.entries(traits)
  if (entries.length === 0) return ''
  const text = entries.map(([name, measure]) => `${name}=${measure.toString()}`).join('\n')
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}

/** Keys each specification by its trait functions. */
export function keyedSpecifications(specifications: readonly Specification[]): ReadonlyMap<Specification, KeyedSpecification> {
  return new Map(specifications.map(specification => [specification, { specification, traitKey: keyOf(specification) }]))
}
