import { patternProblem } from '../walk/patterns.ts'
import { linearPatternOf, specificationsSchema } from '@fairlead/assets'
import { templateProblem } from '../webhooks/template-check.ts'
import { urlProblem } from '../webhooks/url-check.ts'
import { httpMethods, metadataTypes, queryGroups, webhookOccasions, workflowSteps, writeModes } from './choices.ts'
import { defaultExclude, defaultRedactRegex } from './defaults.ts'
import type { Schema } from './schema.ts'

function notEmpty(text: string): string | undefined {
  if (text.trim() === '') return 'it is empty'
  return text.includes('\0') ? 'it contains a NUL character' : undefined
}

const filled = { kind: 'string', check: notEmpty, pattern: String.raw`\S` } as const
const pattern = { kind: 'string', check: patternProblem, pattern: '^.' } as const

function prefixProblem(text: string): string | undefined {
  if (text.startsWith('/') || text.endsWith('/')) return 'it must not start or end with "/"'
  return text.split('/').some(part => part === '' || part === '.' || part === '..') ? 'each part between "/" must be a name' : undefined
}

function redactProblem(text: string): string | undefined {
  const compiled = linearPatternOf(text, 'i')
  return typeof compiled === 'string' ? compiled : undefined
}

const headerName = "[A-Za-z0-9!#$%&'*+.^_`|~-]+"
const headerProblem = (name: string): string | undefined =>
  new RegExp(`^${headerName}$`).test(name) ? undefined : 'that is not a header name'

const queryName = '[A-Za-z0-9][A-Za-z0-9._-]*'
const queryProblem = (name: string): string | undefined =>
  new RegExp(`^${queryName}$`).test(name)
    ? undefined
    : 'a query name consists of letters, digits, ".", "_" and "-", and starts with a letter or digit'

const metadata = { kind: 'list', of: { kind: 'one-of', values: metadataTypes } } as const
const template = { kind: 'scalar', check: templateProblem } as const

const exporter = {
  kind: 'map',
  required: ['connection'],
  keys: {
    connection: { ...filled, description: 'The name of a connection. `fairlead client list` shows them.', example: 'local' },
    prefix: {
      kind: 'string',
      check: prefixProblem,
      pattern: String.raw`^(?!\.{1,2}(/|$))[^/]+(/(?!\.{1,2}(/|$))[^/]+)*$`,
      description: 'The folder on the connection for content/ and metadata/.',
      example: 'renders',
    },
    metadata_types: { ...metadata, description: 'The kinds of metadata to send. Default: those that were created.' },
    workers: { kind: 'integer', minimum: 1, maximum: 64, description: 'The number of files to send at once.', example: 4 },
  },
} as const

const webhook = {
  kind: 'map',
  secret: true,
  required: ['url'],
  exclusive: ['json', 'data'],
  keys: {
    url: {
      kind: 'string',
      secret: true,
      check: urlProblem,
      pattern: String.raw`^(https?://\S|\$\{)`,
      description: 'The URL to send the request to.',
    },
    method: {
      kind: 'one-of',
      values: httpMethods,
      anyCase: true,
      default: 'post',
      description: 'The HTTP method, in upper or lower case.',
    },
    on: { kind: 'one-of', values: webhookOccasions, default: 'always', description: 'When to send the request.' },
    headers: {
      kind: 'record',
      secret: true,
      key: headerProblem,
      keyPattern: `^${headerName}$`,
      of: { kind: 'string', secret: true, check: templateProblem },
      description: 'Headers of the request. Take secrets from the environment: "Bearer ${NAME}".',
    },
    params: { kind: 'record', secret: true, of: { ...template, secret: true }, description: 'Query parameters to add to the URL.' },
    json: { kind: 'other', secret: true, check: templateProblem, description: 'The body, sent as JSON.' },
    data: {
      kind: 'text-or-map',
      secret: true,
      text: { kind: 'string', secret: true, check: templateProblem },
      map: { kind: 'record', secret: true, of: { ...template, secret: true } },
      description: 'The body: text is sent as is, a map as form fields.',
    },
    timeout: { kind: 'number', above: 0, maximum: 3600, default: 30, description: 'The timeout of one attempt, in seconds.' },
    retries: { kind: 'integer', minimum: 0, maximum: 20, default: 3, description: 'How often to retry after a temporary failure.' },
    expect: {
      kind: 'list',
      of: { kind: 'integer', minimum: 100, maximum: 599 },
      description: 'The status codes that count as success. Default: 200 to 299.',
      example: [200, 202],
    },
  },
} as const

/** The project file, fairlead.yaml: the one table that checks, documents and publishes it. */
export const projectSchema = {
  kind: 'map',
  description: 'A Fairlead project: what to scan, what assets must look like, where to send them.',
  keys: {
    ingress_directory: {
      ...filled,
      default: '.',
      description: 'The folder to scan. Relative paths, here and below, are relative to the project file.',
    },
    staging_directory: {
      ...filled,
      default: '.fairlead/staging',
      description: 'Where `fairlead create` puts the content and metadata of valid assets.',
    },
    specification_files: {
      kind: 'list',
      of: filled,
      default: [],
      description: 'The specifications of assets: YAML files, TypeScript or JavaScript modules, or folders that contain them.',
    },
    specifications: {
      kind: 'other',
      schema: specificationsSchema,
      description: 'Specifications in this file, by name.',
      example: { note001: { type: 'file' } },
    },
    include: {
      kind: 'list',
      of: pattern,
      default: [],
      description: 'The files to include: globs or /regular expressions/ for paths relative to the ingress. Empty: all files.',
    },
    exclude: {
      kind: 'list',
      of: pattern,
      default: defaultExclude,
      description: 'The files and folders to ignore. Takes precedence over include.',
    },
    write_mode: {
      kind: 'one-of',
      values: writeModes,
      default: 'copy',
      description: 'How content gets into staging: copy it, move it out of the ingress, or link it (hard links where possible).',
    },
    metadata_types: {
      ...metadata,
      default: ['asset', 'asset-chunk', 'file-chunk'],
      description: 'The metadata that `fairlead create` writes. "file" writes a JSON document per file.',
    },
    workflow: {
      kind: 'list',
      of: { kind: 'one-of', values: workflowSteps },
      default: ['delete', 'update', 'create', 'export'],
      description: 'The steps that `fairlead workflow` runs, in order.',
    },
    exporters: { kind: 'list', of: exporter, default: [], description: 'Where `fairlead export` sends staging.' },
    webhooks: {
      kind: 'list',
      secret: true,
      of: webhook,
      default: [],
      description: 'Requests to send after an export, in order.',
    },
    queries: {
      kind: 'record',
      key: queryProblem,
      keyPattern: `^${queryName}$`,
      default: {},
      description: 'Saved queries by name: SQL, or a map with sql, group_by and description.',
      of: {
        kind: 'text-or-map',
        text: filled,
        map: {
          kind: 'map',
          required: ['sql'],
          keys: {
            sql: { ...filled, description: 'The query.' },
            group_by: { kind: 'one-of', values: queryGroups, description: 'What a row of `data` stands for.' },
            description: { kind: 'string', description: 'What the query is for.' },
          },
        },
      },
    },
    engine: {
      kind: 'map',
      default: {},
      description: 'Settings for performance.',
      keys: {
        threads: {
          kind: 'integer',
          minimum: 0,
          maximum: 256,
          description:
            'The number of worker threads for opening, hashing and copying files, 0 for none. Default: update keeps memory low, and create uses up to 4 threads.',
          example: 2,
        },
      },
    },
    redact_regex: {
      kind: 'string',
      check: redactProblem,
      default: defaultRedactRegex,
      description: 'The keys whose values are hidden when the configuration is shown. Matched against the path of keys, ignoring case.',
    },
    redact_hash: {
      kind: 'boolean',
      default: false,
      description: 'Show a keyed digest instead of a hidden value. Within a run, equal values have equal digests.',
    },
  },
} as const satisfies Schema

/** A top-level key of the project file. */
export type ProjectKey = keyof typeof projectSchema.keys

/** The top-level keys in the order of the table. */
export const projectKeys = Object.keys(projectSchema.keys).filter((key): key is ProjectKey => Object.hasOwn(projectSchema.keys, key))

/** The variable that sets a top-level key. */
export const variableOf = (key: ProjectKey): string => `FAIRLEAD_${key.toUpperCase()}`
