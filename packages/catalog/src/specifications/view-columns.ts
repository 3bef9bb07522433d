import type { Column, Specification } from '@fairlead/assets'
import { shownTrait, sqlTypes } from '../snapshot/columns.ts'

/** A column of the view that the catalog has for a specification. */
export interface ViewColumn {
  readonly name: string
  /** The type as SQL declares it; lists are JSON. */
  readonly type: 'TEXT' | 'INTEGER' | 'REAL' | 'BOOLEAN' | 'JSON'
  readonly unit?: string
  readonly description: string
}

function columnsOf({ name, type, from, unit, description }: Column): readonly ViewColumn[] {
  if (from === 'name' && name === 'coordinate')
    return ['x', 'y', 'z'].map(axis => ({
      name: `coordinate_${axis}`,
      type: 'INTEGER',
      description: `The ${axis} of the coordinate in the name.`,
    }))
  const shown = from === 'name' ? name : (shownTrait(name) ?? name)
  return [{ name: shown, type: sqlTypes[type], description, ...(unit !== undefined && { unit }) }]
}

/** What a specification's own view has of it, under the names that queries use. */
export function viewColumns({ columns }: Pick<Specification, 'columns'>): readonly ViewColumn[] {
  return columns.flatMap(columnsOf)
}
