import { dirname, relative, resolve } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { checkYaml } from './check.ts'
import { readConfigText } from './read-text.ts'
import { projectSchema, type MetadataType, type WorkflowStep, type WriteMode } from './schema.ts'

/** The file that makes a folder a project. */
export const projectFileName = 'fairlead.yaml'

/** What fairlead.yaml says, with defaults filled in; paths are absolute. */
export interface CatalogConfig {
  readonly ingressDirectory: string
  readonly stagingDirectory: string
  /** YAML files, TypeScript or JavaScript modules, or folders of them. */
  readonly specificationFiles: readonly string[]
  /** Whether the project file itself holds specifications. */
  readonly hasSpecifications: boolean
  /** Globs, or regular expressions between slashes, on the path relative to the ingress. Empty: everything. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly writeMode: WriteMode
  readonly metadataTypes: readonly MetadataType[]
  readonly workflow: readonly WorkflowStep[]
  readonly exporters: ReadonlyArray<{ readonly connection: string }>
  /** Worker threads, 0 for none. Absent: update opens files in process, which takes the least memory; create uses the processors for much content. */
  readonly threads: number | undefined
}

/** What is left out when fairlead.yaml names no `exclude`: what version control and desktops leave lying about. */
export const defaultExclude: readonly string[] = ['**/.git', '**/.DS_Store', '**/Thumbs.db', '**/desktop.ini']

/** The keys as they stand in the file, after the check. */
interface ProjectFile {
  readonly ingress_directory?: string
  readonly staging_directory?: string
  readonly specification_files?: readonly string[]
  readonly specifications?: unknown
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
  readonly write_mode?: WriteMode
  readonly metadata_types?: readonly MetadataType[]
  readonly workflow?: readonly WorkflowStep[]
  readonly exporters?: ReadonlyArray<{ readonly connection: string }>
  readonly engine?: { readonly threads?: number }
}

function inside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

function parse(text: string, file: string): ProjectFile {
  const { value, problems } = checkYaml(text, projectSchema)
  if (problems.length === 0) return value as ProjectFile // `projectSchema` is what this interface says
  const lines = problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`)
  throw new FairleadError('config-invalid', lines.join('\n'), { path: file, hint: 'Correct the file at these places.' })
}

/** Checks the text of a project file and fills in defaults. Throws `config-invalid` with `file:line:column` of every fault. */
function parseConfig(text: string, file: string): CatalogConfig {
  const given = parse(text, file)
  const folder = dirname(resolve(file))
  const config: CatalogConfig = {
    ingressDirectory: resolve(folder, given.ingress_directory ?? '.'),
    stagingDirectory: resolve(folder, given.staging_directory ?? '.fairlead/staging'),
    specificationFiles: (given.specification_files ?? []).map(path => resolve(folder, path)),
    hasSpecifications: given.specifications !== undefined,
    include: given.include ?? [],
    exclude: given.exclude ?? defaultExclude,
    writeMode: given.write_mode ?? 'copy',
    metadataTypes: given.metadata_types ?? ['asset', 'asset-chunk', 'file-chunk'],
    workflow: given.workflow ?? ['delete', 'update', 'create', 'export'],
    exporters: given.exporters ?? [],
    threads: given.engine?.threads,
  }
  if (inside(config.stagingDirectory, config.ingressDirectory)) {
    throw new FairleadError(
      'config-invalid',
      `${file}: the ingress ${config.ingressDirectory} lies inside of the staging ${config.stagingDirectory}`,
      {
        path: file,
        hint: `Let staging_directory name a folder of its own, such as ${relative(folder, resolve(folder, '.fairlead/staging'))}.`,
      },
    )
  }
  return config
}

/** Reads and checks a project file. Throws `config-invalid`, and `not-found` with what to run when there is none. */
export function readConfig(file: string): CatalogConfig {
  const text = readConfigText(file)
  if (text !== undefined) return parseConfig(text, file)
  throw new FairleadError('not-found', `there is no project file ${file}`, { path: file, hint: 'Make one: fairlead init' })
}
