import type { Manifest } from '@fairlead/core'
import type { Case } from './case.ts'
import { groups, type GroupName } from './groups/all-groups.ts'

/** A case with its place; `id` is `group/name`, as deviations and lacks name it. */
export interface PlannedCase {
  readonly id: string
  readonly group: GroupName
  readonly case: Case
}

/** Every case a manifest asks for, in order: what {@link conformance} runs. */
export function plan(manifest: Manifest, only?: readonly GroupName[]): readonly PlannedCase[] {
  return groups
    .filter(group => only === undefined || only.includes(group.name))
    .flatMap(group => group.cases(manifest).map(planned => ({ id: `${group.name}/${planned.name}`, group: group.name, case: planned })))
}
