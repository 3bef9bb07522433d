import type { AssetType } from './definition.ts'

/** The types of assets, and what each takes as one asset. */
export const assetTypeWords: Readonly<Record<AssetType, string>> = {
  file: 'Every file is an asset of its own.',
  sequence: 'The files of one directory are an asset; the directory bears its name.',
  complex: 'All files under a directory, in any folder of it, are an asset; root says which directory.',
}

export const assetTypes = ['file', 'sequence', 'complex'] as const satisfies readonly AssetType[]

/** The token of a specification in names. */
export const namePattern = '^[a-z]{3,4}[0-9]{3}$'

/** The keys of a definition, each with what it says: the one table that the reader, the JSON Schema and the documentation share. */
export const definitionKeys = {
  name: 'The token by which names claim the specification: 3 or 4 lower-case letters, then 3 digits.',
  type: 'What makes up one asset.',
  filenameFields: 'The fields of file names, in their order. specification must be one of them; extension, if any, is the last.',
  assetNameFields: 'The fields of the name of an asset; at least two of project, specification and descriptor are among them.',
  traits: 'What is measured on every file: a list of names, or a mapping of names of your own to names of traits.',
  rules: 'What must hold, by field or trait.',
  root: 'Where the directory of a complex asset is.',
} as const
