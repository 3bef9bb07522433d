import { basename, extname } from 'node:path'
import { linearPatternOf } from '@fairlead/assets'
import { metadataTypes, workflowSteps, writeModes, type WorkflowStep, type WriteMode } from '../config/choices.ts'
import type { ProjectFile } from '../config/schema.ts'
import { convertExporters } from './convert-exporters.ts'
import { convertPattern } from './convert-pattern.ts'
import { convertWebhooks } from './convert-webhooks.ts'
import { convertDask } from './convert-dask.ts'
import { createNotes, type ConversionNote, type Notes } from './notes.ts'
import type { HideboundConfig } from './read-hidebound.ts'

/** A file of specifications in Python, and the file of ours that is to take its place. */
export interface SpecificationModule {
  readonly python: string
  /** Relative to the project file. */
  readonly yaml: string
}

/** A configuration of Hidebound as one of ours. */
export interface ConvertedConfig {
  readonly values: ProjectFile
  readonly notes: readonly ConversionNote[]
  /** What has to be run on each machine that exports, as words. */
  readonly commands: ReadonlyArray<readonly string[]>
  readonly modules: readonly SpecificationModule[]
}

const knownKeys = [
  'ingress_directory',
  'staging_directory',
  'include_regex',
  'exclude_regex',
  'write_mode',
  'dask',
  'workflow',
  'redact_regex',
  'redact_hash',
  'specification_files',
  'exporters',
  'webhooks',
  'testing',
]

function folder(value: unknown, key: string, notes: Notes): string | undefined {
  if (typeof value === 'string' && value.trim() !== '') return value
  notes.toDo(key, 'It is missing: Fairlead uses its default.')
  return undefined
}

/** An include or exclude expression as a list of patterns; undefined where it says nothing. */
function patterns(value: unknown, key: string, ingress: string, notes: Notes): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (value === '') {
    if (key === 'exclude_regex') notes.changed(key, 'It was empty, which excluded every file in Hidebound; nothing is excluded now.')
    return []
  }
  if (typeof value !== 'string') {
    notes.leftOut(key, 'It is not text.')
    return undefined
  }
  const converted = convertPattern(value, ingress)
  if ('problem' in converted) {
    notes.leftOut(key, `${converted.problem}.`)
    return undefined
  }
  for (const change of converted.changes) notes.changed(key, `${change}.`)
  return converted.pattern === undefined ? (key === 'exclude_regex' ? ['/^/'] : []) : [converted.pattern]
}

function workflow(value: unknown, notes: Notes): readonly WorkflowStep[] | undefined {
  if (value === undefined) return undefined
  const words: readonly unknown[] = Array.isArray(value) ? value : []
  if (!Array.isArray(value)) notes.leftOut('workflow', 'It is not a list.')
  const steps = words.flatMap(word => workflowSteps.filter(step => step === word))
  if (steps.length < words.length) notes.leftOut('workflow', `Unknown steps are left out; the steps are ${workflowSteps.join(', ')}.`)
  return Array.isArray(value) ? steps : undefined
}

function writeMode(value: unknown, notes: Notes): WriteMode | undefined {
  const mode = writeModes.find(known => known === value && known !== 'link')
  if (value !== undefined && mode === undefined) notes.leftOut('write_mode', 'It is neither copy nor move.')
  return mode
}

function redactRegex(value: unknown, notes: Notes): string | undefined {
  if (value === undefined) return undefined
  const wrong = typeof value === 'string' ? linearPatternOf(value, 'i') : 'it is not text'
  if (typeof value === 'string' && typeof wrong !== 'string') {
    notes.changed(
      'redact_regex',
      'It is matched ignoring case, and hides everything below a key. Authorization headers, and tokens in URLs, are always hidden.',
    )
    return value
  }
  notes.leftOut(
    'redact_regex',
    `${typeof wrong === 'string' ? wrong : 'it can not be used'}. The default, which hides more than that of Hidebound, counts.`,
  )
  return undefined
}

/** Each module once; modules of one name get names of their own, where Hidebound took the first for both. */
function specificationModules(value: unknown, notes: Notes): readonly SpecificationModule[] {
  if (value !== undefined && !Array.isArray(value)) notes.leftOut('specification_files', 'It is not a list.')
  const entries: readonly unknown[] = Array.isArray(value) ? value : []
  const modules: SpecificationModule[] = []
  for (const python of new Set(entries)) {
    if (typeof python !== 'string') {
      notes.leftOut('specification_files', 'A path in it is not text.')
      continue
    }
    const name = basename(python, extname(python))
    const taken = modules.map(({ yaml }) => yaml)
    let yaml = `specifications/${name}.yaml`
    for (let number = 2; taken.includes(yaml); number++) yaml = `specifications/${name}-${number}.yaml`
    modules.push({ python, yaml })
  }
  return modules
}

/** Converts what can be converted, and says of all else why not. Pure: no file is read or written. */
export function convertHidebound(config: HideboundConfig): ConvertedConfig {
  const notes = createNotes()
  for (const key of Object.keys(config)) if (!knownKeys.includes(key)) notes.leftOut(key, 'Hidebound knew no such key.')
  if (config['testing'] !== undefined) notes.leftOut('testing', 'It switched the server of Hidebound to tests.')
  const ingress = folder(config['ingress_directory'], 'ingress_directory', notes)
  const staging = folder(config['staging_directory'], 'staging_directory', notes)
  if (staging !== undefined && basename(staging) !== 'hidebound') {
    notes.changed('staging_directory', 'Hidebound required the name "hidebound"; any name works.')
  }
  const include = patterns(config['include_regex'], 'include_regex', ingress ?? '', notes)
  const exclude = patterns(config['exclude_regex'] ?? String.raw`\.DS_Store`, 'exclude_regex', ingress ?? '', notes)
  const mode = writeMode(config['write_mode'], notes)
  const modules = specificationModules(config['specification_files'], notes)
  const threads = convertDask(config['dask'], notes)
  const { exporters, commands } = convertExporters(config['exporters'], notes)
  const webhooks = convertWebhooks(config['webhooks'], notes)
  const steps = workflow(config['workflow'], notes)
  const regex = redactRegex(config['redact_regex'], notes)
  const hash = config['redact_hash']
  if (typeof hash === 'boolean')
    notes.changed(
      'redact_hash',
      "The digest uses a new key in each run: short values can't be guessed from it, and digests of different runs can't be compared.",
    )
  else if (hash !== undefined) notes.leftOut('redact_hash', 'It is neither true nor false.')
  return {
    notes: notes.all,
    commands,
    modules,
    values: {
      ...(ingress !== undefined && { ingress_directory: ingress }),
      ...(staging !== undefined && { staging_directory: staging }),
      ...(include !== undefined && include.length > 0 && { include }),
      ...(exclude !== undefined && { exclude }),
      ...(mode !== undefined && { write_mode: mode }),
      metadata_types: metadataTypes,
      ...(steps !== undefined && { workflow: steps }),
      exporters,
      ...(webhooks.length > 0 && { webhooks }),
      ...(threads !== undefined && { engine: { threads } }),
      ...(regex !== undefined && { redact_regex: regex }),
      ...(typeof hash === 'boolean' && { redact_hash: hash }),
    },
  }
}
