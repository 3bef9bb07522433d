import type { FieldName } from '../grammar/fields.ts'

const tokens: Readonly<Record<FieldName, string>> = {
  project: 'p-[a-z]{3,10}[0-9]{1,4}',
  specification: 's-[a-z]{3,4}[0-9]{3}',
  descriptor: 'd-[a-z0-9][a-z0-9-]*',
  version: 'v[0-9]{3}',
  coordinate: 'c[0-9]{4}(-[0-9]{4}){0,2}',
  frame: 'f[0-9]{4}',
  extension: '[A-Za-z0-9]+',
}

/** The pattern of a directory that bears a legal asset name of a specification. */
export function rootPattern(specification: string, assetNameFields: readonly FieldName[]): string {
  const parts = assetNameFields.map(field => (field === 'specification' ? `s-${specification}` : tokens[field]))
  return `^${parts.join('_')}$`
}
