import { patternProblem } from '../walk/patterns.ts'
import { linearPatternOf, specificationsSchema } from '@fairlead/assets'
import { templateProblem } from '../webhooks/template-check.ts'
import { urlProblem } from '../webhooks/url-check.ts'
import { httpMethods, metadataTypes, queryGroups, webhookOccasions, workflowSteps, writeModes } from './choices.ts'
import { defaultExclude, defaultRedactRegex } from './defaults.ts'
import type { Schema } from './schema.ts'

function notEmpty(text: string): string | undefined {
  if (text.trim() === '') return 'it is empty'
  return text.includes('\0') ? 'it holds a NUL character' : undefined
}

const filled = { kind: 'string', check: notEmpty, pattern: String.raw`\S` } as const
const pattern = { kind: 'string', check: patternProblem, pattern: '^.' } as const

function prefixProblem(text: string): string | undefined {
  if (text.startsWith('/') || text.endsWith('/')) return 'leave the "/" at its ends out'
  return text.split('/').some(part => part === '' || part === '.' || part === '..') ? 'each part between "/" must be a name' : undefined
}

function redactProblem(text: string): string | undefined {
  const compiled = linearPatternOf(text, 'i')
  return typeof compiled === 'string' ? compiled : undefined
}

const headerName = "[A-Za-z0-9!#$%&'*+.^_`|~-]+"
const headerProblem = (name: string): string | undefined =>
  new RegExp(`^${headerName}$`).test(name) ? undefined : 'that is no name of a header'

const queryName = '[A-Za-z0-9][A-Za-z0-9._-]*'
const queryProblem = (name: string): string | undefined =>
  new RegExp(`^${queryName}$`).test(name) ? undefined : 'name a query with letters, digits, ".", "_" and "-", a letter or digit first'

const metadata = { kind: 'list', of: { kind: 'one-of', values: metadataTypes } } as const
const template = { kind: 'scalar', check: templateProblem } as const

const exporter = {
  kind: 'map',
  required: ['connection'],
  keys: {
    connection: { ...filled, description: 'A connection by name; `fairlead client list` shows them.', example: 'local' },
    prefix: {
      kind: 'string',
      check: prefixProblem,
      pattern: String.raw`^(?!\.{1,2}(/|$))[^/]+(/(?!\.{1,2}(/|$))[^/]+)*$`,
      description: 'A folder of the connection below which content/ and metadata/ go.',
      example: 'renders',
    },
    metadata_types: { ...metadata, description: 'Which kinds of metadata are sent; by default those that were created.' },
    workers: { kind: 'integer', minimum: 1, maximum: 64, description: 'Files sent at a time.', example: 4 },
  },
} as const

const webhook = {
  kind: 'map',
  secret: true,
  required: ['url'],
  exclusive: ['json', 'data'],
  keys: {
    url: { kind: 'string', secret: true, check: urlProblem, pattern: String.raw`^(https?://\S|\$\{)`, description: 'Where it is sent.' },
    method: { kind: 'one-of', values: httpMethods, anyCase: true, default: 'post', description: 'In upper or lower case.' },
    on: { kind: 'one-of', values: webhookOccasions, default: 'always', description: 'After what it is called.' },
    headers: {
      kind: 'record',
      secret: true,
      key: headerProblem,
      keyPattern: `^${headerName}$`,
      of: { kind: 'string', secret: true, check: templateProblem },
      description: 'Headers of the request. Take secrets from the environment: "Bearer ${NAME}".',
    },
    params: { kind: 'record', secret: true, of: { ...template, secret: true }, description: 'Parameters added to the query of the url.' },
    json: { kind: 'other', secret: true, check: templateProblem, description: 'The body, sent as JSON.' },
    data: {
      kind: 'text-or-map',
      secret: true,
      text: { kind: 'string', secret: true, check: templateProblem },
      map: { kind: 'record', secret: true, of: { ...template, secret: true } },
      description: 'The body: a text is sent as it is, a map as the fields of a form.',
    },
    timeout: { kind: 'number', above: 0, maximum: 3600, default: 30, description: 'Seconds that one attempt may take.' },
    retries: { kind: 'integer', minimum: 0, maximum: 20, default: 3, description: 'Further attempts after a failure that may pass.' },
    expect: {
      kind: 'list',
      of: { kind: 'integer', minimum: 100, maximum: 599 },
      description: 'The statuses that are a success; by default 200 to 299.',
      example: [200, 202],
    },
  },
} as const

/** The project file, fairlead.yaml: the one table that checks, documents and publishes it. */
export const projectSchema = {
  kind: 'map',
  description: 'A Fairlead project: what is scanned, what its assets must be, where they go.',
  keys: {
    ingress_directory: {
      ...filled,
      default: '.',
      description: 'The folder that is scanned. Relative paths, here and below, are relative to the project file.',
    },
    staging_directory: {
      ...filled,
      default: '.fairlead/staging',
      description: 'Where `fairlead create` puts the content of valid assets and metadata about them.',
    },
    specification_files: {
      kind: 'list',
      of: filled,
      default: [],
      description: 'What an asset must be: YAML files, TypeScript or JavaScript modules, or folders of them.',
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
      description: 'Which files count: globs, or /regular expressions/, on the path relative to the ingress. Empty: all.',
    },
    exclude: {
      kind: 'list',
      of: pattern,
      default: defaultExclude,
      description: 'Which files and folders do not count. Wins over include.',
    },
    write_mode: {
      kind: 'one-of',
      values: writeModes,
      default: 'copy',
      description: 'How content comes into staging: copy, move out of the ingress, or link (hard links where that is possible).',
    },
    metadata_types: {
      ...metadata,
      default: ['asset', 'asset-chunk', 'file-chunk'],
      description: 'Which metadata `fairlead create` writes. "file" writes one JSON for each file.',
    },
    workflow: {
      kind: 'list',
      of: { kind: 'one-of', values: workflowSteps },
      default: ['delete', 'update', 'create', 'export'],
      description: 'What `fairlead workflow` does, in this order.',
    },
    exporters: { kind: 'list', of: exporter, default: [], description: 'Where `fairlead export` sends staging.' },
    webhooks: {
      kind: 'list',
      secret: true,
      of: webhook,
      default: [],
      description: 'Requests that are sent after an export, in this order.',
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
            description: { kind: 'string', description: 'What it is for.' },
          },
        },
      },
    },
    engine: {
      kind: 'map',
      default: {},
      description: 'How work is done.',
      keys: {
        threads: {
          kind: 'integer',
          minimum: 0,
          maximum: 256,
          description:
            'Worker threads for opening, hashing and copying files, 0 for none. Left out, update takes the least memory and create the processors.',
          example: 2,
        },
      },
    },
    redact_regex: {
      kind: 'string',
      check: redactProblem,
      default: defaultRedactRegex,
      description: 'Which keys hide their values where the configuration is shown: searched in the path of keys, in any case.',
    },
    redact_hash: {
      kind: 'boolean',
      default: false,
      description: 'Show a keyed digest in place of what is hidden: the same value has the same one within a run.',
    },
  },
} as const satisfies Schema

/** A top-level key of the project file. */
export type ProjectKey = keyof typeof projectSchema.keys

/** The top-level keys in the order of the table. */
export const projectKeys = Object.keys(projectSchema.keys).filter((key): key is ProjectKey => Object.hasOwn(projectSchema.keys, key))

/** The variable that sets a top-level key. */
export const variableOf = (key: ProjectKey): string => `FAIRLEAD_${key.toUpperCase()}`
