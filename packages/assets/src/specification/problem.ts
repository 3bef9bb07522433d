import { isFieldName, type FieldName } from '../grammar/fields.ts'

/** One thing that is wrong with a file or an asset. */
export interface Problem {
  /** The file or asset directory, relative to the ingress. */
  readonly path: string
  /** The name field it is about, where it is about one. */
  readonly field?: FieldName
  /** The trait it is about, where it is about one. */
  readonly trait?: string
  /**
   * Which rule failed: `indicator`, `token`, `separator-or-end` of a name; a base rule; a rule of the specification or of
   * a function in it; `measure` for a trait that could not be measured; `directory-name`, `other-asset`,
   * `other-specification`, `nested-asset`, `same-reference`, `reference` for assets; `no-specification`,
   * `unknown-specification`, `no-asset-directory`, `asset-root` for files that belong to no asset.
   */
  readonly rule: string
  readonly message: string
  /** 0-based index in the last segment of `path`. */
  readonly position?: number
  /** The name that the last segment of `path` should have. */
  readonly legalName?: string
}

/** The field or trait of a problem, as its key. */
export function subjectOf(subject: string): Pick<Problem, 'field' | 'trait'> {
  return isFieldName(subject) ? { field: subject } : { trait: subject }
}
