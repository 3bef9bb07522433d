const office = 'application/vnd.openxmlformats-officedocument'
const open = 'application/vnd.oasis.opendocument'

/** What each ending of a file is as a type. */
const types: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  docx: `${office}.wordprocessingml.document`,
  epub: 'application/epub+zip',
  html: 'text/html',
  jpg: 'image/jpeg',
  json: 'application/vnd.google-apps.script+json',
  md: 'text/markdown',
  odp: `${open}.presentation`,
  ods: 'application/x-vnd.oasis.opendocument.spreadsheet',
  odt: `${open}.text`,
  pdf: 'application/pdf',
  png: 'image/png',
  pptx: `${office}.presentationml.presentation`,
  rtf: 'application/rtf',
  svg: 'image/svg+xml',
  tsv: 'text/tab-separated-values',
  txt: 'text/plain',
  xlsx: `${office}.spreadsheetml.sheet`,
  zip: 'application/zip',
}

/** What a document of each kind can be had as: https://developers.google.com/workspace/drive/api/guides/ref-export-formats */
const formats: Readonly<Record<string, readonly string[]>> = {
  document: ['docx', 'odt', 'rtf', 'pdf', 'txt', 'zip', 'epub', 'md'],
  spreadsheet: ['xlsx', 'ods', 'pdf', 'zip', 'csv', 'tsv'],
  presentation: ['pptx', 'odp', 'pdf', 'txt'],
  drawing: ['pdf', 'jpg', 'png', 'svg'],
  script: ['json'],
}

const prefix = 'application/vnd.google-apps.'

/** What a document of Google is shown as. */
export interface ExportFormat {
  readonly ending: string
  readonly type: string
}

/** The endings that a setting names, which must be ones that there are; `none` is none. */
export function chosenEndings(setting: string): readonly string[] | { readonly unknown: string } {
  if (setting.trim() === 'none' || setting.trim() === '') return []
  const endings = setting.split(',').map(ending => ending.trim().replace(/^\./, '').toLowerCase())
  const unknown = endings.find(ending => types[ending] === undefined)
  return unknown === undefined ? endings : { unknown }
}

/** Every ending that can be chosen. */
export const knownEndings: readonly string[] = Object.keys(types)

/** As what a document of this type is shown: the first of the chosen endings that suits. Undefined: not at all. */
export function exportFormat(mimeType: string, endings: readonly string[]): ExportFormat | undefined {
  if (!mimeType.startsWith(prefix)) return undefined
  const possible = formats[mimeType.slice(prefix.length)] ?? []
  const ending = endings.find(one => possible.includes(one))
  const type = ending === undefined ? undefined : types[ending]
  return ending === undefined || type === undefined ? undefined : { ending, type }
}
