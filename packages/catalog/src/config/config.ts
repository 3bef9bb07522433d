import { dirname, resolve } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { checkYaml } from './check.ts'
import type { MetadataType, WorkflowStep, WriteMode } from './choices.ts'
import { defaultExclude, defaultRedactRegex } from './defaults.ts'
import { environmentValues, type Variables } from './environment.ts'
import { checkedStaging } from './folders.ts'
import { projectKeys, projectSchema, type ProjectKey } from './project-schema.ts'
import { readConfigText } from './read-text.ts'
import type { ExporterEntry, ProjectFile, QueryEntry, WebhookEntry } from './schema.ts'

/** The file that makes a folder a project. */
export const projectFileName = 'fairlead.yaml'

/** Where `fairlead export` sends staging. */
export interface ExporterConfig {
  readonly connection: string
  /** A folder of the connection, below which content/ and metadata/ go. */
  readonly prefix?: string
  readonly metadataTypes?: readonly MetadataType[]
  /** Files sent at a time. */
  readonly workers?: number
}

/** A saved query. */
export interface SavedQuery {
  readonly sql: string
  readonly groupBy?: 'file' | 'asset'
  readonly description?: string
}

/** What fairlead.yaml and the environment say, with defaults filled in; paths are absolute. */
export interface CatalogConfig {
  readonly ingressDirectory: string
  readonly stagingDirectory: string
  /** YAML files, TypeScript or JavaScript modules, or folders of them. */
  readonly specificationFiles: readonly string[]
  /** Whether the project file itself holds specifications that count. */
  readonly hasSpecifications: boolean
  /** The text of them where they come from the environment, as a YAML document with the key `specifications`. */
  readonly specificationsText?: { readonly source: string; readonly text: string }
  /** Globs, or regular expressions between slashes, on the path relative to the ingress. Empty: everything. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly writeMode: WriteMode
  readonly metadataTypes: readonly MetadataType[]
  readonly workflow: readonly WorkflowStep[]
  readonly exporters: readonly ExporterConfig[]
  readonly webhooks: readonly WebhookEntry[]
  /** By name. */
  readonly queries: Readonly<Record<string, SavedQuery>>
  /** Worker threads, 0 for none. Absent: update starts a thread a processor, at most three, when there is much to do; create uses the processors for much content. */
  readonly threads: number | undefined
  /** What is hidden where the configuration is shown. */
  readonly redact: { readonly regex: string; readonly hash: boolean }
}

/** Where a value comes from. */
export type ConfigSource =
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'default' }

/** A fault of the configuration, with its place: `source` is a file or a variable. */
export interface SourceProblem {
  readonly source: string
  readonly line?: number
  readonly column?: number
  readonly message: string
}

/** The configuration and where each key of it comes from. */
export interface LoadedConfig {
  readonly config: CatalogConfig
  /** As written, keys with faults left out. */
  readonly given: ProjectFile
  readonly sources: Readonly<Record<ProjectKey, ConfigSource>>
  /** Variables that are set and have no effect, because FAIRLEAD_CONFIG is. */
  readonly ignored: readonly string[]
  readonly problems: readonly SourceProblem[]
}

/** A problem as one line, as compilers write it. */
export function problemLine({ source, line, column, message }: SourceProblem): string {
  return `${source}${line === undefined ? '' : `:${line}:${column ?? 1}`}: ${message}`
}

function exporterOf({ connection, prefix, metadata_types: metadataTypes, workers }: ExporterEntry): ExporterConfig {
  return {
    connection,
    ...(prefix !== undefined && { prefix }),
    ...(metadataTypes !== undefined && { metadataTypes }),
    ...(workers !== undefined && { workers }),
  }
}

function queryOf(query: string | QueryEntry): SavedQuery {
  if (typeof query === 'string') return { sql: query }
  const { sql, group_by: groupBy, description } = query
  return { sql, ...(groupBy !== undefined && { groupBy }), ...(description !== undefined && { description }) }
}

function configOf(given: ProjectFile, folder: string, specifications: CatalogConfig['specificationsText']): CatalogConfig {
  return {
    ingressDirectory: resolve(folder, given.ingress_directory ?? '.'),
    stagingDirectory: resolve(folder, given.staging_directory ?? '.fairlead/staging'),
    specificationFiles: (given.specification_files ?? []).map(path => resolve(folder, path)),
    hasSpecifications: specifications === undefined && given.specifications !== undefined,
    ...(specifications !== undefined && { specificationsText: specifications }),
    include: given.include ?? [],
    exclude: given.exclude ?? defaultExclude,
    writeMode: given.write_mode ?? 'copy',
    metadataTypes: given.metadata_types ?? ['asset', 'asset-chunk', 'file-chunk'],
    workflow: given.workflow ?? ['delete', 'update', 'create', 'export'],
    exporters: (given.exporters ?? []).map(exporterOf),
    webhooks: given.webhooks ?? [],
    queries: Object.fromEntries(Object.entries(given.queries ?? {}).map(([name, query]) => [name, queryOf(query)])),
    threads: given.engine?.threads,
    redact: { regex: given.redact_regex ?? defaultRedactRegex, hash: given.redact_hash ?? false },
  }
}

/**
 * The configuration of a folder: the text of its project file, where there is one, under the variables of the
 * environment. Everything that is wrong is listed, and what is right is there.
 */
export function loadConfig(text: string, file: string, environment: Variables): LoadedConfig {
  const folder = dirname(resolve(file))
  const inFile = checkYaml(text, projectSchema)
  const inEnvironment = environmentValues(environment)
  const fileValues: ProjectFile = typeof inFile.value === 'object' && inFile.value !== null ? inFile.value : {}
  // Both were checked against `projectSchema`, which is what this interface says.
  const given: ProjectFile = { ...fileValues, ...inEnvironment.values }
  const sourceOf = (key: ProjectKey): ConfigSource => {
    const variable = inEnvironment.variables.get(key)
    if (variable !== undefined) return { kind: 'environment', variable }
    const place = inFile.places.get(key)
    return place === undefined ? { kind: 'default' } : { kind: 'file', file, ...place }
  }
  const sources = Object.fromEntries(projectKeys.map(key => [key, sourceOf(key)])) as Record<ProjectKey, ConfigSource> // fromEntries forgets the keys
  const checked = checkedStaging(configOf(given, folder, inEnvironment.specifications))
  return {
    config: checked.config,
    given,
    sources,
    ignored: inEnvironment.ignored,
    problems: [
      ...inFile.problems.map(({ line, column, message }) => ({ source: file, line, column, message })),
      ...inEnvironment.problems,
      ...(checked.problem === undefined ? [] : [{ source: file, message: checked.problem }]),
    ],
  }
}

function refusal({ problems }: LoadedConfig, file: string): FairleadError {
  return new FairleadError('config-invalid', problems.map(problemLine).join('\n'), {
    path: file,
    hint: 'Correct these places. All keys: fairlead config show --defaults',
  })
}

/**
 * Reads and checks a project file under the variables of the environment. Without a file FAIRLEAD_INGRESS_DIRECTORY makes
 * one unnecessary. Throws `config-invalid` with the place of every fault, and `not-found` when there is nothing to read.
 */
export function readConfig(file: string, environment: Variables): LoadedConfig {
  const loaded = loadConfig(configText(file, environment), file, environment)
  if (loaded.problems.length > 0) throw refusal(loaded, file)
  return loaded
}

/** The text of a project file; empty where the environment makes up for it. Throws as {@link readConfig}. */
export function configText(file: string, environment: Variables): string {
  const text = readConfigText(file)
  if (text !== undefined) return text
  if (!environment['FAIRLEAD_CONFIG'] && environment['FAIRLEAD_INGRESS_DIRECTORY']) return ''
  throw new FairleadError('not-found', `there is no project file ${file}`, { path: file, hint: 'Create one: fairlead init' })
}
