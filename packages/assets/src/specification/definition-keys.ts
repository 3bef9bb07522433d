import type { AssetType } from './definition.ts'

/** The types of assets, and what each takes as one asset. */
export const assetTypeWords: Readonly<Record<AssetType, string>> = {
  file: 'Each file is its own asset.',
  sequence: 'The files of a directory are an asset, named by the directory.',
  complex: 'All files in a directory and its subdirectories are an asset; root says which directory.',
}

export const assetTypes = ['file', 'sequence', 'complex'] as const satisfies readonly AssetType[]

/** The token of a specification in names. */
export const namePattern = '^[a-z]{3,4}[0-9]{3}$'

/** The keys of a definition, each with what it says: the one table that the reader, the JSON Schema and the documentation share. */
export const definitionKeys = {
  name: 'The token that names use for the specification: 3 or 4 lower-case letters, then 3 digits.',
  type: 'What makes up one asset.',
  filenameFields: 'The fields of file names, in order. specification must be one of them; extension, if used, comes last.',
  assetNameFields: 'The fields of asset names. They must include at least two of project, specification and descriptor.',
  traits: 'What to measure on every file: a list of traits, or a mapping of your own names to traits.',
  rules: 'The rules, by field or trait.',
  root: 'Where the directory of a complex asset is.',
} as const
