export { importSpecifications, type ImportedSpecifications } from './import-specifications.ts'
export type { ImportNote, NotCarried } from './findings.ts'
