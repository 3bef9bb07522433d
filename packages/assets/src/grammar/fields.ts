/** The fields a name may hold, in their customary order. */
export const fieldNames = ['project', 'specification', 'descriptor', 'version', 'coordinate', 'frame', 'extension'] as const

/** One field of a name. */
export type FieldName = (typeof fieldNames)[number]

/** What a name says: only the fields of its grammar are present. `coordinate` is x, y, z: one to three numbers. */
export interface NameValues {
  readonly project?: string
  readonly specification?: string
  readonly descriptor?: string
  readonly version?: number
  readonly coordinate?: readonly number[]
  readonly frame?: number
  readonly extension?: string
}

/** What stands before each field's token. */
export const indicators: Readonly<Record<FieldName, string>> = {
  project: 'p-',
  specification: 's-',
  descriptor: 'd-',
  version: 'v',
  coordinate: 'c',
  frame: 'f',
  extension: '.',
}

/** Digits to which a number is padded with zeros: exactly as many as its token has. */
export const padding = { specification: 3, version: 3, coordinate: 4, frame: 4 } as const

/** What a token must look like, as words for a message. */
export const tokenShapes: Readonly<Record<FieldName, string>> = {
  project: '3 to 10 lower-case letters, then 1 to 4 digits (p-cat001)',
  specification: '3 or 4 lower-case letters, then 3 digits (s-spec001)',
  descriptor: 'lower-case letters, digits and hyphens, with no hyphen first (d-running-cat)',
  version: 'exactly 3 digits (v001)',
  coordinate: '1 to 3 numbers of exactly 4 digits, joined by hyphens (c0000-0005)',
  frame: 'exactly 4 digits (f0001)',
  extension: 'letters and digits only (.png)',
}

/** Whether a text is the name of a field. */
export function isFieldName(text: unknown): text is FieldName {
  return fieldNames.some(field => field === text)
}
