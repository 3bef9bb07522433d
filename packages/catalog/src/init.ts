import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { baseRules, compileNameGrammar, type FieldName } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'
import { makeFolder } from '@fairlead/core/host'
import { projectFileName } from './config/config.ts'
import { defaultExclude } from './config/defaults.ts'
import { editorSchemaLine, writeEditorSchema } from './config/editor-schema.ts'
import { writeExample, type ExampleFault } from './example/tree.ts'
import { scanFilter } from './walk/patterns.ts'
import { walkNames } from './walk/walk.ts'

export interface InitOptions {
  /** A small real project to try things on; `faulty` has three things to mend. */
  readonly example?: 'clean' | 'faulty'
}

export interface InitResult {
  readonly file: string
  /** Files that were written, relative to the folder; what is in `.fairlead` is not counted. */
  readonly created: readonly string[]
  /** Of the files that lie in the ingress, how many have a name that the grammar reads and no base rule refuses. */
  readonly names: { readonly files: number; readonly legal: number }
  readonly faults: readonly ExampleFault[]
}

/** The orders of fields that names mostly have. */
const commonFields: ReadonlyArray<readonly FieldName[]> = [
  ['project', 'specification', 'descriptor', 'version', 'extension'],
  ['project', 'specification', 'descriptor', 'version', 'frame', 'extension'],
  ['project', 'specification', 'descriptor', 'version', 'coordinate', 'extension'],
  ['project', 'specification', 'descriptor', 'version', 'coordinate', 'frame', 'extension'],
]

/** A commented project file. */
function projectFileText({
  ingress,
  specificationFiles,
}: {
  readonly ingress: string
  readonly specificationFiles: readonly string[]
}): string {
  const hasFiles = specificationFiles.length > 0
  return `${editorSchemaLine}# A Fairlead project: what to scan, what assets must look like, where to send them.
# Paths are relative to this file. Every key except ingress_directory is optional.

# The folder to scan. Fairlead does not change anything in it, unless write_mode is move.
ingress_directory: ${ingress}

# Where "fairlead create" puts the content and metadata of valid assets.
staging_directory: .fairlead/staging

# The specifications of assets: YAML files, TypeScript modules, or folders that contain them.
${hasFiles ? `specification_files: [${specificationFiles.join(', ')}]` : '# specification_files: [specifications]'}
${
  hasFiles
    ? ''
    : `
# You can also define specifications here. Names refer to them in the field s-…: p-cat001_s-raw001_d-running-cat_v001_f0001.png
# specifications:
#   raw001:
#     type: sequence                    # file, sequence (the files of one folder) or complex
#     filenameFields: [project, specification, descriptor, version, frame, extension]
#     traits: [width, height, channels] # read from image headers
#     rules:
#       extension: { eq: png }
#       channels: { in: [1, 3] }
#       frame: { noMissingValues: true }
`
}
# The files to include: globs, or regular expressions between slashes, for paths relative to the ingress.
# include: ["**/*.png"]
exclude: ${JSON.stringify(defaultExclude)}

# copy; link: hard links instead of copies, if ingress and staging are on one file system; or move: out of the ingress.
write_mode: copy

# Any of asset, file, asset-chunk and file-chunk. "file" writes a JSON document per file.
metadata_types: [asset, asset-chunk, file-chunk]

# The steps that "fairlead workflow" runs, in order.
workflow: [delete, update, create, export]

# Where "fairlead export" sends staging: names of connections, see "fairlead client list".
exporters:
  - connection: local

# Worker threads for opening, hashing and copying files. Default: update keeps memory low, and create uses up to 4 threads.
# engine: { threads: 2 }

# Saved queries: fairlead query --saved broken --group-by asset
# queries:
#   broken: select asset_path_relative, asset_error from data where not asset_valid

# Requests to send after an export. \${NAME} is an environment variable.
# webhooks:
#   - url: https://hooks.example.com/renders
#     headers: { Authorization: "Bearer \${RENDERS_TOKEN}" }
#     json: { text: "{{ report.valid }} of {{ report.assets }} assets are valid" }

# Every key with its default: fairlead config show --defaults
`
}

function countNames(folder: string): InitResult['names'] {
  const grammars = commonFields.map(compileNameGrammar)
  const isLegal = (name: string) =>
    grammars.some(grammar => {
      const parsed = grammar.parse(name)
      return parsed.ok && baseRules(parsed.values).length === 0
    })
  let files = 0
  let legal = 0
  const skip = new Set([projectFileName, '.fairlead', '.git', 'specifications'])
  for (const { name } of walkNames({ ingress: folder, filter: scanFilter([], defaultExclude), skip })) {
    files++
    if (isLegal(name)) legal++
  }
  return { files, legal }
}

/**
 * Makes a folder a project: writes a commented fairlead.yaml and, where asked, an example to work on. Nothing is ever
 * overwritten: `already-exists` when there is a project file, or a file where the example would put one.
 */
export function initProject(path: string, { example }: InitOptions = {}): InitResult {
  const folder = resolve(path)
  const file = join(folder, projectFileName)
  const refuse = (where: string): never => {
    throw new FairleadError('already-exists', `${where} already exists. Nothing was written`, {
      path: where,
      hint: 'Edit it, or choose another folder.',
    })
  }
  if (existsSync(file)) refuse(file)
  if (example !== undefined)
    for (const name of ['ingress', 'specifications']) if (existsSync(join(folder, name))) refuse(join(folder, name))
  makeProjectFolder(folder)
  const written = example === undefined ? { files: [], faults: [] } : writeExample(folder, example === 'faulty')
  const ingress = example === undefined ? '.' : 'ingress'
  const names = countNames(join(folder, ingress))
  const hasSpecifications = existsSync(join(folder, 'specifications'))
  writeFileSync(file, projectFileText({ ingress, specificationFiles: hasSpecifications ? ['specifications'] : [] }), { flag: 'wx' })
  writeEditorSchema(folder)
  return { file, created: [projectFileName, ...written.files], names, faults: written.faults }
}

function makeProjectFolder(folder: string): void {
  try {
    makeFolder(folder)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new FairleadError('path-invalid', `the folder ${folder} can't be created${code}`, {
      path: folder,
      cause,
      hint: 'Choose a folder on a file system that you can write to.',
    })
  }
}
