import type { Column, ColumnType, Specification } from '@fairlead/assets'
import { shownTrait } from '../snapshot/columns.ts'

/** A column of the view that the catalog has for a specification. */
export interface ViewColumn {
  readonly name: string
  /** The type as SQL declares it; lists are JSON. */
  readonly type: 'TEXT' | 'INTEGER' | 'REAL' | 'BOOLEAN' | 'JSON'
  readonly unit?: string
  readonly description: string
}

/** The declared SQL type of each type of column. */
const sqlTypes: Readonly<Record<ColumnType, ViewColumn['type']>> = {
  text: 'TEXT',
  integer: 'INTEGER',
  number: 'REAL',
  boolean: 'BOOLEAN',
  texts: 'JSON',
  integers: 'JSON',
  numbers: 'JSON',
  json: 'JSON',
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
