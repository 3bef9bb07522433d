import { patternProblem } from '../walk/patterns.ts'

/** What a value of the project file may be. */
export type Schema =
  | { readonly kind: 'string'; readonly check?: (text: string) => string | undefined }
  | { readonly kind: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'one-of'; readonly values: readonly string[] }
  /** Checked by whoever reads it. */
  | { readonly kind: 'other' }
  | { readonly kind: 'list'; readonly of: Schema }
  | { readonly kind: 'map'; readonly keys: Readonly<Record<string, Schema>>; readonly required?: readonly string[] }

/** What `create` writes besides the content. */
export const metadataTypes = ['asset', 'file', 'asset-chunk', 'file-chunk'] as const
export type MetadataType = (typeof metadataTypes)[number]

/** The steps a workflow may have. */
export const workflowSteps = ['delete', 'update', 'create', 'export'] as const
export type WorkflowStep = (typeof workflowSteps)[number]

export const writeModes = ['copy', 'link'] as const
export type WriteMode = (typeof writeModes)[number]

const notEmpty = (text: string): string | undefined => (text.trim() === '' ? 'it is empty' : undefined)

/** The project file, fairlead.yaml. */
export const projectSchema = {
  kind: 'map',
  keys: {
    ingress_directory: { kind: 'string', check: notEmpty },
    staging_directory: { kind: 'string', check: notEmpty },
    specification_files: { kind: 'list', of: { kind: 'string', check: notEmpty } },
    specifications: { kind: 'other' },
    include: { kind: 'list', of: { kind: 'string', check: patternProblem } },
    exclude: { kind: 'list', of: { kind: 'string', check: patternProblem } },
    write_mode: { kind: 'one-of', values: writeModes },
    metadata_types: { kind: 'list', of: { kind: 'one-of', values: metadataTypes } },
    workflow: { kind: 'list', of: { kind: 'one-of', values: workflowSteps } },
    exporters: {
      kind: 'list',
      of: { kind: 'map', keys: { connection: { kind: 'string', check: notEmpty } }, required: ['connection'] },
    },
    engine: { kind: 'map', keys: { threads: { kind: 'integer', minimum: 0, maximum: 256 } } },
  },
} as const satisfies Schema
